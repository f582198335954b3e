// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>

namespace serai::testbed {

/// Takes one pending interrupt from the GIC, if there is one, and does what it asks for.
void take_interrupt() noexcept;

/// Signals the interrupts whose delay on request of a test is over.
void deliver_delayed(std::uint64_t now) noexcept;

/// When the next of them is due; only while there are some.
[[nodiscard]] std::uint64_t first_delayed() noexcept;

/// A PD is done with the interrupt `intid`: it may fire again.
void acknowledge_irq(std::uint32_t intid) noexcept;

}  // namespace serai::testbed
