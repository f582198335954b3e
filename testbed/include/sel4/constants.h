/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Numbers of seL4's interface: errors, faults and the layout of their messages, vCPU registers and
 * invocation labels, with the names and values of libsel4 for an MCS kernel with hypervisor
 * support.
 */
#pragma once

typedef enum {
  seL4_NoError = 0,
  seL4_InvalidArgument = 1,
  seL4_InvalidCapability = 2,
  seL4_IllegalOperation = 3,
  seL4_RangeError = 4,
  seL4_AlignmentError = 5,
  seL4_FailedLookup = 6,
  seL4_TruncatedMessage = 7,
  seL4_DeleteFirst = 8,
  seL4_RevokeFirst = 9,
  seL4_NotEnoughMemory = 10,
  seL4_NumErrors = 11
} seL4_Error;

enum seL4_Fault_tag {
  seL4_Fault_NullFault = 0,
  seL4_Fault_CapFault = 1,
  seL4_Fault_UnknownSyscall = 2,
  seL4_Fault_UserException = 3,
  seL4_Fault_Timeout = 5,
  seL4_Fault_VMFault = 6,
  seL4_Fault_VGICMaintenance = 7,
  seL4_Fault_VCPUFault = 8,
  seL4_Fault_VPPIEvent = 9
};

/* Message registers of each fault. */
enum {
  seL4_CapFault_IP = 0,
  seL4_CapFault_Addr = 1,
  seL4_CapFault_InRecvPhase = 2,
  seL4_CapFault_LookupFailureType = 3
};

enum {
  seL4_UnknownSyscall_X0 = 0,
  seL4_UnknownSyscall_X1 = 1,
  seL4_UnknownSyscall_X2 = 2,
  seL4_UnknownSyscall_X3 = 3,
  seL4_UnknownSyscall_X4 = 4,
  seL4_UnknownSyscall_X5 = 5,
  seL4_UnknownSyscall_X6 = 6,
  seL4_UnknownSyscall_X7 = 7,
  seL4_UnknownSyscall_FaultIP = 8,
  seL4_UnknownSyscall_SP = 9,
  seL4_UnknownSyscall_LR = 10,
  seL4_UnknownSyscall_SPSR = 11,
  seL4_UnknownSyscall_Syscall = 12,
  seL4_UnknownSyscall_Length = 13
};

enum {
  seL4_UserException_FaultIP = 0,
  seL4_UserException_SP = 1,
  seL4_UserException_SPSR = 2,
  seL4_UserException_Number = 3,
  seL4_UserException_Code = 4,
  seL4_UserException_Length = 5
};

enum {
  seL4_VMFault_IP = 0,
  seL4_VMFault_Addr = 1,
  seL4_VMFault_PrefetchFault = 2,
  seL4_VMFault_FSR = 3,
  seL4_VMFault_Length = 4
};

enum { seL4_VGICMaintenance_IDX = 0, seL4_VGICMaintenance_Length = 1 };

enum { seL4_VCPUFault_HSR = 0, seL4_VCPUFault_Length = 1 };

enum { seL4_VPPIEvent_IRQ = 0, seL4_VPPIEvent_Length = 1 };

/* Registers of a vCPU (seL4_ARM_VCPU_ReadRegs, seL4_ARM_VCPU_WriteRegs). */
typedef enum {
  seL4_VCPUReg_SCTLR = 0,
  seL4_VCPUReg_CPACR = 1,
  seL4_VCPUReg_TTBR0 = 2,
  seL4_VCPUReg_TTBR1 = 3,
  seL4_VCPUReg_TCR = 4,
  seL4_VCPUReg_MAIR = 5,
  seL4_VCPUReg_AMAIR = 6,
  seL4_VCPUReg_CIDR = 7,
  seL4_VCPUReg_ACTLR = 8,
  seL4_VCPUReg_AFSR0 = 9,
  seL4_VCPUReg_AFSR1 = 10,
  seL4_VCPUReg_ESR = 11,
  seL4_VCPUReg_FAR = 12,
  seL4_VCPUReg_ISR = 13,
  seL4_VCPUReg_VBAR = 14,
  seL4_VCPUReg_TPIDR_EL1 = 15,
  seL4_VCPUReg_VMPIDR_EL2 = 16,
  seL4_VCPUReg_SP_EL1 = 17,
  seL4_VCPUReg_ELR_EL1 = 18,
  seL4_VCPUReg_SPSR_EL1 = 19,
  seL4_VCPUReg_CNTV_CTL = 20,
  seL4_VCPUReg_CNTV_CVAL = 21,
  seL4_VCPUReg_CNTVOFF = 22,
  seL4_VCPUReg_CNTKCTL_EL1 = 23,
  seL4_VCPUReg_Num = 24
} seL4_VCPUReg;

/* Labels of invocations that the testbed knows, as the MCS kernel numbers them. */
enum invocation_label {
  InvalidInvocation = 0,
  TCBReadRegisters = 2,
  TCBWriteRegisters = 3,
  TCBSuspend = 12,
  TCBResume = 13,
  IRQAckIRQ = 26,
  ARMVCPUInjectIRQ = 53,
  ARMVCPUReadReg = 54,
  ARMVCPUWriteReg = 55,
  ARMVCPUAckVPPI = 56
};

/* System call numbers, in X7. */
typedef enum {
  seL4_SysCall = -1,
  seL4_SysReplyRecv = -2,
  seL4_SysNBSendRecv = -3,
  seL4_SysNBSendWait = -4,
  seL4_SysSend = -5,
  seL4_SysNBSend = -6,
  seL4_SysRecv = -7,
  seL4_SysNBRecv = -8,
  seL4_SysWait = -9,
  seL4_SysNBWait = -10,
  seL4_SysYield = -11,
  seL4_SysDebugPutChar = -12
} seL4_Syscall_ID;
