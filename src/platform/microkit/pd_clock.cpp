// SPDX-License-Identifier: BSD-2-Clause
#include "platform/microkit/pd_clock.hpp"

#include "platform/microkit/physical_timer.hpp"
#include "platform/microkit/sel4.hpp"

namespace serai::microkit {
namespace {

constexpr seL4_Word label_set_timeout = 1;  // sDDF timer protocol

}  // namespace

PdClock::PdClock(ChannelId timer_channel) noexcept
    : timer_channel_(timer_channel), frequency_hz_(PhysicalTimer::frequency_hz()) {}

std::uint64_t PdClock::now_ns() noexcept {
  return ticks_to_ns(counter(), frequency_hz_);
}

std::uint64_t PdClock::counter() noexcept {
  return PhysicalTimer::counter();
}

void PdClock::set_alarm(std::uint64_t deadline) noexcept {
  if (timer_channel_ == no_channel || deadline == never) {
    return;
  }
  const std::uint64_t now = counter();
  const bool already_set = deadline == armed_ && now < deadline;
  if (already_set) {
    return;
  }
  armed_ = deadline;
  const std::uint64_t ticks = deadline > now ? deadline - now : 0;
  // Rounded up, since an alarm that comes early would only have to be set again.
  const std::uint64_t ns = add_saturated(ticks_to_ns(ticks, frequency_hz_), 1);
  seL4_Word mr0 = ns;
  static_cast<void>(seL4_CallWithMRs(base_endpoint_cap + timer_channel_,
                                     seL4_MessageInfo_new(label_set_timeout, 0, 0, 1), &mr0,
                                     nullptr, nullptr, nullptr));
}

}  // namespace serai::microkit
