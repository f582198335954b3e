// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "core/child_port.hpp"

namespace serai::microkit {

/// Names who hears of the faults of this PD's children; it must outlive the PD. Called once, while
/// the PD starts. A PD is a VMM or has children, never both.
void set_child_fault_sink(ChildFaultSink& sink) noexcept;

}  // namespace serai::microkit
