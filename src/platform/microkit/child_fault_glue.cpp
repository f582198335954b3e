// SPDX-License-Identifier: BSD-2-Clause
#include "platform/microkit/child_fault_glue.hpp"

#include "base/assert.hpp"
#include "platform/microkit/microkit_children.hpp"
#include "platform/microkit/sel4.hpp"

namespace serai::microkit {
namespace {

constinit ChildFaultSink* child_fault_sink = nullptr;

/// ESR_EL1.ISS of a data abort (Arm ARM, D17.2.37): whether it was a write.
constexpr seL4_Word iss_write = seL4_Word{1} << 6;

ChildFault memory_fault() noexcept {
  const bool is_fetch = seL4_GetMR(seL4_VMFault_PrefetchFault) != 0;
  const bool is_write = (seL4_GetMR(seL4_VMFault_FSR) & iss_write) != 0;
  return {.what = is_fetch ? "an instruction" : (is_write ? "a write" : "a read"),
          .pc = seL4_GetMR(seL4_VMFault_IP),
          .has_address = true,
          .address = seL4_GetMR(seL4_VMFault_Addr)};
}

/// A fault whose message does not say where it was.
ChildFault fault_somewhere(ChildId child, std::string_view what) noexcept {
  return {.what = what, .pc = MicrokitChildren().start_of(child).pc};
}

ChildFault fault_of(ChildId child, seL4_Word label) noexcept {
  switch (label) {
    case seL4_Fault_VMFault:
      return memory_fault();
    case seL4_Fault_UserException:
      return {.what = "an exception", .pc = seL4_GetMR(seL4_UserException_FaultIP)};
    case seL4_Fault_UnknownSyscall:
      return {.what = "an unknown system call", .pc = seL4_GetMR(seL4_UnknownSyscall_FaultIP)};
    case seL4_Fault_CapFault:
      return {.what = "a capability that is not there", .pc = seL4_GetMR(seL4_CapFault_IP)};
    case seL4_Fault_VCPUFault:
      // So a kernel for virtual machines calls what a PD was not expected to do: its own BRK, too.
      return fault_somewhere(child, "an exception");
    default:
      return fault_somewhere(child, "a fault of another kind");
  }
}

}  // namespace

void set_child_fault_sink(ChildFaultSink& sink) noexcept {
  child_fault_sink = &sink;
}

}  // namespace serai::microkit

extern "C" seL4_Bool fault(unsigned child, seL4_MessageInfo_t msginfo,
                           seL4_MessageInfo_t* reply_msginfo);

/// Never replies: a reply would let the child go on where it crashed.
seL4_Bool fault(unsigned child, seL4_MessageInfo_t msginfo, seL4_MessageInfo_t* /*reply_msginfo*/) {
  using namespace serai::microkit;
  SERAI_ASSERT(child_fault_sink != nullptr);
  child_fault_sink->child_faulted(child, fault_of(child, seL4_MessageInfo_get_label(msginfo)));
  return seL4_False;
}
