// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>

#include "base/assert.hpp"
#include "platform/microkit/sel4.hpp"

namespace serai::microkit {

/// Writes the PC, and nothing else, of a vCPU of this PD's virtual machine, whose id is `vcpu`.
/// What most exits end with: with the length known, the compiler loads just the registers that it
/// takes.
inline void write_pc(seL4_CPtr vcpu, std::uint64_t pc, bool and_resume) noexcept {
  constexpr seL4_Word message_words = 3;
  seL4_Word mr0 = and_resume ? 1 : 0;
  seL4_Word mr1 = 1;  // word of the context
  seL4_Word mr2 = pc;
  const seL4_MessageInfo_t reply = seL4_CallWithMRs(
      base_vm_tcb_cap + vcpu, seL4_MessageInfo_new(TCBWriteRegisters, 0, 0, message_words), &mr0,
      &mr1, &mr2, nullptr);
  SERAI_ASSERT(seL4_MessageInfo_get_label(reply) == seL4_NoError);
}

}  // namespace serai::microkit
