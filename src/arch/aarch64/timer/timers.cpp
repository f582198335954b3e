// SPDX-License-Identifier: BSD-2-Clause
#include "arch/aarch64/timer/timers.hpp"

namespace serai::aarch64 {

ParkDecision Timers::decide_park() noexcept {
  wake_at_ = Alarm::never;
  if (vgic_.wakes()) {
    return ParkDecision::run;
  }
  const VirtualTimer::Expiry expiry =
      vgic_.forwards(VirtualTimer::intid) ? virtual_.expiry() : VirtualTimer::Expiry{};
  if (expiry.armed) {
    const std::uint64_t now = alarm_.now();
    const std::uint64_t guest_now = now - expiry.offset;
    if (guest_now >= expiry.compare) {
      return ParkDecision::run;
    }
    // Guest-controlled: the time left may be too long for the host's counter ever to reach.
    const std::uint64_t left = expiry.compare - guest_now;
    wake_at_ = left < Alarm::never - now ? now + left : Alarm::never;
  }
  alarm_.set(Waiter::parked_vcpu, wake_at_);
  return ParkDecision::park;
}

bool Timers::rang() noexcept {
  const bool due = wake_at_ != Alarm::never && alarm_.now() >= wake_at_;
  if (due) {
    wake_at_ = Alarm::never;
    alarm_.clear(Waiter::parked_vcpu);
  }
  physical_.update();
  alarm_.rearm();
  return due;
}

void Timers::reset() noexcept {
  wake_at_ = Alarm::never;
  alarm_.reset();
  virtual_.reset();
  physical_.reset();
}

}  // namespace serai::aarch64
