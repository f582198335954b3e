// SPDX-License-Identifier: BSD-2-Clause
#include "el2/vcpu.hpp"

#include <bit>

#include "base/bits.hpp"
#include "el2/gic.hpp"
#include "el2/guest_mode.hpp"
#include "el2/machine.hpp"
#include "el2/system_registers.hpp"
#include "el2/vcpu_registers.hpp"

namespace serai::testbed {
namespace {

void unload(Vcpu& vcpu) noexcept {
  if (vcpu.set_aside) {
    bring_back(vcpu);
  }
  for (std::size_t i = 0; i < vcpu_register::cntkctl; ++i) {
    vcpu.registers[i] = read_hardware(i);
  }
  vcpu.par = read_par_el1();
  vcpu.mdscr = read_mdscr_el1();
  vcpu.csselr = read_csselr_el1();
  vcpu.vmcr = gic::virtual_machine_control();
  vcpu.apr = gic::active_priorities();
  for (std::size_t i = 0; i < vcpu.list_registers.count(); ++i) {
    vcpu.list_registers.set(i, gic::list_register(i));
  }
  save_vectors(vcpu.vectors.data());
}

void load(Vcpu& vcpu) noexcept {
  for (std::size_t i = 0; i < vcpu_register::cntkctl; ++i) {
    write_hardware(i, vcpu.registers[i]);
  }
  write_par_el1(vcpu.par);
  write_mdscr_el1(vcpu.mdscr);
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
  write_cptr_el2(guest_mode.cptr);
  instruction_barrier();
  if (machine.loaded != nullptr) {
    unload(*machine.loaded);
  }
  load(vcpu);
  machine.loaded = &vcpu;
}

}  // namespace

void initialise(Vcpu& vcpu) noexcept {
  vcpu.registers[vcpu_register::sctlr] = sctlr_without_translation;
  vcpu.list_registers.set_count(gic::list_register_count());
}

void enter_guest(Vcpu& vcpu) noexcept {
  if (machine.loaded != &vcpu) {
    make_loaded(vcpu);
  } else if (vcpu.set_aside) {
    bring_back(vcpu);
  }
  enter_loaded_guest(vcpu);
}

void prepare_for_pds() noexcept {
  write_sctlr_el1(sctlr_without_translation);
  write_cntkctl_el1(cntkctl_for_pd);
  set_mode(pd_mode);
}

void set_aside(Vcpu& vcpu) noexcept {
  vcpu.registers[vcpu_register::sctlr] = read_sctlr_el1();
  vcpu.mdscr = read_mdscr_el1();
  write_sctlr_el1(sctlr_without_translation);
  write_mdscr_el1(0);
  vcpu.set_aside = true;
  vcpu.may_switch_fast = false;
}

void bring_back(Vcpu& vcpu) noexcept {
  write_sctlr_el1(vcpu.registers[vcpu_register::sctlr]);
  write_mdscr_el1(vcpu.mdscr);
  vcpu.set_aside = false;
  vcpu.may_switch_fast = vcpu.has_fast_switch;
}

namespace {

/// Whether the hardware has the truth about a register. Only PDs ask, so the guest is not active.
bool is_in_hardware(const Vcpu& vcpu, std::size_t number) noexcept {
  const bool is_aside = vcpu.set_aside && number == vcpu_register::sctlr;
  return machine.loaded == &vcpu && !is_aside;
}

}  // namespace

std::uint64_t read_register(const Vcpu& vcpu, std::size_t number) noexcept {
  if (number == vcpu_register::cntkctl) {
    return vcpu.cntkctl;
  }
  return is_in_hardware(vcpu, number) ? read_hardware(number) : vcpu.registers[number];
}

void write_register(Vcpu& vcpu, std::size_t number, std::uint64_t value) noexcept {
  if (number == vcpu_register::cntkctl) {
    vcpu.cntkctl = value;
  } else if (is_in_hardware(vcpu, number)) {
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
