// SPDX-License-Identifier: BSD-2-Clause
//
// The guest's own stage-1 translation, walked by software: VMSAv8-64 (DDI 0487, chapter D8), EL1&0,
// granules of 4, 16 and 64 KiB, both halves, addresses of up to 48 bits. Not walked: 52-bit
// addresses (FEAT_LVA, FEAT_LPA, FEAT_LPA2), 128-bit descriptors, permission indirection, and the
// short descriptors of AArch32.
#pragma once

#include <cstdint>
#include <expected>

#include "arch/aarch64/exit/fault_status.hpp"
#include "arch/aarch64/vcpu_port.hpp"
#include "core/guest_memory.hpp"

namespace serai::aarch64 {

/// The registers that stage 1 depends on.
// Guest-controlled: all of them.
struct StageOne {
  std::uint64_t sctlr_el1 = 0;
  std::uint64_t tcr_el1 = 0;
  std::uint64_t ttbr0_el1 = 0;
  std::uint64_t ttbr1_el1 = 0;

  [[nodiscard]] static StageOne of(VcpuPort& port) noexcept;
};

/// Who accesses memory, and how.
struct AccessRights {
  bool is_el0 = false;  ///< with EL0's rights, also LDTR and STTR at EL1
  bool is_write = false;
  bool pan = false;  ///< PSTATE.PAN; ignored for EL0
};

/// Where a virtual address leads.
struct Translation {
  GuestAddress address;
  bool el0 = true;  ///< EL0 may access it
  bool writable = true;
  bool has_permissions = true;  ///< false while translation is off
  std::uint8_t level = 0;       ///< of the entry that mapped it

  [[nodiscard]] constexpr bool allows(AccessRights access) const noexcept {
    const bool is_hidden = access.pan && el0 && has_permissions;
    return (access.is_el0 ? el0 : !is_hidden) && (writable || !access.is_write);
  }
};

/// The guest-physical address of `virtual_address`, or the status of the fault that the guest would
/// take, a permission fault excepted. Reads at most four descriptors, each once.
// Guest-controlled: everything.
[[nodiscard]] std::expected<Translation, FaultStatus> translate(
    const StageOne& registers, const GuestMemory& memory, std::uint64_t virtual_address) noexcept;

}  // namespace serai::aarch64
