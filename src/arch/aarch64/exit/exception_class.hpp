// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>

namespace serai::aarch64 {

/// Exception classes, ESR_ELx.EC, by the Arm ARM (DDI 0487, "ESR_EL2, Exception Syndrome Register
/// (EL2)"). Any value of the six bits may arrive; those without a name here are unallocated.
enum class ExceptionClass : std::uint8_t {
  unknown = 0x00,
  wait = 0x01,            ///< WFI, WFE, WFIT, WFET
  cp15_mcr = 0x03,        ///< AArch32 MCR or MRC, coprocessor 15
  cp15_mcrr = 0x04,       ///< AArch32 MCRR or MRRC, coprocessor 15
  cp14_mcr = 0x05,        ///< AArch32 MCR or MRC, coprocessor 14
  cp14_ldc = 0x06,        ///< AArch32 LDC or STC
  floating_point = 0x07,  ///< SVE, SIMD or floating point, by CPTR_EL2 or CPACR_EL1
  vmrs = 0x08,            ///< AArch32 VMRS of an ID register
  pointer_authentication = 0x09,
  load_store_64_bytes = 0x0a,
  cp14_mrrc = 0x0c,
  branch_target = 0x0d,
  illegal_state = 0x0e,
  svc_aarch32 = 0x11,
  hvc_aarch32 = 0x12,
  smc_aarch32 = 0x13,
  system_pair = 0x14,  ///< MSRR, MRRS and 128-bit system instructions
  svc = 0x15,
  hvc = 0x16,
  smc = 0x17,
  system = 0x18,  ///< MSR, MRS and system instructions
  sve = 0x19,
  exception_return = 0x1a,  ///< ERET, ERETAA, ERETAB
  transaction_start = 0x1b,
  pointer_authentication_failure = 0x1c,
  sme = 0x1d,
  granule_protection = 0x1e,
  implementation_defined = 0x1f,
  instruction_abort_lower = 0x20,
  instruction_abort_same = 0x21,
  pc_alignment = 0x22,
  data_abort_lower = 0x24,
  data_abort_same = 0x25,
  sp_alignment = 0x26,
  memory_copy = 0x27,
  floating_point_aarch32 = 0x28,
  floating_point_exception = 0x2c,
  guarded_control_stack = 0x2d,
  serror = 0x2f,
  breakpoint_lower = 0x30,
  breakpoint_same = 0x31,
  software_step_lower = 0x32,
  software_step_same = 0x33,
  watchpoint_lower = 0x34,
  watchpoint_same = 0x35,
  bkpt_aarch32 = 0x38,
  vector_catch_aarch32 = 0x3a,
  brk = 0x3c,
  profiling = 0x3d,
};

}  // namespace serai::aarch64
