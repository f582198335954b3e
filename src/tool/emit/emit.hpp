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

/// What was built from what, as JSON: inputs with SHA-256, outputs, addresses, versions. No dates.
std::string manifest(const ResolvedSystem& system, const std::string& platform,
                     const std::vector<std::filesystem::path>& outputs);

}  // namespace serai::tool
