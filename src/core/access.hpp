// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>

#include "base/bits.hpp"

namespace serai {

/// The width of one access to memory or a register, in bytes.
enum class AccessSize : std::uint8_t { byte = 1, half = 2, word = 4, double_word = 8 };

[[nodiscard]] constexpr unsigned bytes_of(AccessSize size) noexcept {
  return static_cast<unsigned>(size);
}

[[nodiscard]] constexpr unsigned bits_of(AccessSize size) noexcept {
  return 8 * bytes_of(size);
}

/// `value` cut to the width of `size`.
[[nodiscard]] constexpr std::uint64_t truncate(std::uint64_t value, AccessSize size) noexcept {
  const unsigned shift = 64 - bits_of(size);
  return value << shift >> shift;
}

}  // namespace serai
