// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <span>

#include "base/assert.hpp"
#include "base/bits.hpp"

namespace serai::sockets {

/// Bytes that wait, at most `Capacity` (a power of two), kept in place.
template <std::size_t Capacity>
class ByteRing {
  static_assert(is_power_of_two(Capacity));

 public:
  [[nodiscard]] std::size_t size() const noexcept { return tail_ - head_; }

  [[nodiscard]] std::size_t room() const noexcept { return Capacity - size(); }

  /// Appends bytes, for which there must be room.
  void push(std::span<const std::byte> bytes) noexcept {
    SERAI_ASSERT(bytes.size() <= room());
    const std::size_t start = tail_ % Capacity;
    const std::size_t first = std::min(bytes.size(), Capacity - start);
    if (first != 0) {
      std::memcpy(bytes_.data() + start, bytes.data(), first);
    }
    if (first != bytes.size()) {
      std::memcpy(bytes_.data(), bytes.data() + first, bytes.size() - first);
    }
    tail_ += bytes.size();
  }

  /// The oldest bytes that lie side by side.
  [[nodiscard]] std::span<const std::byte> oldest() const noexcept {
    const std::size_t start = head_ % Capacity;
    return std::span(bytes_).subspan(start, std::min(size(), Capacity - start));
  }

  /// Removes the `count` oldest bytes, of which there must be as many.
  void drop(std::size_t count) noexcept {
    SERAI_ASSERT(count <= size());
    head_ += count;
  }

  void clear() noexcept { head_ = tail_; }

 private:
  std::array<std::byte, Capacity> bytes_{};
  std::size_t head_ = 0;  ///< free-running, like `tail_`
  std::size_t tail_ = 0;
};

}  // namespace serai::sockets
