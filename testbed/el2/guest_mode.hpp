// SPDX-License-Identifier: BSD-2-Clause
//
// What EL2 changes between running a PD and running the guest whose EL1 registers are loaded.
#pragma once

#include "base/bits.hpp"
#include "el2/gic.hpp"
#include "el2/machine.hpp"
#include "el2/system_registers.hpp"
#include "el2/vcpu_registers.hpp"

namespace serai::testbed {

// HCR_EL2 (Arm ARM, D17.2.48).
inline constexpr std::uint64_t hcr_vm = bit(0);
inline constexpr std::uint64_t hcr_fmo = bit(3);
inline constexpr std::uint64_t hcr_imo = bit(4);
inline constexpr std::uint64_t hcr_amo = bit(5);
inline constexpr std::uint64_t hcr_dc = bit(12);
inline constexpr std::uint64_t hcr_twi = bit(13);
inline constexpr std::uint64_t hcr_twe = bit(14);
inline constexpr std::uint64_t hcr_tsc = bit(19);
inline constexpr std::uint64_t hcr_tge = bit(27);
inline constexpr std::uint64_t hcr_rw = bit(31);

// CPTR_EL2: PDs use no floating point here, so that it always is the guest's.
inline constexpr std::uint64_t cptr_reserved = 0x33ff;
inline constexpr std::uint64_t cptr_trap_floating_point = bit(10);

/// The registers that differ between PDs and guests.
struct Mode {
  std::uint64_t hcr;
  std::uint64_t cptr;
  std::uint64_t cnthctl;
};

/// SCTLR_EL1 as seL4 creates a vCPU: stage 1 off, cache maintenance allowed to EL0. Before a guest
/// runs it serves the PDs.
inline constexpr std::uint64_t sctlr_without_translation = 0x34d5'8820;

inline constexpr std::uint64_t hcr_common = hcr_vm | hcr_rw | hcr_amo | hcr_imo | hcr_fmo | hcr_tsc;

/// For guests: WFI and WFE trap; everyone reads the physical counter, and only PDs reach the
/// physical timer.
inline constexpr Mode guest_mode = {
    .hcr = hcr_common | hcr_twi | hcr_twe,
    .cptr = cptr_reserved,
    .cnthctl = bit(0),
};

/// For PDs: EL0 below EL2, with stage 1 off but cacheable.
inline constexpr Mode pd_mode = {
    .hcr = hcr_common | hcr_tge | hcr_dc,
    .cptr = cptr_reserved | cptr_trap_floating_point,
    .cnthctl = bit(0) | bit(1),
};

/// CNTKCTL_EL1 for PDs: EL0 reads the physical counter and uses the physical timer.
inline constexpr std::uint64_t cntkctl_for_pd = bit(0) | bit(9);

/// Masks exactly those of the guest's two private interrupts whose bits are set.
void mask_private_interrupts(std::uint32_t intids) noexcept;

inline void set_mode(const Mode& mode) noexcept {
  write_hcr_el2(mode.hcr);
  write_cptr_el2(mode.cptr);
  write_cnthctl_el2(mode.cnthctl);
}

/// Whether the guest's settings reach EL0 in spite of HCR_EL2.TGE and would change what PDs do:
/// alignment checks and big-endian data (SCTLR_EL1.A, E0E), single steps and breakpoints
/// (MDSCR_EL1.SS, MDE). Rare: its debugger is at work, or it is hostile.
[[nodiscard]] inline bool guest_disturbs_pds() noexcept {
  const std::uint64_t sctlr = read_sctlr_el1();
  const std::uint64_t mdscr = read_mdscr_el1();
  // One test of four bits: this is on every exit's way.
  return test_bit((sctlr >> 1) | (sctlr >> 24) | mdscr | (mdscr >> 15), 0);
}

/// Takes such settings of the loaded vCPU out of the hardware, and brings them back.
void set_aside(Vcpu& vcpu) noexcept;
void bring_back(Vcpu& vcpu) noexcept;

/// Makes the hardware ready to run PDs. The guest's EL1 registers stay where they are: with
/// HCR_EL2.TGE set they do not concern EL0, and virtual interrupts are not taken there. If its
/// virtual timer or its list registers interrupt all the same, that is suppressed then
/// (interrupt.cpp), which is rarer than leaving a guest.
inline void leave_harmless_guest(Vcpu& vcpu) noexcept {
  machine.guest_active = false;
  vcpu.cntkctl = read_cntkctl_el1();
  write_cntkctl_el1(cntkctl_for_pd);
  set_mode(pd_mode);
}

/// The same for any guest.
inline void leave_guest() noexcept {
  if (guest_disturbs_pds()) {
    set_aside(*machine.loaded);
  }
  leave_harmless_guest(*machine.loaded);
}

/// Makes the hardware ready to run `vcpu`, whose EL1 registers are loaded with nothing set aside.
inline void enter_loaded_guest(Vcpu& vcpu) noexcept {
  set_mode(guest_mode);
  write_cntkctl_el1(vcpu.cntkctl);
  if (machine.masked_private != vcpu.masked_private) {
    mask_private_interrupts(vcpu.masked_private);
  }
  machine.guest_active = true;
}

}  // namespace serai::testbed
