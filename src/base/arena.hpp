// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <utility>

#include "base/bits.hpp"

namespace serai {

/// Given memory in which objects that live for ever are created while a program starts. What is
/// created is never destroyed and the arena never grows. Whatever is created begins a line of
/// `alignment` bytes, so that what several objects take together does not depend on their order.
class Arena {
 public:
  static constexpr std::size_t alignment = 64;

  /// What `count` objects of a type take, made in one call.
  template <class T>
  static constexpr std::size_t cost(std::size_t count = 1) noexcept {
    return align_up(count * sizeof(T), alignment);
  }

  /// `memory` begins at a multiple of `alignment` and outlives all that is created in it.
  explicit Arena(std::span<std::byte> memory) noexcept : memory_(memory) {}

  /// Makes a `T`, or returns null when the arena is full.
  template <class T, class... Arguments>
  [[nodiscard]] T* create(Arguments&&... arguments) noexcept {
    std::byte* const place = take<T>(1);
    // Safety: the bytes are aligned for T, inside the arena and given out only once.
    return place == nullptr ? nullptr
                            : std::construct_at(reinterpret_cast<T*>(place),
                                                std::forward<Arguments>(arguments)...);
  }

  /// Makes `count` objects in a row, or returns an empty span when they do not fit.
  template <class T>
  [[nodiscard]] std::span<T> create_array(std::size_t count) noexcept {
    std::byte* const place = take<T>(count);
    if (place == nullptr) {
      return {};
    }
    // Safety: as in `create`; each object is made at its own place.
    T* const first = reinterpret_cast<T*>(place);
    for (std::size_t i = 0; i < count; ++i) {
      std::construct_at(first + i);
    }
    return {first, count};
  }

  [[nodiscard]] std::size_t used() const noexcept { return used_; }

 private:
  /// Room for `count` objects, or null.
  template <class T>
  [[nodiscard]] std::byte* take(std::size_t count) noexcept {
    static_assert(alignof(T) <= alignment);
    const std::size_t left = memory_.size() - used_;
    if (count > left / sizeof(T) || cost<T>(count) > left) {
      return nullptr;
    }
    std::byte* const place = memory_.data() + used_;
    used_ += cost<T>(count);
    return place;
  }

  std::span<std::byte> memory_;
  std::size_t used_ = 0;
};

}  // namespace serai
