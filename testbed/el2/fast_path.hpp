// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "el2/thread.hpp"

namespace serai::testbed {

/// The two switches that an exit to a VMM consists of, for the case that nothing stands in the way.
/// They do what the general way does, in fewer instructions; if it is not that case they do nothing
/// and answer null. entry.S calls them.

/// A guest's synchronous exception: hands the fault to the VMM if it waits for one. Answers the
/// VMM, which needs only what it keeps across a system call.
extern "C" Thread* fault_fast(Vcpu& vcpu) noexcept;

/// A VMM's answer to its guest's fault, and its wait for the next event. Answers the guest.
extern "C" Thread* reply_receive_fast(Pd& pd) noexcept;

}  // namespace serai::testbed
