// SPDX-License-Identifier: BSD-2-Clause
#include "el2/system_call.hpp"

#include "el2/control.hpp"
#include "el2/invocation.hpp"
#include "el2/ipc.hpp"
#include "el2/machine.hpp"
#include "el2/report.hpp"
#include "el2/schedule.hpp"

namespace serai::testbed {
namespace {

/// The slot of the endpoint and notification that a PD receives from.
constexpr std::uint64_t input_cap = 1;

/// A call or send to what the capability in X0 stands for.
void invoke_capability(Pd& pd, bool is_call) noexcept {
  const std::uint64_t cap = pd.context[place::x0];
  const Slot slot = pd.slots.find(cap);
  if (slot.object == Slot::empty) {
    raise_capability_fault(pd, CapabilityUse::sending);
    return;
  }
  switch (SlotTable::kind(cap)) {
    case SlotKind::notification:
      signal(machine.pds[slot.object], slot.channel);
      break;
    case SlotKind::endpoint:
      // Nobody sends to an endpoint without waiting for the answer: Microkit has no such call.
      if (is_call) {
        call(pd, machine.pds[slot.object], slot.channel);
      }
      break;
    default:
      invoke_object(pd, SlotTable::kind(cap), slot.object);
  }
}

bool may_receive(Pd& pd) noexcept {
  if (pd.context[place::x0] == input_cap) {
    return true;
  }
  raise_capability_fault(pd, CapabilityUse::receiving);
  return false;
}

void rewind(Thread& thread) noexcept {
  // seL4 says where the call is, not what follows it.
  thread.context[place::pc] -= 4;
}

}  // namespace

void handle_system_call(Pd& pd) noexcept {
  switch (static_cast<std::int64_t>(pd.context[place::x7])) {
    case system_call::call:
      invoke_capability(pd, true);
      break;
    case system_call::send:
    case system_call::nb_send:
      invoke_capability(pd, false);
      break;
    case system_call::reply_recv:
      if (may_receive(pd)) {
        reply(pd);
        receive(pd);
      }
      break;
    case system_call::recv:
    case system_call::wait:
      if (may_receive(pd)) {
        receive(pd);
      }
      break;
    case system_call::nb_recv:
    case system_call::nb_wait:
      if (may_receive(pd)) {
        poll(pd);
      }
      break;
    case system_call::yield:
      yield();
      break;
    case system_call::debug_put_character:
      write_character(static_cast<char>(pd.context[place::x0]));
      break;
    case system_call::testbed_control:
      handle_control(pd);
      break;
    default:
      raise_unknown_system_call(pd);
  }
}

void raise_capability_fault(Thread& thread, CapabilityUse use) noexcept {
  constexpr std::uint64_t missing_capability = 2;
  rewind(thread);
  raise_fault(thread, Fault{fault_label::capability,
                            4,
                            {thread.context[place::pc], thread.context[place::x0],
                             use == CapabilityUse::receiving ? 1U : 0U, missing_capability}});
}

void raise_unknown_system_call(Thread& thread) noexcept {
  rewind(thread);
  raise_fault(thread, Fault{fault_label::unknown_system_call, 13, {thread.context[place::x7]}});
}

}  // namespace serai::testbed
