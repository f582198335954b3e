// SPDX-License-Identifier: BSD-2-Clause
#include "pds/network_switch/rate_limit.hpp"

#include <algorithm>

#include "base/bits.hpp"
#include "core/clock_units.hpp"

namespace serai::network_switch {
namespace {

constexpr unsigned fraction_bits = 20;
constexpr std::uint64_t most_bytes = bit(17);
/// So that the ticks of `most_bytes` fit in 64 bits, with their fraction.
constexpr std::uint64_t most_ticks_per_byte = low_mask(46);
constexpr std::uint64_t bits_per_byte = 8;
/// So that eight times the frequency fits, with a fraction.
constexpr std::uint64_t most_frequency_hz = bit(40);

}  // namespace

RateLimit::RateLimit(std::uint64_t bits_per_second, std::uint64_t burst_bytes,
                     std::uint64_t frequency_hz) noexcept {
  if (bits_per_second == 0) {
    return;
  }
  const std::uint64_t ticks = (std::min(frequency_hz, most_frequency_hz) * bits_per_byte)
                              << fraction_bits;
  const std::uint64_t rounded_up =
      ticks / bits_per_second + std::uint64_t{ticks % bits_per_second != 0};
  ticks_per_byte_ = std::clamp(rounded_up, std::uint64_t{1}, most_ticks_per_byte);
  // A burst is a whole number of the largest charges, so that it cannot overflow.
  const std::uint64_t charges = std::min(burst_bytes / most_bytes, bit(16));
  burst_ticks_ = charges * ticks_of(most_bytes) + ticks_of(burst_bytes % most_bytes);
}

std::uint64_t RateLimit::ticks_of(std::uint64_t bytes) const noexcept {
  return (std::min(bytes, most_bytes) * ticks_per_byte_) >> fraction_bits;
}

void RateLimit::charge(std::uint64_t bytes, std::uint64_t now) noexcept {
  if (ticks_per_byte_ != 0) {
    full_at_ = add_saturated(std::max(full_at_, now), ticks_of(bytes));
  }
}

}  // namespace serai::network_switch
