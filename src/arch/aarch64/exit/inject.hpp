// SPDX-License-Identifier: BSD-2-Clause
//
// Enters exceptions at EL1 on behalf of the processor (DDI 0487, "AArch64.TakeException"). Where
// the guest's vector base points to nonsense, the guest faults again and again: that is the guest's
// affair.
#pragma once

#include <cstdint>
#include <optional>

#include "arch/aarch64/exit/exit.hpp"
#include "arch/aarch64/vcpu.hpp"

namespace serai::aarch64 {

/// A synchronous exception that the guest's EL1 is to take.
struct SynchronousException {
  /// EC. A class that has two values is given as the one "from a lower exception level"; the other
  /// is chosen where the vCPU was in EL1.
  ExceptionClass exception_class = ExceptionClass::unknown;
  std::uint32_t iss = 0;             ///< 25 bits
  bool is_long_instruction = true;   ///< IL
  std::optional<std::uint64_t> far;  ///< FAR_EL1, where the class defines it
};

/// Enters `exception` at EL1; ELR_EL1 becomes the vCPU's PC. Changes PC, SPSR, ELR_EL1, SPSR_EL1,
/// ESR_EL1 and, if given, FAR_EL1.
void inject(Vcpu& vcpu, const SynchronousException& exception) noexcept;

/// An undefined instruction at the PC.
void inject_undefined(Vcpu& vcpu) noexcept;

/// A data abort with `status` for the access that `abort` describes. Without the virtual address
/// the status is that of a synchronous external abort, the only one that may leave FAR_EL1 unknown.
void inject_data_abort(Vcpu& vcpu, DataAbort abort, std::optional<std::uint64_t> virtual_address,
                       FaultStatus status = FaultStatus::external_abort) noexcept;

/// An instruction abort at the PC.
void inject_instruction_abort(Vcpu& vcpu,
                              FaultStatus status = FaultStatus::external_abort) noexcept;

}  // namespace serai::aarch64
