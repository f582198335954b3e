// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <string>
#include <vector>

namespace serai::tool {

/// How a kernel file is to be entered.
enum class KernelFormat {
  linux_image,  ///< arm64 Image (Documentation/arch/arm64/booting.rst), perhaps unpacked from gzip
                ///< or EFI zboot
  elf,          ///< ELF64 AArch64: loaded at its physical addresses
  raw,          ///< anything else that the user declared raw: loaded at a given address
};

/// Bytes that go to one place in the guest.
struct LoadSegment {
  std::uint64_t offset =
      0;  ///< from the kernel's load address (linux_image, raw) or absolute (elf)
  std::vector<std::byte> bytes;
  std::uint64_t memory_size = 0;  ///< at least `bytes.size()`; the rest is zero
};

/// A kernel as it will lie in the guest.
struct GuestKernel {
  KernelFormat format = KernelFormat::raw;
  std::string compression;        ///< "", "gzip", "zboot (gzip)", ... for people
  std::uint64_t text_offset = 0;  ///< linux_image: load address minus a 2 MiB boundary
  std::uint64_t image_size = 0;   ///< bytes of RAM from the load address that it needs
  std::uint64_t entry = 0;        ///< elf: absolute; else offset from the load address
  std::vector<LoadSegment> segments;
};

/// Why a file is no kernel, in a sentence for the user without the file's name, and what would be.
struct ImageError {
  std::string what;
  std::string hint;
};

/// Reads and unpacks a kernel file. `raw` accepts any bytes unexamined.
std::expected<GuestKernel, ImageError> load_kernel(const std::filesystem::path& file, bool raw);

/// Reads a whole file.
std::expected<std::vector<std::byte>, ImageError> read_file(const std::filesystem::path& file);

}  // namespace serai::tool
