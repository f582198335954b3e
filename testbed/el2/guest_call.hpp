// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "el2/thread.hpp"

namespace serai::testbed {

/// A guest has executed HVC. As seL4 does, takes it for a system call whose number is in X7, made
/// by a thread without capabilities: calls that name one end in a capability fault, a send that
/// does not block does nothing, yield yields, and every other number is an unknown system call.
void handle_guest_call(Vcpu& vcpu) noexcept;

}  // namespace serai::testbed
