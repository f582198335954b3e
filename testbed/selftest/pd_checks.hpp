// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <microkit.h>

namespace serai::selftest {

/// A protected call carries words in registers and beyond, both ways, and blocks until the reply.
void check_calls() noexcept;

/// A signal wakes a PD of higher priority at once.
void check_signals(microkit_channel server) noexcept;

/// Arms the physical timer; its interrupt is a notification.
void start_timer() noexcept;
void check_timer(microkit_channel timer) noexcept;

/// A PD that wants 3 ms with a budget of 1 ms in 10 ms needs more than 20 ms.
void check_spinner() noexcept;

}  // namespace serai::selftest
