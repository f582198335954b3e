/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * System calls: number in X7, capability or badge in X0, message info in X1, the first four message
 * registers in X2 to X5, the rest in the IPC buffer, as on seL4. Two differences, both invisible to
 * source code: a PD has one reply object, so none is named; and the testbed keeps only those
 * registers that a function call keeps, hence the clobbers.
 */
#pragma once

#include <sel4/constants.h>
#include <sel4/types.h>

/* Where every PD's IPC buffer is mapped. */
#define TESTBED_IPC_BUFFER_ADDRESS 0x7ffffff000UL

/* Safety: the testbed maps a page for the buffer at this address in every PD. */
static seL4_IPCBuffer* const __sel4_ipc_buffer __attribute__((unused)) =
    (seL4_IPCBuffer*)TESTBED_IPC_BUFFER_ADDRESS;

static inline seL4_IPCBuffer* seL4_GetIPCBuffer(void) {
  return __sel4_ipc_buffer;
}

static inline seL4_Word seL4_GetMR(int i) {
  return seL4_GetIPCBuffer()->msg[i];
}

static inline void seL4_SetMR(int i, seL4_Word mr) {
  seL4_GetIPCBuffer()->msg[i] = mr;
}

/* What a system call takes and gives back. */
typedef struct testbed_message {
  seL4_Word cap_or_badge;
  seL4_Word info;
  seL4_Word mr0, mr1, mr2, mr3;
} testbed_message_t;

static inline testbed_message_t testbed_system_call(seL4_Word number, testbed_message_t message) {
  register seL4_Word x0 __asm__("x0") = message.cap_or_badge;
  register seL4_Word x1 __asm__("x1") = message.info;
  register seL4_Word x2 __asm__("x2") = message.mr0;
  register seL4_Word x3 __asm__("x3") = message.mr1;
  register seL4_Word x4 __asm__("x4") = message.mr2;
  register seL4_Word x5 __asm__("x5") = message.mr3;
  register seL4_Word x7 __asm__("x7") = number;
  /* Safety: the testbed may write to the caller's IPC buffer and to memory shared with other PDs.
   */
  __asm__ volatile("svc #0"
                   : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3), "+r"(x4), "+r"(x5), "+r"(x7)
                   :
                   : "x6", "x8", "x9", "x10", "x11", "x12", "x13", "x14", "x15", "x16", "x17",
                     "x18", "cc", "memory");
  {
    const testbed_message_t result = {x0, x1, x2, x3, x4, x5};
    return result;
  }
}

static inline seL4_Word testbed_number(seL4_Syscall_ID id) {
  return (seL4_Word)(long)id;
}

static inline testbed_message_t testbed_outgoing(seL4_CPtr cap, seL4_MessageInfo_t info) {
  const testbed_message_t message = {cap,           info.words[0], seL4_GetMR(0),
                                     seL4_GetMR(1), seL4_GetMR(2), seL4_GetMR(3)};
  return message;
}

static inline seL4_MessageInfo_t testbed_incoming(testbed_message_t message, seL4_Word* badge) {
  const seL4_MessageInfo_t info = {{message.info}};
  seL4_SetMR(0, message.mr0);
  seL4_SetMR(1, message.mr1);
  seL4_SetMR(2, message.mr2);
  seL4_SetMR(3, message.mr3);
  if (badge) {
    *badge = message.cap_or_badge;
  }
  return info;
}

static inline void seL4_Send(seL4_CPtr dest, seL4_MessageInfo_t info) {
  testbed_system_call(testbed_number(seL4_SysSend), testbed_outgoing(dest, info));
}

static inline void seL4_NBSend(seL4_CPtr dest, seL4_MessageInfo_t info) {
  testbed_system_call(testbed_number(seL4_SysNBSend), testbed_outgoing(dest, info));
}

static inline void seL4_Signal(seL4_CPtr dest) {
  const testbed_message_t message = {dest, 0, 0, 0, 0, 0};
  testbed_system_call(testbed_number(seL4_SysSend), message);
}

static inline seL4_MessageInfo_t seL4_Call(seL4_CPtr dest, seL4_MessageInfo_t info) {
  return testbed_incoming(
      testbed_system_call(testbed_number(seL4_SysCall), testbed_outgoing(dest, info)), 0);
}

/* A call whose first four words stay in registers. Any of the pointers may be null. */
static inline seL4_MessageInfo_t seL4_CallWithMRs(seL4_CPtr dest, seL4_MessageInfo_t info,
                                                  seL4_Word* mr0, seL4_Word* mr1, seL4_Word* mr2,
                                                  seL4_Word* mr3) {
  const testbed_message_t message = {dest,           info.words[0],  mr0 ? *mr0 : 0,
                                     mr1 ? *mr1 : 0, mr2 ? *mr2 : 0, mr3 ? *mr3 : 0};
  const testbed_message_t answer = testbed_system_call(testbed_number(seL4_SysCall), message);
  const seL4_MessageInfo_t result = {{answer.info}};
  if (mr0) {
    *mr0 = answer.mr0;
  }
  if (mr1) {
    *mr1 = answer.mr1;
  }
  if (mr2) {
    *mr2 = answer.mr2;
  }
  if (mr3) {
    *mr3 = answer.mr3;
  }
  return result;
}

static inline seL4_MessageInfo_t seL4_Recv(seL4_CPtr src, seL4_Word* sender, seL4_CPtr reply) {
  const testbed_message_t message = {src, 0, 0, 0, 0, 0};
  (void)reply;
  return testbed_incoming(testbed_system_call(testbed_number(seL4_SysRecv), message), sender);
}

static inline seL4_MessageInfo_t seL4_NBRecv(seL4_CPtr src, seL4_Word* sender, seL4_CPtr reply) {
  const testbed_message_t message = {src, 0, 0, 0, 0, 0};
  (void)reply;
  return testbed_incoming(testbed_system_call(testbed_number(seL4_SysNBRecv), message), sender);
}

static inline seL4_MessageInfo_t seL4_ReplyRecv(seL4_CPtr src, seL4_MessageInfo_t info,
                                                seL4_Word* sender, seL4_CPtr reply) {
  (void)reply;
  return testbed_incoming(
      testbed_system_call(testbed_number(seL4_SysReplyRecv), testbed_outgoing(src, info)), sender);
}

/* Signals `dest` or acknowledges an IRQ, then receives. */
static inline seL4_MessageInfo_t seL4_NBSendRecv(seL4_CPtr dest, seL4_MessageInfo_t info,
                                                 seL4_CPtr src, seL4_Word* sender,
                                                 seL4_CPtr reply) {
  seL4_NBSend(dest, info);
  return seL4_Recv(src, sender, reply);
}

static inline void seL4_Yield(void) {
  const testbed_message_t message = {0, 0, 0, 0, 0, 0};
  testbed_system_call(testbed_number(seL4_SysYield), message);
}

static inline void seL4_DebugPutChar(char character) {
  const testbed_message_t message = {(seL4_Word)(unsigned char)character, 0, 0, 0, 0, 0};
  testbed_system_call(testbed_number(seL4_SysDebugPutChar), message);
}
