// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>

#include "arch/aarch64/psci/cpu_power.hpp"
#include "arch/aarch64/psci/smccc.hpp"
#include "arch/aarch64/vcpu.hpp"
#include "core/exit_action.hpp"
#include "core/guest_memory.hpp"

namespace serai::aarch64 {

/// What a guest last did to its own power; tells a wanted end from a crash.
enum class PowerEvent : std::uint8_t { none, cpu_off, system_off, system_reset };

/// The firmware that a guest calls: PSCI 1.1 (DEN 0022F) and SMCCC 1.2 (DEN 0028). Every function
/// identifier has an answer; what is not offered is NOT_SUPPORTED. Owns neither `cpus` nor
/// `memory`.
class Psci {
 public:
  Psci(CpuPower& cpus, const GuestMemory& memory) noexcept : cpus_(cpus), memory_(memory) {}

  /// Answers the SMC or HVC that `vcpu` stands at, by W0 and its arguments, and moves the PC past
  /// it. `park` for CPU_SUSPEND, `stop` for CPU_OFF and SYSTEM_OFF, `reset` for SYSTEM_RESET.
  [[nodiscard]] ExitAction call(Vcpu& vcpu) noexcept;

  /// The same for an instruction with this immediate: SMCCC reserves all but zero.
  [[nodiscard]] ExitAction call(Vcpu& vcpu, std::uint16_t immediate) noexcept;

  /// The answer to a function that always gets the same one, which most do; else null.
  // Guest-controlled: function.
  [[nodiscard]] static const std::uint64_t* constant_answer(std::uint32_t function) noexcept;

  [[nodiscard]] PowerEvent last_event() const noexcept { return last_event_; }

  /// Back to the state before the guest's first instruction.
  void reset() noexcept { last_event_ = PowerEvent::none; }

 private:
  friend struct PsciFunctions;

  [[nodiscard]] ExitAction serve(Vcpu& vcpu, std::uint32_t function) noexcept;

  CpuPower& cpus_;
  const GuestMemory& memory_;
  PowerEvent last_event_ = PowerEvent::none;
};

}  // namespace serai::aarch64
