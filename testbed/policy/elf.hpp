// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/result.hpp"
#include "base/static_vector.hpp"

namespace serai::testbed {

/// One loadable segment; its bytes are inside the file and its addresses inside 40 bits.
struct Segment {
  std::uint64_t offset = 0;  ///< in the file
  std::uint64_t address = 0;
  std::uint64_t file_size = 0;
  std::uint64_t memory_size = 0;  ///< at least `file_size`, not zero
  bool write = false;
  bool execute = false;
};

/// What is to be loaded of an ELF file for AArch64.
struct ElfProgram {
  static constexpr std::size_t most_segments = 32;

  std::uint64_t entry = 0;
  StaticVector<Segment, most_segments> segments;
};

/// Reads the headers of an executable ELF64 file. Errors: `bad_value` for what is no such file,
/// `out_of_range` where it points outside itself or the address space, `no_space` for too many
/// segments.
[[nodiscard]] Result<ElfProgram> read_elf(std::span<const std::byte> file) noexcept;

}  // namespace serai::testbed
