// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "arch/aarch64/exit/system_traps.hpp"
#include "arch/aarch64/timer/physical_timer.hpp"

namespace serai::vmm {

/// Joins the trapped registers of the physical timer to the timer that emulates them.
class TimerTraps final : public aarch64::PhysicalTimerAccess {
 public:
  explicit TimerTraps(aarch64::PhysicalTimer& timer) noexcept : timer_(timer) {}

  [[nodiscard]] std::uint64_t read_timer(aarch64::TrappedTimerRegister reg) noexcept override {
    return timer_.read(register_of(reg));
  }

  void write_timer(aarch64::TrappedTimerRegister reg, std::uint64_t value) noexcept override {
    timer_.write(register_of(reg), value);
  }

 private:
  [[nodiscard]] static aarch64::PhysicalTimerRegister register_of(
      aarch64::TrappedTimerRegister reg) noexcept {
    using From = aarch64::TrappedTimerRegister;
    using To = aarch64::PhysicalTimerRegister;
    switch (reg) {
      case From::control:
        return To::ctl;
      case From::compare:
        return To::cval;
      case From::timer:
        return To::tval;
      case From::count:
        break;
    }
    return To::count;
  }

  aarch64::PhysicalTimer& timer_;
};

}  // namespace serai::vmm
