// SPDX-License-Identifier: BSD-2-Clause
//
// The VMM of two vCPUs that share the processor: their registers do not mix, and the kernel's copy
// of a list register is what an injection is judged by.
#include <array>

#include "check.hpp"
#include "guest_access.hpp"
#include "report.hpp"

using namespace serai::selftest;

namespace {

constexpr microkit_channel tester = 0;
constexpr microkit_child vcpus = 2;
constexpr seL4_Word intid = 40;
constexpr seL4_Word priority = 7;
constexpr seL4_Word list_register = 1;

constinit unsigned running = vcpus;
constinit std::array<unsigned, vcpus> ended = {};  // maintenance events of each

void start(microkit_child vcpu) noexcept {
  constexpr seL4_Word el1h_masked = 0x3c5;
  static constinit seL4_UserContext context = {};
  context.pc = guest_entry;
  context.spsr = el1h_masked;
  context.x0 = vcpu;
  check_equal(seL4_TCB_WriteRegisters(BASE_VM_TCB_CAP + vcpu, seL4_True, 0, 4, &context),
              seL4_NoError, "a vCPU is started with an argument");
}

/// What the guest asks for in X0, with X20 as argument.
bool answer_call(seL4_Word call, seL4_Word argument) noexcept {
  switch (call) {
    case 1:
      check_equal(argument, 0, "registers of two vCPUs do not mix");
      return true;
    case 2:
      check_equal(inject(intid, priority, 0, list_register), seL4_NoError,
                  "an empty list register takes an interrupt");
      return true;
    case 3:
      check_equal(argument, intid, "the guest took it");
      check_equal(inject(intid + 1, priority, 0, list_register), seL4_DeleteFirst,
                  "one that was active when its vCPU was unloaded is not overwritten");
      return true;
    default:
      return false;
  }
}

}  // namespace

extern "C" void init() {
  copy_guest();
  for (microkit_child vcpu = 0; vcpu < vcpus; ++vcpu) {
    start(vcpu);
  }
}

extern "C" void notified(microkit_channel /*channel*/) {}

extern "C" seL4_Bool fault(microkit_child child, microkit_msginfo msginfo,
                           microkit_msginfo* reply_msginfo) {
  *reply_msginfo = microkit_msginfo_new(0, 0);
  select_vcpu(child);
  if (microkit_msginfo_get_label(msginfo) == seL4_Fault_VGICMaintenance) {
    ++ended[child];
    check_equal(microkit_mr_get(seL4_VGICMaintenance_IDX), list_register,
                "each vCPU hears of its own interrupt's end");
    return seL4_True;
  }
  check_equal(exception_class(), 0x17, "a vCPU only makes calls");
  const seL4_Word call = read_guest(word::x0);
  if (answer_call(call, read_guest(word::x20))) {
    skip();
    return seL4_True;
  }
  check_equal(ended[child], 1, "and its end was heard of");
  if (--running == 0) {
    shared().witness_failures = failure_count();
    microkit_notify(tester);
  }
  return seL4_False;
}
