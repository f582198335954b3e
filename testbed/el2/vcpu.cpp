// SPDX-License-Identifier: BSD-2-Clause
#include "el2/vcpu.hpp"

#include <bit>

#include "base/bits.hpp"
#include "el2/gic.hpp"
#include "el2/machine.hpp"
#include "el2/system_registers.hpp"
#include "el2/vcpu_registers.hpp"

namespace serai::testbed {
namespace {

// HCR_EL2 (Arm ARM, D17.2.48).
constexpr std::uint64_t hcr_vm = bit(0);
constexpr std::uint64_t hcr_fmo = bit(3);
constexpr std::uint64_t hcr_imo = bit(4);
constexpr std::uint64_t hcr_amo = bit(5);
constexpr std::uint64_t hcr_dc = bit(12);
constexpr std::uint64_t hcr_twi = bit(13);
constexpr std::uint64_t hcr_twe = bit(14);
constexpr std::uint64_t hcr_tsc = bit(19);
constexpr std::uint64_t hcr_tge = bit(27);
constexpr std::uint64_t hcr_rw = bit(31);
constexpr std::uint64_t hcr_common = hcr_vm | hcr_rw | hcr_amo | hcr_imo | hcr_fmo | hcr_tsc;
constexpr std::uint64_t hcr_for_guest = hcr_common | hcr_twi | hcr_twe;
constexpr std::uint64_t hcr_for_pd = hcr_common | hcr_tge | hcr_dc;

// CPTR_EL2: PDs use no floating point here, so that it always is the guest's.
constexpr std::uint64_t cptr_reserved = 0x33ff;
constexpr std::uint64_t cptr_for_guest = cptr_reserved;
constexpr std::uint64_t cptr_for_pd = cptr_reserved | bit(10);

// CNTHCTL_EL2: everyone reads the physical counter; only PDs reach the physical timer.
constexpr std::uint64_t cnthctl_for_guest = bit(0);
constexpr std::uint64_t cnthctl_for_pd = bit(0) | bit(1);

// CNTKCTL_EL1: EL0 reads the physical counter and uses the physical timer.
constexpr std::uint64_t cntkctl_for_pd = bit(0) | bit(9);

// SCTLR_EL1 at creation, with seL4's value: stage 1 off.
constexpr std::uint64_t sctlr_at_start = 0x34d5'8820;

void unload(Vcpu& vcpu) noexcept {
  for (std::size_t i = 0; i < Vcpu::register_count; ++i) {
    if (i != vcpu_register::cntkctl) {
      vcpu.registers[i] = read_hardware(i);
    }
  }
  vcpu.par = read_par_el1();
  vcpu.csselr = read_csselr_el1();
  vcpu.vmcr = gic::virtual_machine_control();
  vcpu.apr = gic::active_priorities();
  for (std::size_t i = 0; i < vcpu.list_registers.count(); ++i) {
    vcpu.list_registers.set(i, gic::list_register(i));
  }
  save_vectors(vcpu.vectors.data());
}

void load(Vcpu& vcpu) noexcept {
  for (std::size_t i = 0; i < Vcpu::register_count; ++i) {
    if (i != vcpu_register::cntkctl) {
      write_hardware(i, vcpu.registers[i]);
    }
  }
  write_par_el1(vcpu.par);
  write_csselr_el1(vcpu.csselr);
  gic::virtual_machine_control() = vcpu.vmcr;
  gic::active_priorities() = vcpu.apr;
  for (std::size_t i = 0; i < vcpu.list_registers.count(); ++i) {
    gic::list_register(i) = vcpu.list_registers.value(i);
  }
  load_vectors(vcpu.vectors.data());
}

void make_loaded(Vcpu& vcpu) noexcept {
  // SIMD registers can only be moved while EL2 does not trap them.
  write_cptr_el2(cptr_for_guest);
  instruction_barrier();
  if (machine.loaded != nullptr) {
    unload(*machine.loaded);
  }
  load(vcpu);
  machine.loaded = &vcpu;
}

}  // namespace

void initialise(Vcpu& vcpu) noexcept {
  vcpu.registers[vcpu_register::sctlr] = sctlr_at_start;
  vcpu.list_registers.set_count(gic::list_register_count());
}

void enter_guest(Vcpu& vcpu) noexcept {
  if (machine.loaded != &vcpu) {
    make_loaded(vcpu);
  }
  write_hcr_el2(hcr_for_guest);
  write_cptr_el2(cptr_for_guest);
  write_cnthctl_el2(cnthctl_for_guest);
  write_cntkctl_el1(vcpu.registers[vcpu_register::cntkctl]);
  gic::set_virtual_enabled(true);
  if (!vcpu.timer_masked) {
    gic::unmask(gic::virtual_timer_intid);
  }
  machine.guest_active = true;
}

void leave_guest() noexcept {
  machine.loaded->registers[vcpu_register::cntkctl] = read_cntkctl_el1();
  gic::mask(gic::virtual_timer_intid);
  gic::set_virtual_enabled(false);
  machine.guest_active = false;
  prepare_for_pds();
}

void prepare_for_pds() noexcept {
  write_hcr_el2(hcr_for_pd);
  write_cptr_el2(cptr_for_pd);
  write_cnthctl_el2(cnthctl_for_pd);
  write_cntkctl_el1(cntkctl_for_pd);
}

std::uint64_t read_register(const Vcpu& vcpu, std::size_t number) noexcept {
  // Only PDs ask, so the guest is not active and CNTKCTL_EL1 is in memory.
  const bool in_hardware = machine.loaded == &vcpu && number != vcpu_register::cntkctl;
  return in_hardware ? read_hardware(number) : vcpu.registers[number];
}

void write_register(Vcpu& vcpu, std::size_t number, std::uint64_t value) noexcept {
  if (machine.loaded == &vcpu && number != vcpu_register::cntkctl) {
    write_hardware(number, value);
  } else {
    vcpu.registers[number] = value;
  }
}

InjectCheck inject(Vcpu& vcpu, const Injection& injection) noexcept {
  const InjectCheck check = vcpu.list_registers.check(injection);
  if (check.answer != InjectAnswer::done) {
    return check;
  }
  if (vcpu.failing_injections > 0) {
    --vcpu.failing_injections;
    return {InjectAnswer::delete_first, 0};
  }
  const std::uint32_t value = list_register::make_pending(injection);
  if (machine.loaded == &vcpu) {
    gic::list_register(injection.index) = value;
  } else {
    vcpu.list_registers.set(injection.index, value);
  }
  return check;
}

std::int64_t take_maintenance(Vcpu& vcpu) noexcept {
  constexpr std::uint32_t ended = 1;
  const std::uint32_t status = gic::end_of_interrupt_status();
  if ((gic::maintenance_status() & ended) == 0 || status == 0) {
    return -1;
  }
  const auto index = static_cast<std::size_t>(std::countr_zero(status));
  if (index >= vcpu.list_registers.count()) {
    return -1;
  }
  const std::uint32_t value = gic::list_register(index) & ~list_register::eoi_request;
  gic::list_register(index) = value;
  vcpu.list_registers.set(index, value);
  return static_cast<std::int64_t>(index);
}

}  // namespace serai::testbed
