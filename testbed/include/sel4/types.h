/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The basic types of seL4's user-level interface on AArch64, source compatible with libsel4. For
 * programs that run on the testbed.
 */
#pragma once

typedef signed char seL4_Int8;
typedef unsigned char seL4_Uint8;
typedef signed short seL4_Int16;
typedef unsigned short seL4_Uint16;
typedef signed int seL4_Int32;
typedef unsigned int seL4_Uint32;
typedef signed long seL4_Int64;
typedef unsigned long seL4_Uint64;

typedef seL4_Uint64 seL4_Word;
typedef seL4_Word seL4_CPtr;
typedef seL4_Int8 seL4_Bool;

#define seL4_True 1
#define seL4_False 0

/* Kinds of capability; all are slot numbers. */
typedef seL4_CPtr seL4_TCB;
typedef seL4_CPtr seL4_IRQHandler;
typedef seL4_CPtr seL4_ARM_VCPU;

/* What kind of message and how many words: length in bits 0 to 6, label from bit 12 up. */
typedef struct seL4_MessageInfo {
  seL4_Uint64 words[1];
} seL4_MessageInfo_t;

enum { seL4_MsgMaxLength = 120, seL4_FastMessageRegisters = 4, seL4_MsgMaxExtraCaps = 3 };

static inline seL4_MessageInfo_t seL4_MessageInfo_new(seL4_Uint64 label, seL4_Uint64 capsUnwrapped,
                                                      seL4_Uint64 extraCaps, seL4_Uint64 length) {
  const seL4_Uint64 label_field = label << 12;
  const seL4_Uint64 cap_fields = ((capsUnwrapped & 0x7U) << 9) | ((extraCaps & 0x3U) << 7);
  seL4_MessageInfo_t info = {{label_field | cap_fields | (length & 0x7fU)}};
  return info;
}

static inline seL4_Uint64 seL4_MessageInfo_get_label(seL4_MessageInfo_t info) {
  return info.words[0] >> 12;
}

static inline seL4_Uint64 seL4_MessageInfo_get_length(seL4_MessageInfo_t info) {
  return info.words[0] & 0x7fU;
}

/* Where message registers beyond the first four travel. */
typedef struct seL4_IPCBuffer_ {
  seL4_MessageInfo_t tag;
  seL4_Word msg[120];
  seL4_Word userData;
  seL4_Word caps_or_badges[3];
  seL4_CPtr receiveCNode;
  seL4_CPtr receiveIndex;
  seL4_Word receiveDepth;
} seL4_IPCBuffer;

/* A thread's user-level registers: 36 words in the order in which the kernel transfers them. */
typedef struct seL4_UserContext_ {
  seL4_Word pc, sp, spsr, x0, x1, x2, x3, x4, x5, x6, x7, x8, x16, x17, x18, x29, x30;
  seL4_Word x9, x10, x11, x12, x13, x14, x15, x19, x20, x21, x22, x23, x24, x25, x26, x27, x28;
  seL4_Word tpidr_el0, tpidrro_el0;
} seL4_UserContext;
