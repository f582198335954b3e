// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>

#include "el2/thread.hpp"
#include "policy/list_registers.hpp"

namespace serai::testbed {

/// Brings a vCPU to what seL4 gives it at creation.
void initialise(Vcpu& vcpu) noexcept;

/// Makes the hardware ready to run `vcpu` at EL1 and EL0. Its EL1 registers are loaded only if
/// another vCPU's are there.
void enter_guest(Vcpu& vcpu) noexcept;

/// Sets the registers that PDs run under for the first time.
void prepare_for_pds() noexcept;

/// One of a vCPU's registers by its seL4_VCPUReg number, which is below `Vcpu::register_count`.
[[nodiscard]] std::uint64_t read_register(const Vcpu& vcpu, std::size_t number) noexcept;
void write_register(Vcpu& vcpu, std::size_t number, std::uint64_t value) noexcept;

/// seL4_ARM_VCPU_InjectIRQ.
[[nodiscard]] InjectCheck inject(Vcpu& vcpu, const Injection& injection) noexcept;

/// What a maintenance interrupt says about the active vCPU: the index of a list register whose
/// interrupt has ended, or -1 as seL4 does when there is none.
[[nodiscard]] std::int64_t take_maintenance(Vcpu& vcpu) noexcept;

}  // namespace serai::testbed
