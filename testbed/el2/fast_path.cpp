// SPDX-License-Identifier: BSD-2-Clause
#include "el2/fast_path.hpp"

#include "base/bits.hpp"
#include "el2/guest_mode.hpp"
#include "el2/ipc.hpp"
#include "el2/machine.hpp"
#include "el2/system_registers.hpp"
#include "el2/trap.hpp"

namespace serai::testbed {
namespace {

/// Writes a fault of up to four words to `pd`'s message.
void deliver(Vcpu& vcpu, Pd& pd, std::uint64_t syndrome, Exit exit) noexcept {
  std::uint64_t* const message = pd.context.data() + place::x0;
  message[0] = vcpu.fault_badge;
  if (exit == Exit::memory_fault) {
    message[1] = message_info::make(fault_label::memory, 4);
    message[2] = vcpu.context.front();
    message[3] = guest_physical_address();
    message[4] = is_instruction_abort(syndrome) ? 1 : 0;
    message[5] = syndrome;
    vcpu.fault.label = fault_label::memory;
  } else {
    message[1] = message_info::make(fault_label::vcpu, 1);
    message[2] = syndrome;
    vcpu.fault.label = fault_label::vcpu;
  }
}

}  // namespace

Thread* fault_fast(Thread& thread) noexcept {
  if (!thread.may_switch_fast) {
    return nullptr;
  }
  auto& vcpu = static_cast<Vcpu&>(thread);
  Pd& pd = *vcpu.peer;
  const std::uint64_t syndrome = read_esr_el2();
  const Exit exit = exit_of(syndrome);
  if (exit == Exit::hvc || pd.state != ThreadState::receiving || guest_disturbs_pds()) {
    return nullptr;
  }
  count(vcpu, exit);
  deliver(vcpu, pd, syndrome, exit);
  vcpu.state = ThreadState::awaiting_reply;
  pd.reply_to = &vcpu;
  pd.state = ThreadState::ready;
  machine.current = &pd;
  leave_harmless_guest(vcpu);
  write_vttbr_el2(pd.space);
  return &pd;
}

Thread* reply_receive_fast(Pd& pd) noexcept {
  Thread* const waiting = pd.reply_to;
  // Only the loaded vCPU needs no more than a few registers to run.
  if (waiting == nullptr || waiting != machine.loaded ||
      waiting->fault.label < fault_label::memory || pd.notifications.any() ||
      pd.first_sender != nullptr) {
    return nullptr;
  }
  Vcpu& vcpu = *machine.loaded;
  if (!vcpu.may_switch_fast || vcpu.priority < machine.ready.highest_priority()) {
    return nullptr;
  }
  vcpu.fault.label = 0;
  vcpu.state = ThreadState::ready;
  pd.reply_to = nullptr;
  pd.state = ThreadState::receiving;
  machine.current = &vcpu;
  enter_loaded_guest(vcpu);
  write_vttbr_el2(vcpu.space);
  return &vcpu;
}

}  // namespace serai::testbed
