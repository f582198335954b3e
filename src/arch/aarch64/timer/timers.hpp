// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "arch/aarch64/timer/alarm.hpp"
#include "arch/aarch64/timer/physical_timer.hpp"
#include "arch/aarch64/timer/virtual_timer.hpp"
#include "arch/aarch64/vcpu_port.hpp"
#include "arch/aarch64/vgic/vgic.hpp"
#include "core/ports.hpp"

namespace serai::aarch64 {

/// What WFI comes to.
enum class ParkDecision : std::uint8_t {
  run,   ///< an interrupt waits or is due: the vCPU goes on
  park,  ///< the vCPU waits until `wakes` or a line says otherwise
};

/// The timers of one vCPU and its sleep. Does not own the port, the clock or the interrupt
/// controller, all of which outlive it.
class Timers {
 public:
  Timers(VcpuPort& port, ClockPort& clock, Vgic& vgic) noexcept
      : vgic_(vgic), alarm_(clock), virtual_(port, vgic), physical_(alarm_, vgic) {}

  /// Lets the interrupt controller know the timers. Once, before the first event.
  void attach() noexcept {
    virtual_.attach();
    physical_.attach();
  }

  [[nodiscard]] VirtualTimer& virtual_timer() noexcept { return virtual_; }

  /// Shared with the devices of the machine.
  [[nodiscard]] Alarm& alarm() noexcept { return alarm_; }

  [[nodiscard]] PhysicalTimer& physical_timer() noexcept { return physical_; }

  /// Decides about the WFI of a vCPU after `Vgic::sync`. Where it parks and its virtual timer will
  /// fire, the alarm is set.
  [[nodiscard]] ParkDecision decide_park() noexcept;

  /// The alarm rang, or may have. True when the virtual timer of a parked vCPU is due: its
  /// interrupt follows by itself once the vCPU runs. Lines may have changed: `sync` follows.
  [[nodiscard]] bool rang() noexcept;

  /// A parked vCPU goes on.
  void resumed() noexcept {
    wake_at_ = Alarm::never;
    alarm_.clear(Waiter::parked_vcpu);
  }

  /// Power-on state, at any moment at which the vCPU is stopped.
  void reset() noexcept;

 private:
  Vgic& vgic_;
  Alarm alarm_;
  VirtualTimer virtual_;
  PhysicalTimer physical_;
  /// When the virtual timer of the parked vCPU is due, in ticks of the clock's counter.
  std::uint64_t wake_at_ = Alarm::never;
};

}  // namespace serai::aarch64
