// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "el2/thread.hpp"

namespace serai::testbed {

/// Writes the message registers of `sender`'s fault into `pd`.
void write_fault(Thread& sender, Pd& pd) noexcept;

/// Applies `pd`'s reply to `thread`'s fault: for some kinds it carries registers. Says whether the
/// thread runs on.
[[nodiscard]] bool read_fault_reply(Thread& thread, Pd& pd) noexcept;

/// Tells a person of a fault that nobody handles.
void report_fault(const Thread& thread) noexcept;

}  // namespace serai::testbed
