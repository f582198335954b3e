// SPDX-License-Identifier: BSD-2-Clause
#include "policy/physical_memory.hpp"

#include <algorithm>

#include "base/bits.hpp"

namespace serai::testbed {

Result<void> PhysicalMemory::reserve(std::uint64_t start, std::uint64_t size) noexcept {
  const std::uint64_t end = start + size;
  if (end < start) {
    return fail(Error::overflow);
  }
  const std::size_t count = free_.size();
  for (std::size_t i = 0; i < count; ++i) {
    Piece& piece = free_[i];
    const Piece rest = {std::max(piece.start, end), piece.end};
    if (end <= piece.start || start >= piece.end) {
      continue;
    }
    piece.end = std::max(piece.start, start);
    if (rest.start < rest.end) {
      if (const auto added = free_.push_back(rest); !added) {
        return added;
      }
    }
  }
  return {};
}

Result<std::uint64_t> PhysicalMemory::allocate(std::uint64_t size,
                                               std::uint64_t alignment) noexcept {
  for (Piece& piece : free_) {
    const std::uint64_t start = align_up(piece.start, alignment);
    if (start < piece.start || start > piece.end || piece.end - start < size) {
      continue;
    }
    // The skipped bytes before an aligned piece stay free.
    if (start > piece.start && !free_.full()) {
      const Piece skipped = {piece.start, start};
      piece.start = start + size;
      if (const auto kept = free_.push_back(skipped); !kept) {
        return fail(kept.error());
      }
    } else {
      piece.start = start + size;
    }
    return start;
  }
  return fail(Error::no_space);
}

}  // namespace serai::testbed
