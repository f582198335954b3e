// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <array>
#include <cstdint>

#include "core/clock_units.hpp"
#include "core/protection_domain.hpp"
#include "pds/timer/timer_hardware.hpp"

namespace serai::timer {

/// Labels of sDDF's timer protocol, and of the replies.
enum class TimerLabel : std::uint64_t {
  get_time = 0,     ///< the reply's word 0 is the time in nanoseconds
  set_timeout = 1,  ///< word 0 is nanoseconds from now; replaces the caller's earlier timeout
};

inline constexpr std::uint64_t reply_ok = 0;
inline constexpr std::uint64_t reply_bad_request = 1;

/// Serves sDDF's timer protocol on the channels 0 to `client_count` - 1: one timeout each, whose
/// expiry is a notification. Never notifies early by its own counter.
///
/// Every event checks all deadlines and programs the timer anew, and while any deadline is pending
/// a second alarm makes sure that there is an event: whoever disturbs the timer delays a timeout by
/// two seconds at most.
class TimerService final : public ProtectionDomain {
 public:
  static constexpr std::uint32_t most_clients = 62;

  struct Channels {
    ChannelId timer = no_channel;
    ChannelId backstop = no_channel;
    std::uint32_t client_count = 0;  ///< more than `most_clients` count as that
  };

  TimerService(TimerHardware& hardware, SignalPort& signals, const Channels& channels) noexcept;

  void notified(ChannelId channel) noexcept override;

  // Guest-controlled: message, by way of a client.
  Message called(ChannelId channel, const Message& message) noexcept override;

 private:
  void expire_due() noexcept;
  void program() noexcept;
  void set_timeout(ChannelId client, std::uint64_t ns) noexcept;

  TimerHardware& hardware_;
  SignalPort& signals_;
  Channels channels_;
  std::array<std::uint64_t, most_clients> deadlines_{};  ///< of the counter; `never` where none
  std::uint64_t next_ = never;                           ///< the earliest of them
  bool backstop_armed_ = false;
};

}  // namespace serai::timer
