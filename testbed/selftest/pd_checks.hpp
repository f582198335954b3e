// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <microkit.h>

namespace serai::selftest {

/// A protected call carries words in registers and beyond, both ways, and blocks until the reply.
void check_calls() noexcept;

/// Copies arrive whole, from and to every alignment, and change nothing beside them.
void check_copies() noexcept;

/// A signal wakes a PD of higher priority at once. The server returns two signals, of which the
/// first is lost on request.
void check_signals(microkit_channel server) noexcept;

/// Arms the physical timer twice; its interrupt is a notification, the second time delayed on
/// request. Says whether that was the last.
void start_timer() noexcept;
[[nodiscard]] bool check_timer(microkit_channel timer) noexcept;

/// A PD that wants 3 ms with a budget of 1 ms in 10 ms needs more than 20 ms.
void check_spinner() noexcept;

/// A killed PD hears nothing any more.
void check_kill(microkit_channel server) noexcept;

/// A PD without a parent that crashes is reported, and the others go on.
void check_crash(microkit_channel spinner) noexcept;

}  // namespace serai::selftest
