/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Invocations of threads, vCPUs and interrupts. Arguments travel as on seL4, so that a program may
 * also marshal them itself (a short register count, say).
 */
#pragma once

#include <sel4/syscalls.h>

static inline seL4_Error testbed_invoke(seL4_CPtr cap, seL4_Word label, seL4_Word length,
                                        seL4_Word* mr0, seL4_Word* mr1) {
  const seL4_MessageInfo_t info = seL4_MessageInfo_new(label, 0, 0, length);
  return (seL4_Error)seL4_MessageInfo_get_label(seL4_CallWithMRs(cap, info, mr0, mr1, 0, 0));
}

/* Reads the first `count` words of a stopped thread's context. */
static inline seL4_Error seL4_TCB_ReadRegisters(seL4_TCB thread, seL4_Bool suspend_source,
                                                seL4_Uint8 arch_flags, seL4_Word count,
                                                seL4_UserContext* regs) {
  seL4_Word* const words = (seL4_Word*)regs;
  seL4_Word mr0 = (suspend_source ? 1U : 0U) | ((seL4_Word)arch_flags << 8);
  seL4_Word mr1 = count;
  seL4_Word mr2 = 0;
  seL4_Word mr3 = 0;
  const seL4_MessageInfo_t answer = seL4_CallWithMRs(
      thread, seL4_MessageInfo_new(TCBReadRegisters, 0, 0, 2), &mr0, &mr1, &mr2, &mr3);
  const seL4_Error error = (seL4_Error)seL4_MessageInfo_get_label(answer);
  if (error == seL4_NoError) {
    const seL4_Word first[4] = {mr0, mr1, mr2, mr3};
    seL4_Word i;
    for (i = 0; i < count; ++i) {
      words[i] = i < 4 ? first[i] : seL4_GetMR((int)i);
    }
  }
  return error;
}

/* Writes the first `count` words of a thread's context and resumes it if asked to. */
static inline seL4_Error seL4_TCB_WriteRegisters(seL4_TCB thread, seL4_Bool resume_target,
                                                 seL4_Uint8 arch_flags, seL4_Word count,
                                                 seL4_UserContext* regs) {
  const seL4_Word* const words = (const seL4_Word*)regs;
  seL4_Word mr0 = (resume_target ? 1U : 0U) | ((seL4_Word)arch_flags << 8);
  seL4_Word mr1 = count;
  seL4_Word mr2 = words[0];
  seL4_Word mr3 = words[1];
  seL4_Word i;
  for (i = 2; i < count; ++i) {
    seL4_SetMR((int)i + 2, words[i]);
  }
  return (seL4_Error)seL4_MessageInfo_get_label(seL4_CallWithMRs(
      thread, seL4_MessageInfo_new(TCBWriteRegisters, 0, 0, count + 2), &mr0, &mr1, &mr2, &mr3));
}

static inline seL4_Error seL4_TCB_Suspend(seL4_TCB thread) {
  return testbed_invoke(thread, TCBSuspend, 0, 0, 0);
}

static inline seL4_Error seL4_TCB_Resume(seL4_TCB thread) {
  return testbed_invoke(thread, TCBResume, 0, 0, 0);
}

static inline seL4_Error seL4_IRQHandler_Ack(seL4_IRQHandler irq) {
  return testbed_invoke(irq, IRQAckIRQ, 0, 0, 0);
}

/* Makes `virq` pending in list register `index`. */
static inline seL4_Error seL4_ARM_VCPU_InjectIRQ(seL4_ARM_VCPU vcpu, seL4_Uint16 virq,
                                                 seL4_Uint8 priority, seL4_Uint8 group,
                                                 seL4_Uint8 index) {
  seL4_Word mr0 = (seL4_Word)virq | ((seL4_Word)priority << 16) | ((seL4_Word)group << 24) |
                  ((seL4_Word)index << 32);
  return testbed_invoke(vcpu, ARMVCPUInjectIRQ, 1, &mr0, 0);
}

static inline seL4_Error seL4_ARM_VCPU_AckVPPI(seL4_ARM_VCPU vcpu, seL4_Word irq) {
  return testbed_invoke(vcpu, ARMVCPUAckVPPI, 1, &irq, 0);
}

typedef struct testbed_read_result {
  int error;
  seL4_Word value;
} seL4_ARM_VCPU_ReadRegs_t;

static inline seL4_ARM_VCPU_ReadRegs_t seL4_ARM_VCPU_ReadRegs(seL4_ARM_VCPU vcpu,
                                                              seL4_VCPUReg field) {
  seL4_ARM_VCPU_ReadRegs_t result;
  seL4_Word mr0 = (seL4_Word)field;
  result.error = (int)testbed_invoke(vcpu, ARMVCPUReadReg, 1, &mr0, 0);
  result.value = mr0;
  return result;
}

static inline seL4_Error seL4_ARM_VCPU_WriteRegs(seL4_ARM_VCPU vcpu, seL4_VCPUReg field,
                                                 seL4_Word value) {
  seL4_Word mr0 = (seL4_Word)field;
  return testbed_invoke(vcpu, ARMVCPUWriteReg, 2, &mr0, &value);
}
