// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "arch/aarch64/exit/exit.hpp"
#include "arch/aarch64/vcpu.hpp"
#include "core/exit_action.hpp"

namespace serai::aarch64 {

/// Hands an exit that nobody serves back to the guest as the exception its processor would have
/// raised by itself: an abort for an access, the same class for what belongs to EL1, an undefined
/// instruction for everything else. Total: no exit is left without an answer. `stop` only for an
/// SError, which is an error of the machine and cannot be handed on.
[[nodiscard]] ExitAction reflect(Vcpu& vcpu, const Exit& exit) noexcept;

}  // namespace serai::aarch64
