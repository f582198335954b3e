// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "arch/aarch64/fault_sink.hpp"

namespace serai::microkit {

/// Names who hears of this PD's faults; it must outlive the PD. Called once, while the PD starts,
/// before any vCPU runs.
void set_fault_sink(aarch64::FaultSink& sink) noexcept;

}  // namespace serai::microkit
