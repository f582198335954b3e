// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <string_view>

#include "arch/aarch64/vcpu.hpp"
#include "core/ports.hpp"
#include "vmm/exit_history.hpp"

namespace serai::vmm {

/// Why a guest cannot go on.
struct Fatal {
  std::string_view reason;    ///< a sentence without its full stop
  std::uint64_t esr = 0;      ///< syndrome of the last exit, or 0
  std::uint64_t address = 0;  ///< guest-physical address of the last exit, or 0
};

/// Writes a one-screen report to `log`: why, the exception, all registers, the last exits. The
/// first line is `stopped: REASON`.
void report_crash(LogPort& log, const Fatal& fatal, aarch64::Vcpu& vcpu,
                  const ExitHistory& history) noexcept;

}  // namespace serai::vmm
