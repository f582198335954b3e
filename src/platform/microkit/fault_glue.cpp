// SPDX-License-Identifier: BSD-2-Clause
#include "platform/microkit/fault_glue.hpp"

#include "base/assert.hpp"
#include "platform/microkit/sel4.hpp"

namespace serai::microkit {
namespace {

constinit aarch64::FaultSink* fault_sink = nullptr;

bool dispatch(aarch64::FaultSink& sink, seL4_Word label) noexcept {
  switch (label) {
    case seL4_Fault_VMFault:
      return sink.memory_fault(seL4_GetMR(seL4_VMFault_IP), seL4_GetMR(seL4_VMFault_Addr),
                               seL4_GetMR(seL4_VMFault_PrefetchFault) != 0,
                               seL4_GetMR(seL4_VMFault_FSR));
    case seL4_Fault_VCPUFault:
      return sink.vcpu_fault(seL4_GetMR(seL4_VCPUFault_HSR));
    case seL4_Fault_VGICMaintenance:
      return sink.maintenance(static_cast<std::int64_t>(seL4_GetMR(seL4_VGICMaintenance_IDX)));
    case seL4_Fault_VPPIEvent:
      return sink.private_interrupt(static_cast<std::uint32_t>(seL4_GetMR(seL4_VPPIEvent_IRQ)));
    case seL4_Fault_UnknownSyscall:
      return sink.hypervisor_call(seL4_GetMR(seL4_UnknownSyscall_FaultIP));
    case seL4_Fault_CapFault:
      // A guest's HVC with the number of a system call: the capability it names does not exist.
      return sink.hypervisor_call(seL4_GetMR(seL4_CapFault_IP));
    case seL4_Fault_UserException:
      return sink.undefined_instruction(seL4_GetMR(seL4_UserException_FaultIP));
    default:
      return sink.other_fault(label, 0, 0);
  }
}

}  // namespace

void set_fault_sink(aarch64::FaultSink& sink) noexcept {
  fault_sink = &sink;
}

}  // namespace serai::microkit

// Guest-controlled: the message registers. The only child of a VMM is its guest.
extern "C" seL4_Bool fault(unsigned /*child*/, seL4_MessageInfo_t msginfo,
                           seL4_MessageInfo_t* reply_msginfo);

seL4_Bool fault(unsigned /*child*/, seL4_MessageInfo_t msginfo, seL4_MessageInfo_t* reply_msginfo) {
  using serai::microkit::fault_sink;
  SERAI_ASSERT(fault_sink != nullptr);
  *reply_msginfo = seL4_MessageInfo_new(0, 0, 0, 0);
  return serai::microkit::dispatch(*fault_sink, seL4_MessageInfo_get_label(msginfo)) ? seL4_True
                                                                                     : seL4_False;
}
