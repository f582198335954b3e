/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the testbed offers to tests and seL4 does not: counters of exits, failures on request, and
 * the power switch. Programs that must run on seL4 do not use it. One system call, whose number
 * seL4 never uses, with the operation in X0 and arguments from X2 up; the results return in X2 up.
 * An operation with a bad argument does nothing and answers zero. Only PDs can make it.
 */
#pragma once

#include <sel4/sel4.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { TESTBED_CONTROL_CALL = -200 };

typedef enum {
  testbed_op_read_name = 0,
  testbed_op_read_exits = 1,
  testbed_op_fail_injections = 2,
  testbed_op_drop_notifications = 3,
  testbed_op_delay_irq = 4,
  testbed_op_kill_pd = 5,
  testbed_op_power_off = 6
} testbed_operation;

/* Kinds of exit that are counted for each vCPU. */
typedef enum {
  testbed_exit_memory_fault = 0,
  testbed_exit_wfi = 1,
  testbed_exit_smc = 2,
  testbed_exit_hvc = 3,
  testbed_exit_system_register = 4,
  testbed_exit_other_trap = 5,
  testbed_exit_maintenance = 6,
  testbed_exit_virtual_timer = 7,
  testbed_exit_interrupt = 8, /* an interrupt that is not the guest's own */
  testbed_exit_kinds = 9
} testbed_exit_kind;

static inline testbed_message_t testbed_control(testbed_operation op, seL4_Word a, seL4_Word b) {
  const testbed_message_t message = {(seL4_Word)op, 0, a, b, 0, 0};
  return testbed_system_call((seL4_Word)(long)TESTBED_CONTROL_CALL, message);
}

/* Writes this PD's name, 32 bytes padded with zeros, to `name`. */
static inline void testbed_read_name(char* name) {
  const testbed_message_t answer = testbed_control(testbed_op_read_name, 0, 0);
  const seL4_Word words[4] = {answer.mr0, answer.mr1, answer.mr2, answer.mr3};
  int i;
  for (i = 0; i < 32; ++i) {
    name[i] = (char)(words[i / 8] >> (8 * (i % 8)));
  }
}

/* How often vCPU `vcpu` of this PD's VM has exited for a reason of one kind. */
static inline seL4_Word testbed_exits(seL4_Word vcpu, testbed_exit_kind kind) {
  return testbed_control(testbed_op_read_exits, vcpu, (seL4_Word)kind).mr0;
}

/* Makes the next `count` injections into vCPU `vcpu` fail with seL4_DeleteFirst. */
static inline void testbed_fail_injections(seL4_Word vcpu, seL4_Word count) {
  testbed_control(testbed_op_fail_injections, vcpu, count);
}

/* Loses the next `count` signals to this PD on `channel`. */
static inline void testbed_drop_notifications(seL4_Word channel, seL4_Word count) {
  testbed_control(testbed_op_drop_notifications, channel, count);
}

/* Holds back the next delivery of the interrupt on `channel` by `ticks` of CNTPCT_EL0. */
static inline void testbed_delay_irq(seL4_Word channel, seL4_Word ticks) {
  testbed_control(testbed_op_delay_irq, channel, ticks);
}

/* Stops the PD at the other end of `channel` for ever. */
static inline void testbed_kill_pd(seL4_Word channel) {
  testbed_control(testbed_op_kill_pd, channel, 0);
}

/* Switches the machine off. */
static inline void testbed_power_off(void) {
  testbed_control(testbed_op_power_off, 0, 0);
}

#ifdef __cplusplus
}
#endif
