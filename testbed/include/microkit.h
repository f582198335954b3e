/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Microkit's programming interface for the testbed, source compatible with Microkit 2.0.1 to 2.3.0.
 * As there, an invocation that fails where it should not crashes the PD.
 */
#pragma once

#include <sel4/sel4.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef unsigned int microkit_channel;
typedef unsigned int microkit_child;
typedef seL4_MessageInfo_t microkit_msginfo;

/* First capability slot of each kind. */
#define BASE_OUTPUT_NOTIFICATION_CAP 10
#define BASE_ENDPOINT_CAP 74
#define BASE_IRQ_CAP 138
#define BASE_TCB_CAP 202
#define BASE_VM_TCB_CAP 266
#define BASE_VCPU_CAP 330

#define MICROKIT_MAX_CHANNELS 62
#define MICROKIT_MAX_CHANNEL_ID (MICROKIT_MAX_CHANNELS - 1)
#define MICROKIT_PD_NAME_LENGTH 64

/* What a PD supplies. `protected` is a word of C++, so C++ defines `microkit_protected`, which
 * links under the same name. */
void init(void);
void notified(microkit_channel ch);
#ifdef __cplusplus
microkit_msginfo microkit_protected(microkit_channel ch,
                                    microkit_msginfo msginfo) __asm__("protected");
#else
microkit_msginfo protected(microkit_channel ch, microkit_msginfo msginfo);
#endif
seL4_Bool fault(microkit_child child, microkit_msginfo msginfo, microkit_msginfo* reply_msginfo);

/* The PD's name, set before `init`. */
extern char microkit_name[MICROKIT_PD_NAME_LENGTH];

/* Characters for the board's UART, whoever else uses it. */
void microkit_dbg_putc(int c);
void microkit_dbg_puts(const char* s);
void microkit_dbg_put8(seL4_Uint8 x);
void microkit_dbg_put32(seL4_Uint32 x);

/* Ends this PD with a fault that names the error. */
void microkit_internal_crash(seL4_Error err);

static inline void testbed_require(seL4_Error err) {
  if (err != seL4_NoError) {
    microkit_internal_crash(err);
  }
}

static inline void microkit_notify(microkit_channel ch) {
  seL4_Signal(BASE_OUTPUT_NOTIFICATION_CAP + (seL4_CPtr)ch);
}

static inline void microkit_irq_ack(microkit_channel ch) {
  (void)seL4_IRQHandler_Ack(BASE_IRQ_CAP + (seL4_CPtr)ch);
}

/* Sent together with the next receive on seL4; here at once. On Microkit 2.0.1 a deferred call in
 * a `fault` handler is lost, so a portable PD does not use these there. */
static inline void microkit_deferred_notify(microkit_channel ch) {
  microkit_notify(ch);
}

static inline void microkit_deferred_irq_ack(microkit_channel ch) {
  microkit_irq_ack(ch);
}

static inline microkit_msginfo microkit_ppcall(microkit_channel ch, microkit_msginfo msginfo) {
  return seL4_Call(BASE_ENDPOINT_CAP + (seL4_CPtr)ch, msginfo);
}

static inline microkit_msginfo microkit_msginfo_new(seL4_Word label, seL4_Uint16 count) {
  return seL4_MessageInfo_new(label, 0, 0, count);
}

static inline seL4_Word microkit_msginfo_get_label(microkit_msginfo msginfo) {
  return seL4_MessageInfo_get_label(msginfo);
}

static inline seL4_Word microkit_msginfo_get_count(microkit_msginfo msginfo) {
  return seL4_MessageInfo_get_length(msginfo);
}

static inline void microkit_mr_set(seL4_Uint8 mr, seL4_Word value) {
  seL4_SetMR(mr, value);
}

static inline seL4_Word microkit_mr_get(seL4_Uint8 mr) {
  return seL4_GetMR(mr);
}

/* Starts the thread in `tcb` at `entry_point`. */
static inline void testbed_start_thread(seL4_TCB tcb, seL4_Word entry_point) {
  seL4_Word resume = 1;
  seL4_Word count = 1;
  seL4_Word pc = entry_point;
  testbed_require((seL4_Error)seL4_MessageInfo_get_label(seL4_CallWithMRs(
      tcb, seL4_MessageInfo_new(TCBWriteRegisters, 0, 0, 3), &resume, &count, &pc, 0)));
}

static inline void microkit_pd_restart(microkit_child pd, seL4_Word entry_point) {
  testbed_start_thread(BASE_TCB_CAP + (seL4_CPtr)pd, entry_point);
}

static inline void microkit_pd_stop(microkit_child pd) {
  testbed_require(seL4_TCB_Suspend(BASE_TCB_CAP + (seL4_CPtr)pd));
}

static inline void microkit_vcpu_restart(microkit_child vcpu, seL4_Word entry_point) {
  testbed_start_thread(BASE_VM_TCB_CAP + (seL4_CPtr)vcpu, entry_point);
}

static inline void microkit_vcpu_stop(microkit_child vcpu) {
  testbed_require(seL4_TCB_Suspend(BASE_VM_TCB_CAP + (seL4_CPtr)vcpu));
}

static inline void microkit_vcpu_arm_inject_irq(microkit_child vcpu, seL4_Uint16 irq,
                                                seL4_Uint8 priority, seL4_Uint8 group,
                                                seL4_Uint8 index) {
  testbed_require(
      seL4_ARM_VCPU_InjectIRQ(BASE_VCPU_CAP + (seL4_CPtr)vcpu, irq, priority, group, index));
}

static inline void microkit_vcpu_arm_ack_vppi(microkit_child vcpu, seL4_Word irq) {
  testbed_require(seL4_ARM_VCPU_AckVPPI(BASE_VCPU_CAP + (seL4_CPtr)vcpu, irq));
}

static inline seL4_Word microkit_vcpu_arm_read_reg(microkit_child vcpu, seL4_Word reg) {
  const seL4_ARM_VCPU_ReadRegs_t result =
      seL4_ARM_VCPU_ReadRegs(BASE_VCPU_CAP + (seL4_CPtr)vcpu, (seL4_VCPUReg)reg);
  testbed_require((seL4_Error)result.error);
  return result.value;
}

static inline void microkit_vcpu_arm_write_reg(microkit_child vcpu, seL4_Word reg,
                                               seL4_Word value) {
  testbed_require(
      seL4_ARM_VCPU_WriteRegs(BASE_VCPU_CAP + (seL4_CPtr)vcpu, (seL4_VCPUReg)reg, value));
}

#ifdef __cplusplus
}
#endif
