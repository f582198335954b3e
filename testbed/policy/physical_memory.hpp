// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>

#include "base/result.hpp"
#include "base/static_vector.hpp"

namespace serai::testbed {

/// The board's RAM that nobody has yet. What is given away never comes back.
class PhysicalMemory {
 public:
  /// Adds free memory; `no_space` when there are too many pieces.
  Result<void> add(std::uint64_t start, std::uint64_t size) noexcept {
    return free_.push_back({start, start + size});
  }

  /// Takes `[start, start + size)` out of what is free, as far as it is. Errors: `overflow`,
  /// `no_space`.
  Result<void> reserve(std::uint64_t start, std::uint64_t size) noexcept;

  /// `size` bytes aligned to the power of two `alignment`; `no_space` when there are none.
  [[nodiscard]] Result<std::uint64_t> allocate(std::uint64_t size,
                                               std::uint64_t alignment) noexcept;

 private:
  struct Piece {
    std::uint64_t start = 0;
    std::uint64_t end = 0;
  };

  static constexpr std::size_t most_pieces = 256;

  StaticVector<Piece, most_pieces> free_;
};

}  // namespace serai::testbed
