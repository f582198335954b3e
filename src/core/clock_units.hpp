// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>
#include <limits>

namespace serai {

inline constexpr std::uint64_t ns_per_second = 1'000'000'000;

/// A moment that never comes.
inline constexpr std::uint64_t never = std::numeric_limits<std::uint64_t>::max();

/// `a` + `b`, or `never` where that does not fit.
[[nodiscard]] constexpr std::uint64_t add_saturated(std::uint64_t a, std::uint64_t b) noexcept {
  std::uint64_t sum = 0;
  return __builtin_add_overflow(a, b, &sum) ? never : sum;
}

/// Ticks of a counter of `frequency_hz` (1 to 16 GHz) as nanoseconds, rounded down; `never` where
/// they do not fit in 64 bits.
[[nodiscard]] constexpr std::uint64_t ticks_to_ns(std::uint64_t ticks,
                                                  std::uint64_t frequency_hz) noexcept {
  std::uint64_t whole = 0;
  if (__builtin_mul_overflow(ticks / frequency_hz, ns_per_second, &whole)) {
    return never;
  }
  return add_saturated(whole, ticks % frequency_hz * ns_per_second / frequency_hz);
}

/// Nanoseconds as ticks of a counter of `frequency_hz` (1 to 16 GHz), rounded up, so that a
/// deadline made with it is never early; `never` where they do not fit in 64 bits.
[[nodiscard]] constexpr std::uint64_t ns_to_ticks(std::uint64_t ns,
                                                  std::uint64_t frequency_hz) noexcept {
  std::uint64_t whole = 0;
  if (__builtin_mul_overflow(ns / ns_per_second, frequency_hz, &whole)) {
    return never;
  }
  const std::uint64_t rest = ns % ns_per_second * frequency_hz;
  return add_saturated(whole, (rest + ns_per_second - 1) / ns_per_second);
}

}  // namespace serai
