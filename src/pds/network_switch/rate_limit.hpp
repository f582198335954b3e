// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>

namespace serai::network_switch {

/// A token bucket, kept as the moment at which the bucket will be full again. A packet may pass
/// while the bucket is not in debt, and is charged when its length is known; so a packet may
/// overdraw it once, and in the long run the rate is exact.
class RateLimit {
 public:
  /// `bits_per_second` 0: no limit. `frequency_hz` is that of the clock whose ticks are used here.
  /// A byte takes 2^26 ticks at most.
  RateLimit(std::uint64_t bits_per_second, std::uint64_t burst_bytes,
            std::uint64_t frequency_hz) noexcept;

  RateLimit() noexcept = default;

  /// When the next packet may pass; not in the future, where it may now.
  [[nodiscard]] std::uint64_t next_at() const noexcept {
    return full_at_ > burst_ticks_ ? full_at_ - burst_ticks_ : 0;
  }

  /// A packet of `bytes` (at most 128 KiB) has passed.
  void charge(std::uint64_t bytes, std::uint64_t now) noexcept;

 private:
  [[nodiscard]] std::uint64_t ticks_of(std::uint64_t bytes) const noexcept;

  std::uint64_t ticks_per_byte_ = 0;  ///< times 2^20; 0: no limit
  std::uint64_t burst_ticks_ = 0;
  std::uint64_t full_at_ = 0;
};

}  // namespace serai::network_switch
