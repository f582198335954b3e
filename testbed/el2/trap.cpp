// SPDX-License-Identifier: BSD-2-Clause
#include "el2/trap.hpp"

#include <array>

#include "base/bits.hpp"
#include "el2/guest_call.hpp"
#include "el2/interrupt.hpp"
#include "el2/ipc.hpp"
#include "el2/machine.hpp"
#include "el2/report.hpp"
#include "el2/schedule.hpp"
#include "el2/system_call.hpp"
#include "el2/system_registers.hpp"

namespace serai::testbed {
namespace {

/// ESR_ELx.EC (Arm ARM, D17.2.37).
enum ExceptionClass : std::uint64_t {
  wfi_or_wfe = 0x01,
  supervisor_call = 0x15,
  hypervisor_call = 0x16,
  secure_monitor_call = 0x17,
  system_register = 0x18,
  instruction_abort = 0x20,
  data_abort = 0x24,
};

constexpr std::uint64_t class_of(std::uint64_t syndrome) noexcept {
  return extract(syndrome, 26, 6);
}

bool is_abort(std::uint64_t exception_class) noexcept {
  return exception_class == instruction_abort || exception_class == data_abort;
}

void raise_memory_fault(Thread& thread, std::uint64_t syndrome, std::uint64_t address) noexcept {
  const std::uint64_t prefetch = is_instruction_abort(syndrome) ? 1 : 0;
  raise_fault(
      thread,
      Fault{fault_label::memory, 4, {thread.context[place::pc], address, prefetch, syndrome}});
}

/// Cache maintenance by address, which a PD may do on seL4 but which traps here while the guest's
/// SCTLR_EL1.UCI is clear. QEMU models no caches, so there is nothing to do.
bool is_cache_maintenance(std::uint64_t syndrome) noexcept {
  const bool op0_is_1 = extract(syndrome, 20, 2) == 1;
  const bool op1_is_3 = extract(syndrome, 14, 3) == 3;
  const bool crn_is_7 = extract(syndrome, 10, 4) == 7;
  // DC ZVA is no maintenance; it traps on seL4 too.
  const bool is_zeroing = extract(syndrome, 1, 4) == 4;
  return class_of(syndrome) == system_register && op0_is_1 && op1_is_3 && crn_is_7 && !is_zeroing;
}

/// The same for CTR_EL0 and SCTLR_EL1.UCT.
bool is_cache_type_read(std::uint64_t syndrome) noexcept {
  constexpr std::uint64_t op_fields = 0x3f'fc1f;
  constexpr std::uint64_t ctr_el0_read = (3U << 20) | (1U << 17) | (3U << 14) | 1U;
  return class_of(syndrome) == system_register && (syndrome & op_fields) == ctr_el0_read;
}

void read_cache_type(Pd& pd, std::uint64_t syndrome) noexcept {
  const std::uint64_t target = extract(syndrome, 5, 5);
  if (target < place_of_register.size()) {
    // NOLINTNEXTLINE(misc-const-correctness): the check does not see what assembly writes
    std::uint64_t value = 0;
    // Safety: reading an identification register has no effects.
    asm volatile("mrs %0, ctr_el0" : "=r"(value));
    pd.context[place_of_register[target]] = value;
  }
}

void handle_pd_trap(Pd& pd, std::uint64_t syndrome) noexcept {
  if (class_of(syndrome) == supervisor_call) {
    handle_system_call(pd);
  } else if (is_abort(class_of(syndrome))) {
    raise_memory_fault(pd, syndrome, read_far_el2());
  } else if (is_cache_maintenance(syndrome)) {
    pd.context[place::pc] += 4;
  } else if (is_cache_type_read(syndrome)) {
    read_cache_type(pd, syndrome);
    pd.context[place::pc] += 4;
  } else {
    raise_fault(pd, Fault{fault_label::user_exception, 5, {syndrome, 0}});
  }
}

constexpr std::array<Exit, 64> make_exit_table() noexcept {
  std::array<Exit, 64> table{};
  table.fill(Exit::other_trap);
  table[wfi_or_wfe] = Exit::wfi;
  table[hypervisor_call] = Exit::hvc;
  table[secure_monitor_call] = Exit::smc;
  table[system_register] = Exit::system_register;
  table[instruction_abort] = Exit::memory_fault;
  table[data_abort] = Exit::memory_fault;
  return table;
}

/// By exception class, which has six bits.
constexpr std::array<Exit, 64> exit_table = make_exit_table();

void handle_guest_trap(Vcpu& vcpu, std::uint64_t syndrome) noexcept {
  const Exit exit = exit_of(syndrome);
  count(vcpu, exit);
  if (exit == Exit::memory_fault) {
    raise_memory_fault(vcpu, syndrome, guest_physical_address());
  } else if (exit == Exit::hvc) {
    handle_guest_call(vcpu);
  } else {
    raise_fault(vcpu, Fault{fault_label::vcpu, 1, {syndrome}});
  }
}

}  // namespace

Exit exit_of(std::uint64_t syndrome) noexcept {
  const Exit* const exits = exit_table.data();
  return exits[class_of(syndrome)];
}

bool is_instruction_abort(std::uint64_t syndrome) noexcept {
  return class_of(syndrome) == instruction_abort;
}

// Guest-controlled: the address.
std::uint64_t guest_physical_address() noexcept {
  const std::uint64_t page = extract(read_hpfar_el2(), 4, 40) << 12;
  return page | (read_far_el2() & 0xfff);
}

Thread& handle_trap(Thread& thread) noexcept {
  const std::uint64_t syndrome = read_esr_el2();
  if (thread.kind == ThreadKind::pd) {
    handle_pd_trap(static_cast<Pd&>(thread), syndrome);
  } else {
    handle_guest_trap(static_cast<Vcpu&>(thread), syndrome);
  }
  return schedule();
}

Thread& handle_interrupt(Thread& /*thread*/) noexcept {
  take_interrupt();
  return schedule();
}

void handle_unexpected(std::uint64_t vector) noexcept {
  Line line;
  line << "unexpected exception, vector " << vector << ", ESR " << Hex{read_esr_el2()} << ", ELR "
       << Hex{read_elr_el2()} << ", FAR " << Hex{read_far_el2()};
  panic(line.view());
}

}  // namespace serai::testbed
