// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "el2/thread.hpp"

namespace serai::testbed {

/// The two switches that an exit to a VMM consists of, for the case that nothing stands in the way.
/// They do what the general way does, in fewer instructions; if it is not that case they do nothing
/// and answer null. entry.S calls them.

/// A synchronous exception that is no system call: if it is a guest's, hands the fault to the VMM
/// if that waits for one. Answers the VMM, which needs only what it keeps across a system call.
extern "C" Thread* fault_fast(Thread& thread) noexcept;

/// A VMM's answer to its guest's fault, and its wait for the next event. Answers the guest.
extern "C" Thread* reply_receive_fast(Pd& pd) noexcept;

}  // namespace serai::testbed
