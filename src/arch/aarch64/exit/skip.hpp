// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "arch/aarch64/exit/syndrome.hpp"
#include "arch/aarch64/vcpu.hpp"

namespace serai::aarch64 {

/// Moves the PC past a T32 instruction of two bytes and advances the IT block.
void skip_short_instruction(Vcpu& vcpu) noexcept;

/// Moves the PC past the instruction that exited with `syndrome`, whatever its length.
inline void skip_instruction(Vcpu& vcpu, Syndrome syndrome) noexcept {
  if (syndrome.is_long_instruction()) [[likely]] {
    vcpu.skip_instruction();
  } else {
    skip_short_instruction(vcpu);
  }
}

}  // namespace serai::aarch64
