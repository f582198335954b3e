// SPDX-License-Identifier: BSD-2-Clause
#include "guest_script.hpp"

#include <array>
#include <cstdint>
#include <string_view>
#include <testbed_control.h>

#include "check.hpp"
#include "guest_access.hpp"
#include "report.hpp"

namespace serai::selftest {
namespace {

constexpr seL4_Word to_self = 7;  // any group-0 priority that a GIC keeps

void answer_version() noexcept {
  check_equal(exception_class(), 0x17, "SMC is a vCPU fault");
  check_equal(read_guest(word::x0), 0x8400'0000, "  with the guest's registers");
  check_equal(read_guest(word::x30), 30, "  all of them");
  write_guest(word::x0, 0x1'0001);
  skip();
}

void answer_wfi() noexcept {
  check_equal(exception_class(), 0x01, "WFI is a vCPU fault");
  check_equal(guest_result(0), 0x1'0001, "the answer to an SMC arrives");
  check_equal(guest_result(1), 30, "other registers survive an exit");
  skip();
}

void answer_disturbing_settings() noexcept {
  check_equal(microkit_vcpu_arm_read_reg(0, seL4_VCPUReg_SCTLR) & 0x100'0002, 0x100'0002,
              "big-endian EL0 and alignment checks are the guest's alone");
  skip();
}

void answer_load() noexcept {
  check_equal(guest_result(10), 0x8001, "a guest keeps its debug settings");
  check_equal(guest_result(11), 0, "and its system control");
  check_equal(microkit_mr_get(seL4_VMFault_Addr), 0x900'0018, "an abort tells the address");
  check_equal(microkit_mr_get(seL4_VMFault_PrefetchFault), 0, "  and that it is none of code");
  check_equal(microkit_mr_get(seL4_VMFault_FSR) >> 26, 0x24, "  and the syndrome");
  check_equal(microkit_mr_get(seL4_VMFault_IP), read_guest(word::pc), "  and the PC");
  write_guest(word::x5, 0x55);
  skip();
}

void answer_unknown_call() noexcept {
  check_equal(guest_result(2), 0x55, "the answer to a load arrives");
  check_equal(microkit_mr_get(seL4_UnknownSyscall_X0), 77, "HVC is an unknown system call");
  check_equal(microkit_mr_get(seL4_UnknownSyscall_Syscall), 5, "  with its number");
  check_equal(microkit_mr_get(seL4_UnknownSyscall_FaultIP), read_guest(word::pc),
              "  at its own address");
  write_guest(word::x0, 78);
  skip();
}

void answer_capability() noexcept {
  check_equal(guest_result(3), 78, "the answer to an HVC arrives");
  check_equal(microkit_mr_get(seL4_CapFault_Addr), 78,
              "HVC with a number of seL4's finds no object");
  skip();
}

void answer_physical_timer() noexcept {
  check_equal(exception_class(), 0x18, "the physical timer traps");
  write_guest(word::x6, 0x66);
  skip();
}

void answer_injection_request() noexcept {
  check_equal(guest_result(4), 0x66, "the answer to a register read arrives");
  check_equal(guest_result(5), 0x3ff0'0000'0000'0000, "a guest has floating point");
  check_equal(inject(1024, to_self, 0, 0), seL4_RangeError, "no INTID above 1023");
  check_equal(inject(40, 32, 0, 0), seL4_RangeError, "no priority above 31");
  check_equal(inject(40, to_self, 2, 0), seL4_RangeError, "no group above 1");
  check_equal(inject(40, to_self, 0, 4), seL4_RangeError, "no list register above the last");
  check_equal(seL4_GetMR(1), 3, "  and the error says how many there are");
  testbed_fail_injections(0, 1);
  check_equal(inject(39, to_self, 0, 0), seL4_DeleteFirst, "an injection fails on request");
  check_equal(inject(39, to_self, 0, 0), seL4_NoError, "an injection succeeds");
  check_equal(inject(40, to_self, 0, 0), seL4_NoError, "a pending one is overwritten");
  skip();
}

void answer_first_maintenance() noexcept {
  check_equal(microkit_mr_get(seL4_VGICMaintenance_IDX), 0, "the end of interrupt names its index");
}

void answer_timer_event() noexcept {
  check_equal(guest_result(6), 40, "the guest got the interrupt");
  check_equal(microkit_mr_get(seL4_VPPIEvent_IRQ), 27, "the virtual timer is an event");
  check_equal(inject(27, to_self, 0, 2), seL4_NoError, "an empty list register takes it");
}

void answer_second_maintenance() noexcept {
  check_equal(microkit_mr_get(seL4_VGICMaintenance_IDX), 2, "the timer's interrupt ended");
  check_equal(seL4_ARM_VCPU_AckVPPI(BASE_VCPU_CAP, 26), seL4_InvalidArgument,
              "only the timer's event can be acknowledged");
  check_equal(seL4_ARM_VCPU_AckVPPI(BASE_VCPU_CAP, 27), seL4_NoError, "which it is");
}

void answer_two_at_once() noexcept {
  check_equal(guest_result(7), 27, "the guest got the timer's interrupt");
  check_equal(inject(50, 20, 0, 0), seL4_NoError, "one of low priority");
  check_equal(inject(51, 10, 0, 1), seL4_NoError, "and one of high priority");
  skip();
}

void answer_maintenance_of_high() noexcept {
  check_equal(microkit_mr_get(seL4_VGICMaintenance_IDX), 1, "the one of high priority ends first");
}

void answer_maintenance_of_low() noexcept {
  check_equal(microkit_mr_get(seL4_VGICMaintenance_IDX), 0, "then the other");
}

void answer_prefetch() noexcept {
  check_equal(guest_result(8), 50, "the low one came last");
  check_equal(guest_result(9), 51, "the high one came before");
  check_equal(microkit_mr_get(seL4_VMFault_PrefetchFault), 1, "missing code is a prefetch abort");
  check_equal(microkit_mr_get(seL4_VMFault_Addr), 0x7000'0000, "  at its address");
  write_guest(word::pc, read_guest(word::x30));
}

void answer_last() noexcept {
  check_equal(testbed_exits(0, testbed_exit_smc), 4, "SMC exits are counted");
  check_equal(testbed_exits(0, testbed_exit_wfi), 2, "WFI exits are counted");
  check_equal(testbed_exits(0, testbed_exit_hvc), 3, "HVC exits are counted");
  check_equal(testbed_exits(0, testbed_exit_maintenance), 4, "maintenance exits are counted");
  check_registers();
}

struct Step {
  seL4_Word label;
  void (*answer)() noexcept;
};

constexpr std::array<Step, 16> script = {{
    {seL4_Fault_VCPUFault, answer_version},
    {seL4_Fault_VCPUFault, answer_wfi},
    {seL4_Fault_VCPUFault, answer_disturbing_settings},
    {seL4_Fault_VMFault, answer_load},
    {seL4_Fault_UnknownSyscall, answer_unknown_call},
    {seL4_Fault_CapFault, answer_capability},
    {seL4_Fault_VCPUFault, answer_physical_timer},
    {seL4_Fault_VCPUFault, answer_injection_request},
    {seL4_Fault_VGICMaintenance, answer_first_maintenance},
    {seL4_Fault_VPPIEvent, answer_timer_event},
    {seL4_Fault_VGICMaintenance, answer_second_maintenance},
    {seL4_Fault_VCPUFault, answer_two_at_once},
    {seL4_Fault_VGICMaintenance, answer_maintenance_of_high},
    {seL4_Fault_VGICMaintenance, answer_maintenance_of_low},
    {seL4_Fault_VMFault, answer_prefetch},
    {seL4_Fault_VCPUFault, answer_last},
}};

}  // namespace

void GuestScript::start(microkit_child vcpu) noexcept {
  copy_guest();
  microkit_vcpu_restart(vcpu, guest_entry);
}

bool GuestScript::handle(microkit_msginfo info) noexcept {
  const seL4_Word label = microkit_msginfo_get_label(info);
  if (next_ == script.size() || label != script[next_].label) {
    check_equal(label, next_ < script.size() ? script[next_].label : 0, "the next exit's kind");
    done_ = true;
    return false;
  }
  script[next_].answer();
  ++next_;
  done_ = next_ == script.size();
  // Not answered, the guest stays where it is and leaves the processor to others.
  return !done_;
}

bool GuestScript::is_done() noexcept {
  const bool done = done_;
  done_ = false;
  return done;
}

}  // namespace serai::selftest
