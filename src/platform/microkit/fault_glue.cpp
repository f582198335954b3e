// SPDX-License-Identifier: BSD-2-Clause
#include "platform/microkit/fault_glue.hpp"

#include "platform/microkit/sel4.hpp"
#include "platform/microkit/write_pc.hpp"

namespace serai::microkit {
namespace {

constinit aarch64::FaultSink* fault_sink = nullptr;

/// Most exits are memory faults, and end with the PC past the instruction. Apart, because the
/// others need no stack frame.
[[gnu::noinline]] bool memory_fault(aarch64::FaultSink& sink, unsigned vcpu) noexcept {
  const seL4_Word pc = seL4_GetMR(seL4_VMFault_IP);
  const auto after =
      sink.memory_fault(pc, seL4_GetMR(seL4_VMFault_Addr), seL4_GetMR(seL4_VMFault_FSR));
  if (after == aarch64::AfterFault::skip) [[likely]] {
    constexpr seL4_Word instruction_bytes = 4;
    write_pc(vcpu, pc + instruction_bytes, false);
    return true;
  }
  return after == aarch64::AfterFault::run;
}

bool dispatch(aarch64::FaultSink& sink, unsigned vcpu, seL4_Word label) noexcept {
  // What comes most often is asked for by itself: a switch would search for it.
  if (label == seL4_Fault_VMFault) {
    return memory_fault(sink, vcpu);
  }
  if (label == seL4_Fault_VGICMaintenance) {
    return sink.maintenance(static_cast<std::int64_t>(seL4_GetMR(seL4_VGICMaintenance_IDX)));
  }
  switch (label) {
    case seL4_Fault_VCPUFault:
      return sink.vcpu_fault(seL4_GetMR(seL4_VCPUFault_HSR));
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

// Guest-controlled: the message registers. The only child of a VMM is its guest; `child` is a vCPU.
extern "C" seL4_Bool fault(unsigned child, seL4_MessageInfo_t msginfo,
                           seL4_MessageInfo_t* reply_msginfo);

seL4_Bool fault(unsigned child, seL4_MessageInfo_t msginfo, seL4_MessageInfo_t* reply_msginfo) {
  using serai::microkit::fault_sink;
  *reply_msginfo = seL4_MessageInfo_new(0, 0, 0, 0);
  return serai::microkit::dispatch(*fault_sink, child, seL4_MessageInfo_get_label(msginfo))
             ? seL4_True
             : seL4_False;
}
