// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "el2/thread.hpp"
#include "policy/slots.hpp"

namespace serai::testbed {

/// Does what the message in `pd`'s registers asks of an object (an interrupt, a thread or a vCPU,
/// by its number) and leaves the answer there: the error as label, results as message registers.
void invoke_object(Pd& pd, SlotKind kind, std::uint16_t object) noexcept;

}  // namespace serai::testbed
