// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "el2/thread.hpp"

namespace serai::testbed {

/// `thread` wants the processor from now on. Its state becomes ready.
void make_ready(Thread& thread) noexcept;

/// `thread` no longer wants the processor and is in `state`, which is not ready.
void make_waiting(Thread& thread, ThreadState state) noexcept;

/// Gives up the rest of the current thread's turn.
void yield() noexcept;

/// Chooses who runs next, waiting for an interrupt if nobody wants to, and sets the hardware up for
/// it. Ends every entry into EL2.
[[nodiscard]] Thread& schedule() noexcept;

/// The EL2 timer fired: budgets come back and delayed interrupts arrive.
void handle_timer() noexcept;

/// Sets the timer for the next thing that waits for time to pass.
void arm_timer() noexcept;

}  // namespace serai::testbed
