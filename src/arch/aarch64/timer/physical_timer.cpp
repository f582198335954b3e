// SPDX-License-Identifier: BSD-2-Clause
#include "arch/aarch64/timer/physical_timer.hpp"

#include "base/bits.hpp"

namespace serai::aarch64 {
namespace {

constexpr std::uint32_t ctl_enable = 1;
constexpr std::uint32_t ctl_imask = 2;
constexpr std::uint32_t ctl_istatus = 4;

}  // namespace

std::uint64_t PhysicalTimer::read(PhysicalTimerRegister reg) noexcept {
  switch (reg) {
    case PhysicalTimerRegister::ctl: {
      const bool met = (control_ & ctl_enable) != 0 && alarm_.now() >= compare_;
      return control_ | (met ? ctl_istatus : 0);
    }
    case PhysicalTimerRegister::cval:
      return compare_;
    case PhysicalTimerRegister::tval:
      return (compare_ - alarm_.now()) & low_mask(32);
    case PhysicalTimerRegister::count:
      return alarm_.now();
  }
  return 0;
}

void PhysicalTimer::write(PhysicalTimerRegister reg, std::uint64_t value) noexcept {
  switch (reg) {
    case PhysicalTimerRegister::ctl:
      control_ = static_cast<std::uint32_t>(value) & (ctl_enable | ctl_imask);
      break;
    case PhysicalTimerRegister::cval:
      compare_ = value;
      break;
    case PhysicalTimerRegister::tval:
      compare_ = alarm_.now() + sign_extend(value, 32);
      break;
    case PhysicalTimerRegister::count:
      return;
  }
  update();
}

bool PhysicalTimer::sample(std::uint32_t /*which*/) noexcept {
  return control_ == ctl_enable && alarm_.now() >= compare_;
}

void PhysicalTimer::update() noexcept {
  const bool high = sample(intid);
  const bool waits = control_ == ctl_enable && !high;
  alarm_.set(Waiter::physical_timer, waits ? compare_ : Alarm::never);
  vgic_.set_level(intid, high);
}

void PhysicalTimer::reset() noexcept {
  control_ = 0;
  compare_ = 0;
  update();
}

}  // namespace serai::aarch64
