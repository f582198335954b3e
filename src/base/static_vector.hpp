// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "base/assert.hpp"
#include "base/result.hpp"

namespace serai {

/// A sequence of at most `Capacity` elements kept in place; `T` is default-constructible.
template <class T, std::size_t Capacity>
class StaticVector {
 public:
  [[nodiscard]] constexpr std::size_t size() const noexcept { return size_; }

  [[nodiscard]] constexpr bool empty() const noexcept { return size_ == 0; }

  [[nodiscard]] constexpr bool full() const noexcept { return size_ == Capacity; }

  [[nodiscard]] static constexpr std::size_t capacity() noexcept { return Capacity; }

  /// Appends a copy; fails with `no_space` when full.
  constexpr Result<void> push_back(const T& value) noexcept {
    if (full()) {
      return fail(Error::no_space);
    }
    items_[size_++] = value;
    return {};
  }

  /// Puts `value` before element `position` (at most `size()`); fails with `no_space` when full.
  constexpr Result<void> insert(std::size_t position, const T& value) noexcept {
    SERAI_ASSERT(position <= size_);
    if (full()) {
      return fail(Error::no_space);
    }
    for (std::size_t i = size_; i > position; --i) {
      items_[i] = items_[i - 1];
    }
    items_[position] = value;
    ++size_;
    return {};
  }

  constexpr void clear() noexcept { size_ = 0; }

  [[nodiscard]] constexpr T& operator[](std::size_t index) noexcept {
    SERAI_ASSERT(index < size_);
    return items_[index];
  }

  [[nodiscard]] constexpr const T& operator[](std::size_t index) const noexcept {
    SERAI_ASSERT(index < size_);
    return items_[index];
  }

  [[nodiscard]] constexpr T* begin() noexcept { return items_.data(); }

  [[nodiscard]] constexpr T* end() noexcept { return items_.data() + size_; }

  [[nodiscard]] constexpr const T* begin() const noexcept { return items_.data(); }

  [[nodiscard]] constexpr const T* end() const noexcept { return items_.data() + size_; }

  [[nodiscard]] constexpr std::span<T> span() noexcept { return {items_.data(), size_}; }

  [[nodiscard]] constexpr std::span<const T> span() const noexcept {
    return {items_.data(), size_};
  }

 private:
  std::array<T, Capacity> items_{};
  std::size_t size_ = 0;
};

}  // namespace serai
