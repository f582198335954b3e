// SPDX-License-Identifier: BSD-2-Clause
//
// Why a vCPU left the guest, as a value. Fields carry the names of the Arm ARM (DDI 0487) in their
// comments.
#pragma once

#include <cstdint>
#include <variant>

#include "arch/aarch64/exit/syndrome.hpp"

namespace serai::aarch64 {

/// The condition of a trapped AArch32 instruction. An A64 instruction reports it as always true.
struct Condition {
  bool is_valid = false;  ///< CV
  std::uint8_t code = 0;  ///< COND, 0 to 15

  friend constexpr bool operator==(const Condition&, const Condition&) = default;
};

/// EC 0x00: an instruction that nothing defines, or that is off.
struct UnknownReason {};

/// TI.
enum class WaitKind : std::uint8_t { wfi, wfe, wfit, wfet };

/// EC 0x01: a wait instruction.
struct WaitInstruction {
  WaitKind kind = WaitKind::wfi;
  bool has_register = false;         ///< RV
  std::uint8_t register_number = 0;  ///< RN: holds the deadline of WFIT and WFET
  Condition condition;
};

/// How an AArch32 instruction reaches a coprocessor.
enum class CoprocessorForm : std::uint8_t { one_register, two_registers, memory };

/// EC 0x03 to 0x06, 0x08, 0x0c: an AArch32 access to a coprocessor register.
struct CoprocessorAccess {
  std::uint8_t coprocessor = 15;  ///< 10 (VMRS), 14 or 15
  CoprocessorForm form = CoprocessorForm::one_register;
  bool is_read = false;  ///< Direction
  std::uint8_t opc1 = 0;
  std::uint8_t opc2 = 0;
  std::uint8_t crn = 0;
  std::uint8_t crm = 0;
  std::uint8_t rt = 0;
  std::uint8_t rt2 = 0;
  Condition condition;
};

/// What a guest used that is not offered to it.
enum class Feature : std::uint8_t {
  floating_point,
  sve,
  sme,
  pointer_authentication,
  load_store_64_bytes,
  exception_return,
  transaction,
  system_register_pair,
};

/// EC 0x07, 0x09, 0x0a, 0x14, 0x19 to 0x1b, 0x1d: an instruction of a feature that is trapped.
struct FeatureAccess {
  Feature feature = Feature::floating_point;
};

/// EC 0x0e.
struct IllegalState {};

/// EC 0x11, 0x15.
struct SupervisorCall {
  std::uint16_t immediate = 0;
  bool is_aarch32 = false;
};

/// EC 0x12, 0x16. The PC is already past the instruction.
struct HypervisorCall {
  std::uint16_t immediate = 0;
  bool is_aarch32 = false;
};

/// EC 0x13, 0x17. The PC is that of the instruction. AArch32 reports no immediate: 0.
struct SecureMonitorCall {
  std::uint16_t immediate = 0;
  bool is_aarch32 = false;
  Condition condition;
};

/// The name of a system register or instruction: Op0, Op1, CRn, CRm, Op2.
struct SystemEncoding {
  std::uint8_t op0 = 0;
  std::uint8_t op1 = 0;
  std::uint8_t crn = 0;
  std::uint8_t crm = 0;
  std::uint8_t op2 = 0;

  /// The encoding as one number that orders like its parts.
  [[nodiscard]] constexpr std::uint16_t packed() const noexcept {
    return static_cast<std::uint16_t>((op0 << 14) | (op1 << 11) | (crn << 7) | (crm << 3) | op2);
  }

  friend constexpr bool operator==(const SystemEncoding&, const SystemEncoding&) = default;
};

/// EC 0x18: MSR, MRS or a system instruction.
struct SystemAccess {
  SystemEncoding encoding;
  std::uint8_t rt = 0;   ///< 31 is the zero register
  bool is_read = false;  ///< Direction: MRS
};

/// EC 0x22 and 0x26.
struct AlignmentFault {
  bool of_stack_pointer = false;
};

/// EC 0x0d, 0x1c, 0x27, 0x28, 0x2c, 0x2d: an exception that a guest's own EL1 is to handle.
struct GuestException {
  ExceptionClass exception_class = ExceptionClass::unknown;
  std::uint32_t iss = 0;
};

/// EC 0x2f.
struct SystemError {
  bool is_implementation_defined = false;  ///< IDS
  std::uint8_t asynchronous_type = 0;      ///< AET
  bool is_external = false;                ///< EA
  FaultStatus status = FaultStatus::address_size;
};

enum class DebugKind : std::uint8_t {
  breakpoint,
  software_step,
  watchpoint,
  bkpt_aarch32,
  vector_catch,
  brk,
};

/// EC 0x30 to 0x35, 0x38, 0x3a, 0x3c.
struct DebugEvent {
  DebugKind kind = DebugKind::breakpoint;
  std::uint32_t iss = 0;
};

/// Every other class: unallocated, or of no meaning for a guest.
struct UnknownExit {
  std::uint8_t exception_class = 0;
  std::uint32_t iss = 0;
};

/// One exit.
using Exit =
    std::variant<UnknownReason, WaitInstruction, CoprocessorAccess, FeatureAccess, IllegalState,
                 SupervisorCall, HypervisorCall, SecureMonitorCall, SystemAccess, InstructionAbort,
                 DataAbort, AlignmentFault, GuestException, SystemError, DebugEvent, UnknownExit>;

/// Decodes ESR_EL2. Total: every value has a result.
[[nodiscard]] Exit decode(std::uint64_t esr) noexcept;

}  // namespace serai::aarch64
