// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <bit>
#include <concepts>
#include <cstdint>

namespace serai {

/// A word with only bit `position` set. `position` is below 64.
constexpr std::uint64_t bit(unsigned position) noexcept {
  return std::uint64_t{1} << position;
}

/// A word whose low `width` bits are set; `width` is 0 to 64.
constexpr std::uint64_t low_mask(unsigned width) noexcept {
  return width >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << width) - 1;
}

/// The `width` bits of `value` from bit `lsb` up, moved down to bit 0.
constexpr std::uint64_t extract(std::uint64_t value, unsigned lsb, unsigned width) noexcept {
  return (value >> lsb) & low_mask(width);
}

/// Whether bit `position` of `value` is set.
constexpr bool test_bit(std::uint64_t value, unsigned position) noexcept {
  return ((value >> position) & 1) != 0;
}

/// `value` with the `width` bits from `lsb` up replaced by the low bits of `field`.
constexpr std::uint64_t deposit(std::uint64_t value, unsigned lsb, unsigned width,
                                std::uint64_t field) noexcept {
  const std::uint64_t mask = low_mask(width) << lsb;
  return (value & ~mask) | ((field << lsb) & mask);
}

/// Copies bit `width - 1` of `value` into every bit above it; `width` is 1 to 64.
constexpr std::uint64_t sign_extend(std::uint64_t value, unsigned width) noexcept {
  const unsigned shift = 64 - width;
  return static_cast<std::uint64_t>(static_cast<std::int64_t>(value << shift) >> shift);
}

/// `value` rounded down to a multiple of the power of two `alignment`.
constexpr std::uint64_t align_down(std::uint64_t value, std::uint64_t alignment) noexcept {
  return value & ~(alignment - 1);
}

/// `value` rounded up to a multiple of the power of two `alignment`; wraps at the top of 64 bits.
constexpr std::uint64_t align_up(std::uint64_t value, std::uint64_t alignment) noexcept {
  return align_down(value + alignment - 1, alignment);
}

/// Whether `value` is a multiple of the power of two `alignment`.
constexpr bool is_aligned(std::uint64_t value, std::uint64_t alignment) noexcept {
  return (value & (alignment - 1)) == 0;
}

/// Whether exactly one bit is set. Without the SIMD unit, counting bits would be a library call.
constexpr bool is_power_of_two(std::uint64_t value) noexcept {
  return value != 0 && (value & (value - 1)) == 0;
}

}  // namespace serai
