// SPDX-License-Identifier: BSD-2-Clause
#include "el2/load_program.hpp"

#include <cstring>

#include "base/bits.hpp"
#include "el2/report.hpp"
#include "policy/elf.hpp"

namespace serai::testbed {
namespace {

using stage2::page;

bool can_stay(const Segment& segment, std::uint64_t physical) noexcept {
  const bool same_place_in_page = is_aligned(physical ^ segment.address, page);
  return !segment.write && segment.file_size == segment.memory_size && same_place_in_page;
}

/// Physical address of the page with the segment's first byte, in memory of its own.
Result<std::uint64_t> copy_segment(const Segment& segment, std::uint64_t physical,
                                   std::uint64_t size, PhysicalMemory& memory) noexcept {
  const auto copy = memory.allocate(size, page);
  if (copy) {
    // Safety: `copy` is fresh RAM of `size` bytes, zero since power-on, and the segment's bytes are
    // inside the image; both are mapped at their physical addresses.
    std::memcpy(reinterpret_cast<void*>(*copy + (segment.address & (page - 1))),
                reinterpret_cast<const void*>(physical), segment.file_size);
  }
  return copy;
}

Result<void> load_segment(const Segment& segment, std::uint64_t file, PhysicalMemory& memory,
                          Space& space) noexcept {
  const std::uint64_t physical = file + segment.offset;
  const std::uint64_t first = align_down(segment.address, page);
  const std::uint64_t size = align_up(segment.address + segment.memory_size, page) - first;
  const Access access = {.write = segment.write, .execute = segment.execute};
  if (can_stay(segment, physical)) {
    return space.map(first, align_down(physical, page), size, access);
  }
  const auto copy = copy_segment(segment, physical, size, memory);
  return copy ? space.map(first, *copy, size, access) : fail(copy.error());
}

}  // namespace

std::uint64_t load_program(const config::TestbedPd& description, PhysicalMemory& memory,
                           Space& space) noexcept {
  const std::uint64_t file = config::image_address + description.elf_offset;
  // Safety: the image's checks have found the file inside it.
  const auto program = read_elf({reinterpret_cast<const std::byte*>(file), description.elf_size});
  if (!program) {
    panic("a PD's program is no ELF file that can be loaded");
  }
  for (const Segment& segment : program->segments) {
    if (!load_segment(segment, file, memory, space)) {
      panic("a PD's segments overlap, or the board has too little memory");
    }
  }
  return program->entry;
}

}  // namespace serai::testbed
