// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>

#include "arch/aarch64/timer/alarm.hpp"
#include "arch/aarch64/vgic/listeners.hpp"
#include "arch/aarch64/vgic/vgic.hpp"

namespace serai::aarch64 {

/// Registers of the EL1 physical timer that a hypervisor may trap.
enum class PhysicalTimerRegister : std::uint8_t {
  ctl,    ///< CNTP_CTL_EL0
  cval,   ///< CNTP_CVAL_EL0
  tval,   ///< CNTP_TVAL_EL0
  count,  ///< CNTPCT_EL0; writes are ignored
};

/// The EL1 physical timer where the hypervisor keeps the real one to itself: its registers are
/// emulated, and the alarm is asked to ring when its wire would rise. DDI 0487, D11.2.
///
/// Does not own the alarm or the interrupt controller.
class PhysicalTimer final : public EndOfInterruptListener, public LevelSource {
 public:
  static constexpr std::uint32_t intid = 30;

  PhysicalTimer(Alarm& alarm, Vgic& vgic) noexcept : alarm_(alarm), vgic_(vgic) {}

  /// Lets the interrupt controller know this timer. Once, before the first event.
  void attach() noexcept {
    vgic_.attach(intid, static_cast<EndOfInterruptListener&>(*this));
    vgic_.attach(intid, static_cast<LevelSource&>(*this));
  }

  [[nodiscard]] std::uint64_t read(PhysicalTimerRegister reg) noexcept;

  // Guest-controlled: value.
  void write(PhysicalTimerRegister reg, std::uint64_t value) noexcept;

  /// Brings the wire and the alarm in line with the time. After each ring of the alarm.
  void update() noexcept;

  [[nodiscard]] bool ended(std::uint32_t which) noexcept override { return sample(which); }

  [[nodiscard]] bool sample(std::uint32_t which) noexcept override;

  /// Switched off, its wire low.
  void reset() noexcept;

 private:
  Alarm& alarm_;
  Vgic& vgic_;
  std::uint64_t compare_ = 0;
  std::uint32_t control_ = 0;  ///< ENABLE and IMASK
};

}  // namespace serai::aarch64
