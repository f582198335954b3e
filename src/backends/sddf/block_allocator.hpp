// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/assert.hpp"

namespace serai::sddf {

/// Hands out runs of neighbouring blocks, lowest first, so that the same few stay in the cache. Up
/// to `most_blocks` of them, a multiple of 64.
template <std::uint32_t most_blocks>
class BlockAllocator {
 public:
  /// All of the first `blocks` are free; of more than `most_blocks`, only so many.
  constexpr explicit BlockAllocator(std::uint64_t blocks) noexcept
      : blocks_(blocks < most_blocks ? static_cast<std::uint32_t>(blocks) : most_blocks) {}

  [[nodiscard]] std::uint32_t blocks() const noexcept { return blocks_; }

  /// The first of `count` neighbours that were free; `count` is at least 1.
  std::optional<std::uint32_t> take(std::uint32_t count) noexcept {
    std::uint32_t start = next(0, blocks_, false);
    while (start < blocks_ && count <= blocks_ - start) {
      const std::uint32_t end = next(start, start + count, true);
      if (end == start + count) {
        set(start, count, true);
        return start;
      }
      start = next(end, blocks_, false);
    }
    return std::nullopt;
  }

  /// Makes a run free that was taken.
  void give_back(std::uint32_t first, std::uint32_t count) noexcept {
    SERAI_ASSERT(first <= blocks_ && count <= blocks_ - first);
    SERAI_ASSERT(next(first, first + count, false) == first + count);
    set(first, count, false);
  }

 private:
  static constexpr std::uint32_t word_bits = 64;
  static_assert(most_blocks % word_bits == 0);

  /// The first block from `from` on that is used, or free; `to` where there is none before it.
  [[nodiscard]] std::uint32_t next(std::uint32_t from, std::uint32_t to, bool used) const noexcept {
    while (from < to) {
      const std::uint64_t word = used ? used_[from / word_bits] : ~used_[from / word_bits];
      const std::uint64_t rest = word >> (from % word_bits);
      if (rest != 0) {
        const std::uint32_t found = from + static_cast<std::uint32_t>(std::countr_zero(rest));
        return found < to ? found : to;
      }
      from = (from / word_bits + 1) * word_bits;
    }
    return to;
  }

  void set(std::uint32_t first, std::uint32_t count, bool used) noexcept {
    while (count != 0) {
      const std::uint32_t shift = first % word_bits;
      const std::uint32_t here = count < word_bits - shift ? count : word_bits - shift;
      const std::uint64_t mask = (~std::uint64_t{0} >> (word_bits - here)) << shift;
      std::uint64_t& word = used_[first / word_bits];
      word = used ? word | mask : word & ~mask;
      first += here;
      count -= here;
    }
  }

  std::array<std::uint64_t, most_blocks / word_bits> used_{};
  std::uint32_t blocks_;
};

}  // namespace serai::sddf
