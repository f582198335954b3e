// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <string>
#include <vector>

#include "tool/resolve/resolved_system.hpp"

namespace serai::tool {

/// A failure to produce a file: what went wrong and what the user can do.
struct EmitError {
  std::string what;
  std::string hint;
};

/// `program` (an ELF file's bytes) with each attachment added as a loadable, read-only segment.
std::expected<std::vector<std::byte>, EmitError> attach(std::vector<std::byte> program,
                                                        const std::vector<Attachment>& attachments);

/// The system as Microkit's `.system` XML. The PDs' program files are named `NAME.elf`.
std::string microkit_system(const ResolvedSystem& system);

/// The system as one bootable file for the testbed: `testbed` is its flat binary, `programs` the
/// attached ELF files in the order of `system.pds`.
std::expected<std::vector<std::byte>, EmitError> testbed_image(
    const ResolvedSystem& system, const std::vector<std::byte>& testbed,
    const std::vector<std::vector<std::byte>>& programs);

/// How QEMU arguments name files: as they are, or by their names alone.
enum class FileNames { whole, last };

/// What QEMU must be told of the system's disks, networks and other devices. Nothing for a system
/// without any.
std::vector<std::string> qemu_device_arguments(const ResolvedSystem& system, FileNames names);

/// `text` inside one of QEMU's lists of options, which end a value at a comma: two stand for one.
std::string with_doubled_commas(std::string_view text);

/// What was built from what, as JSON: inputs with SHA-256, outputs, addresses, versions. No dates.
std::string manifest(const ResolvedSystem& system, const std::string& platform,
                     const std::vector<std::filesystem::path>& outputs);

}  // namespace serai::tool
