// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <array>
#include <cstdint>

#include "base/bits.hpp"

namespace serai::testbed {

/// What a PD has been signalled and has not yet taken: one bit for each channel, so that several
/// signals on one channel are one, as on seL4. A test may ask for signals to be lost.
class Notifications {
 public:
  static constexpr unsigned channels = 64;

  /// `channel` is below `channels`.
  constexpr void signal(unsigned channel) noexcept {
    if (test_bit(losing_, channel)) {
      lose(channel);
    } else {
      pending_ |= bit(channel);
    }
  }

  [[nodiscard]] constexpr bool any() const noexcept { return pending_ != 0; }

  /// All that is pending, as a badge; nothing is pending afterwards.
  constexpr std::uint64_t take() noexcept {
    const std::uint64_t badge = pending_;
    pending_ = 0;
    return badge;
  }

  /// Loses the next `count` signals on `channel`, which is below `channels`.
  constexpr void lose_next(unsigned channel, std::uint8_t count) noexcept {
    to_lose_[channel] = count;
    losing_ = deposit(losing_, channel, 1, count > 0 ? 1 : 0);
  }

 private:
  constexpr void lose(unsigned channel) noexcept {
    if (--to_lose_[channel] == 0) {
      losing_ &= ~bit(channel);
    }
  }

  std::uint64_t pending_ = 0;
  std::uint64_t losing_ = 0;
  std::array<std::uint8_t, channels> to_lose_{};
};

}  // namespace serai::testbed
