// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>
#include <string_view>

#include "arch/aarch64/exit/exit.hpp"
#include "arch/aarch64/vcpu.hpp"
#include "core/exit_action.hpp"

namespace serai::aarch64 {

/// A register of the EL1 physical timer.
enum class TrappedTimerRegister : std::uint8_t {
  control,  ///< CNTP_CTL_EL0
  compare,  ///< CNTP_CVAL_EL0
  timer,    ///< CNTP_TVAL_EL0
  count,    ///< CNTPCT_EL0, CNTPCTSS_EL0
};

/// The emulated physical timer of one vCPU, for hypervisors that trap the real one.
class PhysicalTimerAccess {
 public:
  [[nodiscard]] virtual std::uint64_t read_timer(TrappedTimerRegister reg) noexcept = 0;

  // Guest-controlled: value.
  virtual void write_timer(TrappedTimerRegister reg, std::uint64_t value) noexcept = 0;

 protected:
  ~PhysicalTimerAccess() = default;
};

/// System registers and instructions that a hypervisor may trap. What a hypervisor lets the guest
/// use never comes here. Owns nothing.
///
///   - stage-1 and exception registers: read and written through the vCPU's port;
///   - the physical timer: handed on;
///   - debug and performance monitor registers: read as zero, ignore writes (OSLSR_EL1 tells that
///     there is an OS lock, and that it is open);
///   - cache maintenance by set and way: done, since set and way of a virtual cache mean nothing;
///   - everything else, the GICv3 CPU interface and ID registers too: undefined.
class SystemTraps {
 public:
  /// `timer` may be null: its registers are then undefined.
  explicit SystemTraps(PhysicalTimerAccess* timer = nullptr) noexcept : timer_(timer) {}

  /// Carries out `access` and moves the PC past it, or injects an undefined instruction.
  [[nodiscard]] ExitAction handle(Vcpu& vcpu, const SystemAccess& access) noexcept;

 private:
  PhysicalTimerAccess* timer_;
};

/// The name of a register or instruction that `SystemTraps` knows, by the Arm ARM; else empty.
[[nodiscard]] std::string_view system_name(const SystemEncoding& encoding) noexcept;

}  // namespace serai::aarch64
