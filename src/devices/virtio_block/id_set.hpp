// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <array>
#include <bit>
#include <cstdint>

#include "base/bits.hpp"

namespace serai::virtio_block {

/// Which of the numbers 0 to `most` - 1 are in use. The lowest free one is taken first, so that the
/// same few entries of a table stay in the cache.
template <std::uint16_t most>
class IdSet {
 public:
  static constexpr std::uint16_t none = 0xffff;

  /// The lowest free number below `limit`, or `none`.
  std::uint16_t take(std::uint32_t limit = most) noexcept {
    for (std::uint16_t word = 0; word < words; ++word) {
      if (used_[word] != ~std::uint64_t{0}) {
        const auto id = static_cast<std::uint16_t>(word * 64 + std::countr_zero(~used_[word]));
        if (id >= limit) {
          return none;
        }
        used_[word] |= bit(id % 64);
        ++count_;
        return id;
      }
    }
    return none;
  }

  void give_back(std::uint16_t id) noexcept {
    used_[id / 64] &= ~bit(id % 64);
    --count_;
  }

  [[nodiscard]] bool contains(std::uint32_t id) const noexcept {
    return id < most && test_bit(used_[id / 64], id % 64);
  }

  [[nodiscard]] std::uint16_t count() const noexcept { return count_; }

  /// Calls `visit(id)` for each number in use; it may give that number back.
  template <class Visit>
  void for_each(Visit visit) const noexcept {
    for (std::uint16_t word = 0; word < words; ++word) {
      for (std::uint64_t left = used_[word]; left != 0; left &= left - 1) {
        visit(static_cast<std::uint16_t>(word * 64 + std::countr_zero(left)));
      }
    }
  }

 private:
  static_assert(most % 64 == 0);
  static constexpr std::uint16_t words = most / 64;

  std::array<std::uint64_t, words> used_{};
  std::uint16_t count_ = 0;
};

}  // namespace serai::virtio_block
