// SPDX-License-Identifier: BSD-2-Clause
#include "child_script.hpp"

#include <array>
#include <string_view>

#include "check.hpp"
#include "child_sins.hpp"
#include "report.hpp"

namespace serai::selftest {
namespace {

constexpr microkit_child child = 7;
constexpr seL4_Word entry = 0x20'0000;

struct ExpectedFault {
  Sin sin;
  seL4_Word label;
  int word;         ///< which message register is checked, or -1
  seL4_Word value;  ///< and what it must be
  std::string_view what;
};

constexpr std::array<ExpectedFault, 10> script = {{
    {Sin::read_of_foreign_memory, seL4_Fault_VMFault, seL4_VMFault_Addr, 0x3'0000'1000,
     "a PD cannot read another's memory"},
    {Sin::write_of_read_only_memory, seL4_Fault_VMFault, seL4_VMFault_Addr, 0x3'0000'0000,
     "a PD cannot write memory mapped for reading"},
    {Sin::write_of_own_code, seL4_Fault_VMFault, seL4_VMFault_Addr, 0x20'0000,
     "a PD cannot write its code"},
    {Sin::execution_of_data, seL4_Fault_VMFault, seL4_VMFault_PrefetchFault, 1,
     "a PD cannot execute its data"},
    {Sin::unknown_system_call, seL4_Fault_UnknownSyscall, seL4_UnknownSyscall_X3, 14,
     "an unknown system call is a fault with its registers"},
    {Sin::missing_capability, seL4_Fault_CapFault, seL4_CapFault_Addr, 10 + 33,
     "a missing capability is a fault"},
    {Sin::floating_point, seL4_Fault_UserException, -1, 0, "floating point traps in a PD"},
    {Sin::privileged_register, seL4_Fault_UserException, -1, 0,
     "a PD cannot write EL1's registers"},
    {Sin::virtual_counter, seL4_Fault_UserException, -1, 0,
     "a PD cannot read the virtual counter, as on seL4"},
    {Sin::zeroing_of_a_line, seL4_Fault_UserException, -1, 0, "DC ZVA traps in a PD, as on seL4"},
}};

/// What a supervisor does: sets where a stopped child begins and its stack.
void check_start() noexcept {
  constexpr seL4_Word sp = 0x7f'ffff'0000;
  constexpr seL4_Word count = 2;
  constexpr seL4_CPtr thread = BASE_TCB_CAP + child;
  seL4_Word words[4] = {0, count, entry, sp};
  const seL4_MessageInfo_t written =
      seL4_CallWithMRs(thread, seL4_MessageInfo_new(TCBWriteRegisters, 0, 0, 2 + count), &words[0],
                       &words[1], &words[2], &words[3]);
  check_equal(seL4_MessageInfo_get_label(written), seL4_NoError,
              "a parent can write a stopped child's PC and SP");
  seL4_Word read[4] = {0, count, 0, 0};
  seL4_CallWithMRs(thread, seL4_MessageInfo_new(TCBReadRegisters, 0, 0, 2), &read[0], &read[1],
                   &read[2], &read[3]);
  check_equal(read[0], entry, "  and reads the PC that it wrote");
  check_equal(read[1], sp, "  and the SP");
}

}  // namespace

bool ChildScript::handle(microkit_msginfo info, microkit_msginfo& reply) noexcept {
  const bool asks = microkit_msginfo_get_label(info) == seL4_Fault_UnknownSyscall &&
                    microkit_mr_get(seL4_UnknownSyscall_Syscall) == ask_for_sin;
  if (!asks) {
    check_sin(info);
    check_start();
    microkit_pd_restart(child, entry);
    return false;
  }
  if (committing_) {
    check(false, script[next_].what);
    committing_ = false;
    ++next_;
  }
  if (next_ == script.size()) {
    done_ = true;
    return false;
  }
  committing_ = true;
  // The message is the child's registers; written back, they make its system call return.
  microkit_mr_set(seL4_UnknownSyscall_X2, static_cast<seL4_Word>(script[next_].sin));
  microkit_mr_set(seL4_UnknownSyscall_FaultIP, microkit_mr_get(seL4_UnknownSyscall_FaultIP) + 4);
  reply = microkit_msginfo_new(0, seL4_UnknownSyscall_Syscall);
  return true;
}

void ChildScript::check_sin(microkit_msginfo info) noexcept {
  if (!committing_) {
    check(false, "the child faults only when it is told to");
    return;
  }
  const ExpectedFault& expected = script[next_++];
  committing_ = false;
  check_equal(microkit_msginfo_get_label(info), expected.label, expected.what);
  if (expected.word >= 0) {
    check_equal(microkit_mr_get(static_cast<seL4_Uint8>(expected.word)), expected.value,
                "  and its message says so");
  }
}

bool ChildScript::is_done() noexcept {
  const bool done = done_;
  done_ = false;
  return done;
}

}  // namespace serai::selftest
