// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "core/ports.hpp"

namespace serai::aarch64 {

/// Who waits for the one alarm of a PD.
enum class Waiter : std::uint8_t { parked_vcpu, physical_timer, devices };

/// Shares the alarm of a `ClockPort`: rings at the earliest of several deadlines, all in ticks of
/// `ClockPort::counter`. Does not own the clock.
class Alarm {
 public:
  static constexpr std::uint64_t never = ~std::uint64_t{0};

  explicit Alarm(ClockPort& clock) noexcept : clock_(clock) {}

  [[nodiscard]] std::uint64_t now() noexcept { return clock_.counter(); }

  /// Replaces the deadline of `waiter`; `never` drops it. Asks the clock only if that makes the
  /// earliest deadline earlier: to ring too early costs less than to ask each time.
  // Guest-controlled: deadline.
  void set(Waiter waiter, std::uint64_t deadline) noexcept {
    deadlines_[static_cast<std::size_t>(waiter)] = deadline;
    const std::uint64_t earliest = std::ranges::min(deadlines_);
    if (earliest < armed_) {
      arm(earliest);
    }
  }

  void clear(Waiter waiter) noexcept { deadlines_[static_cast<std::size_t>(waiter)] = never; }

  /// The clock rang, so it will not do so again by itself. First everybody whose time has come
  /// replaces or clears their deadline; then this asks the clock again if somebody still waits.
  void rearm() noexcept;

  /// Forgets all deadlines; a clock that was already asked may still ring.
  void reset() noexcept { deadlines_.fill(never); }

 private:
  static constexpr std::size_t waiters = 3;
  /// A deadline of the guest's choice may lie centuries ahead; clocks need not count that far.
  static constexpr std::uint64_t longest_wait_seconds = 3600;

  void arm(std::uint64_t earliest) noexcept;

  ClockPort& clock_;
  std::array<std::uint64_t, waiters> deadlines_ = {never, never, never};
  std::uint64_t armed_ = never;
};

}  // namespace serai::aarch64
