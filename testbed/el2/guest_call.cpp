// SPDX-License-Identifier: BSD-2-Clause
#include "el2/guest_call.hpp"

#include "el2/ipc.hpp"
#include "el2/schedule.hpp"
#include "el2/system_call.hpp"

namespace serai::testbed {

// Guest-controlled: X0 and X7.
void handle_guest_call(Vcpu& vcpu) noexcept {
  switch (static_cast<std::int64_t>(vcpu.context[place::x7])) {
    case system_call::nb_send:
      break;
    case system_call::yield:
      yield();
      break;
    case system_call::call:
    case system_call::send:
      raise_capability_fault(vcpu, CapabilityUse::sending);
      break;
    case system_call::reply_recv:
    case system_call::nb_send_recv:
    case system_call::nb_send_wait:
    case system_call::recv:
    case system_call::nb_recv:
    case system_call::wait:
    case system_call::nb_wait:
      raise_capability_fault(vcpu, CapabilityUse::receiving);
      break;
    default:
      raise_unknown_system_call(vcpu);
  }
}

}  // namespace serai::testbed
