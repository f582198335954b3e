// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>

#include "arch/aarch64/vcpu_port.hpp"

namespace serai::vmm {

/// How a guest is entered.
struct BootArguments {
  std::uint64_t entry = 0;  ///< guest-physical address of the first instruction
  std::uint64_t x0 = 0;
};

/// Puts a suspended vCPU into the state that the arm64 boot protocol asks for: EL1h, interrupts
/// masked, MMU and caches off, X0 as given and all other general registers zero.
void set_reset_state(aarch64::VcpuPort& port, const BootArguments& arguments) noexcept;

}  // namespace serai::vmm
