// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <type_traits>
#include <utility>

#include "base/bits.hpp"

namespace serai {

/// Fixed memory in which objects that live for ever are created while a program starts. What is
/// created is never destroyed and the arena never grows.
template <std::size_t Capacity>
class Arena {
 public:
  /// Makes a `T`, or returns null when the arena is full.
  template <class T, class... Arguments>
  [[nodiscard]] T* create(Arguments&&... arguments) noexcept {
    static_assert(alignof(T) <= alignment);
    const std::size_t start = align_up(used_, alignof(T));
    if (start > Capacity || sizeof(T) > Capacity - start) {
      return nullptr;
    }
    used_ = start + sizeof(T);
    // Safety: the bytes are aligned for T, inside the arena and given out only once.
    return std::construct_at(reinterpret_cast<T*>(bytes_.data() + start),
                             std::forward<Arguments>(arguments)...);
  }

  /// Makes `count` objects in a row, or returns an empty span when they do not fit.
  template <class T>
  [[nodiscard]] std::span<T> create_array(std::size_t count) noexcept {
    static_assert(alignof(T) <= alignment);
    const std::size_t start = align_up(used_, alignof(T));
    if (start > Capacity || count > (Capacity - start) / sizeof(T)) {
      return {};
    }
    used_ = start + count * sizeof(T);
    // Safety: as in `create`; each object is made at its own place.
    T* const first = reinterpret_cast<T*>(bytes_.data() + start);
    for (std::size_t i = 0; i < count; ++i) {
      std::construct_at(first + i);
    }
    return {first, count};
  }

  [[nodiscard]] std::size_t used() const noexcept { return used_; }

 private:
  static constexpr std::size_t alignment = 16;

  alignas(alignment) std::array<std::byte, Capacity> bytes_{};
  std::size_t used_ = 0;
};

}  // namespace serai
