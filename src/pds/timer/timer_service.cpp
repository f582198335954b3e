// SPDX-License-Identifier: BSD-2-Clause
#include "pds/timer/timer_service.hpp"

#include <algorithm>
#include <span>

namespace serai::timer {

TimerService::TimerService(TimerHardware& hardware, SignalPort& signals,
                           const Channels& channels) noexcept
    : hardware_(hardware), signals_(signals), channels_(channels) {
  channels_.client_count = std::min(channels.client_count, most_clients);
  deadlines_.fill(never);
  hardware_.disarm();
  hardware_.clear_backstop();
}

void TimerService::notified(ChannelId channel) noexcept {
  if (channel == channels_.backstop) {
    hardware_.clear_backstop();
    backstop_armed_ = false;
  }
  expire_due();
  program();
  // Only now: until it is programmed anew the timer's interrupt is still high.
  if (channel == channels_.timer || channel == channels_.backstop) {
    signals_.acknowledge_irq(channel);
  }
}

Message TimerService::called(ChannelId channel, const Message& message) noexcept {
  Message reply{.label = reply_ok};
  if (channel >= channels_.client_count) {
    reply.label = reply_bad_request;
  } else if (message.label == static_cast<std::uint64_t>(TimerLabel::get_time)) {
    reply.count = 1;
    reply.words[0] = ticks_to_ns(hardware_.counter(), hardware_.frequency_hz());
  } else if (message.label == static_cast<std::uint64_t>(TimerLabel::set_timeout) &&
             message.count == 1) {
    set_timeout(channel, message.words[0]);
  } else {
    reply.label = reply_bad_request;
  }
  expire_due();
  program();
  return reply;
}

void TimerService::set_timeout(ChannelId client, std::uint64_t ns) noexcept {
  const std::uint64_t ticks = ns_to_ticks(ns, hardware_.frequency_hz());
  deadlines_[client] = add_saturated(hardware_.counter(), ticks);
}

void TimerService::expire_due() noexcept {
  const std::uint64_t now = hardware_.counter();
  next_ = never;
  for (ChannelId client = 0; client < channels_.client_count; ++client) {
    std::uint64_t& deadline = deadlines_[client];
    if (deadline <= now) {
      deadline = never;
      signals_.notify(client);
    }
    next_ = std::min(next_, deadline);
  }
}

void TimerService::program() noexcept {
  if (next_ == never) {
    hardware_.disarm();
    return;
  }
  hardware_.arm(next_);
  if (!backstop_armed_) {
    hardware_.arm_backstop();
    backstop_armed_ = true;
  }
}

}  // namespace serai::timer
