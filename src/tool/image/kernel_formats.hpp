// SPDX-License-Identifier: BSD-2-Clause
//
// One reader for each kind of kernel file. For load_kernel and its tests.
#pragma once

#include <expected>
#include <optional>
#include <span>
#include <string>

#include "tool/image/guest_image.hpp"
#include "tool/image/unpack.hpp"

namespace serai::tool {

using LoadedKernel = std::expected<GuestKernel, ImageError>;

/// Reads any kernel from its file's bytes: unpacks, recognises, checks.
LoadedKernel read_kernel(Bytes bytes);

/// Whether the bytes carry the header of an arm64 Linux Image.
bool is_linux_image(std::span<const std::byte> bytes);

/// Reads an arm64 Linux Image (Linux, Documentation/arch/arm64/booting.rst).
LoadedKernel read_linux_image(Bytes bytes);

bool is_elf(std::span<const std::byte> bytes);

/// Reads an ELF64 AArch64 program, loaded at its segments' physical addresses.
LoadedKernel read_elf(const Bytes& bytes);

/// Whether the bytes are an EFI zboot program (Linux, drivers/firmware/efi/libstub/zboot-header.S).
bool is_zboot(std::span<const std::byte> bytes);

/// What an EFI zboot program carries, and how it was packed.
struct ZbootPayload {
  std::string compression;
  Bytes bytes;
};

std::expected<ZbootPayload, ImageError> read_zboot(std::span<const std::byte> bytes);

/// What the bytes are instead of an arm64 kernel.
ImageError explain_foreign(std::span<const std::byte> bytes);

}  // namespace serai::tool
