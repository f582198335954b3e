// SPDX-License-Identifier: BSD-2-Clause
#include "arch/aarch64/exit/skip.hpp"

#include "arch/aarch64/exit/pstate.hpp"

namespace serai::aarch64 {
namespace {

/// ITSTATE, which an AArch32 SPSR keeps in two pieces: bits 7:2 at 10, bits 1:0 at 25.
std::uint64_t it_state(std::uint64_t spsr) noexcept {
  return extract(spsr, 10, 6) << 2 | extract(spsr, 25, 2);
}

std::uint64_t with_it_state(std::uint64_t spsr, std::uint64_t state) noexcept {
  return deposit(deposit(spsr, 10, 6, state >> 2), 25, 2, state);
}

/// DDI 0487, "AArch32.ITAdvance".
std::uint64_t advanced(std::uint64_t state) noexcept {
  return (state & 7) == 0 ? 0 : (state & 0xe0) | ((state << 1) & 0x1f);
}

}  // namespace

void skip_short_instruction(Vcpu& vcpu) noexcept {
  const std::uint64_t spsr = vcpu.word(slot::spsr);
  vcpu.set_pc(vcpu.pc() + 2);
  const std::uint64_t state = it_state(spsr);
  if (is_aarch32(spsr) && state != 0) {
    vcpu.set_word(slot::spsr, with_it_state(spsr, advanced(state)));
  }
}

}  // namespace serai::aarch64
