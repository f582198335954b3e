// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "core/clock_units.hpp"
#include "core/ports.hpp"

namespace serai::microkit {

/// The clock of a PD that has the timer PD's services (sDDF's timer protocol) on `timer_channel`.
/// The alarm arrives as a notification on that channel, never early by this clock.
class PdClock final : public ClockPort {
 public:
  /// `timer_channel` may be `no_channel`: alarms are then never heard of.
  explicit PdClock(ChannelId timer_channel) noexcept;

  [[nodiscard]] std::uint64_t now_ns() noexcept override;
  [[nodiscard]] std::uint64_t counter() noexcept override;

  [[nodiscard]] std::uint64_t counter_frequency_hz() noexcept override { return frequency_hz_; }

  /// Costs a protected call, unless the same alarm is already set. `never` costs nothing: an
  /// earlier alarm may then still arrive.
  void set_alarm(std::uint64_t deadline) noexcept override;

 private:
  ChannelId timer_channel_;
  std::uint64_t frequency_hz_;
  std::uint64_t armed_ = never;  ///< what the timer PD was last asked for
};

}  // namespace serai::microkit
