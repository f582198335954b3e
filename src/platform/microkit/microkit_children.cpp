// SPDX-License-Identifier: BSD-2-Clause
#include "platform/microkit/microkit_children.hpp"

#include "base/assert.hpp"
#include "platform/microkit/sel4.hpp"

namespace serai::microkit {
namespace {

/// The first registers of a context: PC and SP.
constexpr seL4_Word count = 2;

}  // namespace

ChildStart MicrokitChildren::start_of(ChildId child) noexcept {
  constexpr seL4_Word do_not_suspend = 0;
  seL4_Word mr0 = do_not_suspend;
  seL4_Word mr1 = count;
  seL4_Word mr2 = 0;
  seL4_Word mr3 = 0;
  const seL4_MessageInfo_t reply =
      seL4_CallWithMRs(base_tcb_cap + child, seL4_MessageInfo_new(TCBReadRegisters, 0, 0, 2), &mr0,
                       &mr1, &mr2, &mr3);
  SERAI_ASSERT(seL4_MessageInfo_get_label(reply) == seL4_NoError);
  return {.pc = mr0, .sp = mr1};
}

void MicrokitChildren::restart(ChildId child, const ChildStart& start) noexcept {
  constexpr seL4_Word resume = 1;
  seL4_Word mr0 = resume;
  seL4_Word mr1 = count;
  seL4_Word mr2 = start.pc;
  seL4_Word mr3 = start.sp;
  const seL4_MessageInfo_t reply = seL4_CallWithMRs(
      base_tcb_cap + child, seL4_MessageInfo_new(TCBWriteRegisters, 0, 0, 2 + count), &mr0, &mr1,
      &mr2, &mr3);
  SERAI_ASSERT(seL4_MessageInfo_get_label(reply) == seL4_NoError);
}

}  // namespace serai::microkit
