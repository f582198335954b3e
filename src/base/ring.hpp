// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/assert.hpp"

namespace serai {

/// A first-in-first-out queue of at most `Capacity` elements (a power of two) kept in place.
template <class T, std::size_t Capacity>
class Ring {
  static_assert(std::has_single_bit(Capacity));

 public:
  [[nodiscard]] constexpr std::size_t size() const noexcept { return tail_ - head_; }

  [[nodiscard]] constexpr bool empty() const noexcept { return head_ == tail_; }

  [[nodiscard]] constexpr bool full() const noexcept { return size() == Capacity; }

  [[nodiscard]] constexpr std::size_t room() const noexcept { return Capacity - size(); }

  [[nodiscard]] static constexpr std::size_t capacity() noexcept { return Capacity; }

  /// Appends; false, and nothing happens, when full.
  constexpr bool push(const T& value) noexcept {
    if (full()) {
      return false;
    }
    items_[tail_++ % Capacity] = value;
    return true;
  }

  /// The oldest element, which must exist.
  [[nodiscard]] constexpr const T& front() const noexcept {
    SERAI_ASSERT(!empty());
    return items_[head_ % Capacity];
  }

  /// Removes the oldest element, which must exist.
  constexpr T pop() noexcept {
    SERAI_ASSERT(!empty());
    return items_[head_++ % Capacity];
  }

  constexpr void clear() noexcept { head_ = tail_; }

  /// The oldest elements, as many as lie side by side; empty only if the ring is.
  [[nodiscard]] constexpr std::span<const T> oldest() const noexcept {
    const std::size_t start = head_ % Capacity;
    return {items_.data() + start, std::min(size(), Capacity - start)};
  }

  /// Removes the `count` oldest elements, of which there must be as many.
  constexpr void drop(std::size_t count) noexcept {
    SERAI_ASSERT(count <= size());
    head_ += count;
  }

 private:
  std::array<T, Capacity> items_{};
  std::size_t head_ = 0;  ///< free-running, like `tail_`
  std::size_t tail_ = 0;
};

}  // namespace serai
