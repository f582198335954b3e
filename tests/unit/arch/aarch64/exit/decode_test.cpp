// SPDX-License-Identifier: BSD-2-Clause
#include <array>
#include <gtest/gtest.h>
#include <random>

#include "arch/aarch64/exit/exit.hpp"

namespace serai::aarch64 {
namespace {

constexpr std::uint64_t esr_of(ExceptionClass exception_class, std::uint64_t iss = 0) {
  return std::uint64_t{static_cast<std::uint8_t>(exception_class)} << 26 | bit(25) | iss;
}

template <class Kind>
Kind decode_as(std::uint64_t esr) {
  const Exit exit = decode(esr);
  const auto* kind = std::get_if<Kind>(&exit);
  EXPECT_NE(kind, nullptr) << std::hex << esr << " is alternative " << exit.index();
  return kind != nullptr ? *kind : std::get<Kind>(decode(esr));
}

TEST(Decode, DataAbortHasEveryFieldOfTheSyndrome) {
  // A load of a sign-extended half word into W5 by LDRSH with a translation fault at level 2.
  const DataAbort abort(
      esr_of(ExceptionClass::data_abort_lower, bit(24) | 1U << 22 | bit(21) | 5U << 16 | 0x06));
  EXPECT_TRUE(abort.has_valid_syndrome());
  EXPECT_EQ(abort.size(), AccessSize::half);
  EXPECT_TRUE(abort.extends_sign());
  EXPECT_EQ(abort.register_number(), 5U);
  EXPECT_FALSE(abort.is_64_bit_register());
  EXPECT_FALSE(abort.is_write());
  EXPECT_EQ(abort.status(), at_level(FaultStatus::translation, 2));
  EXPECT_TRUE(abort.is_plain_access());
}

TEST(Decode, DataAbortFlagsAreIndependent) {
  const std::uint64_t base = esr_of(ExceptionClass::data_abort_lower);
  EXPECT_TRUE(DataAbort(base | bit(15)).is_64_bit_register());
  EXPECT_TRUE(DataAbort(base | bit(14)).is_acquire_or_release());
  EXPECT_TRUE(DataAbort(base | bit(10)).has_no_address());
  EXPECT_TRUE(DataAbort(base | bit(9)).is_external());
  EXPECT_TRUE(DataAbort(base | bit(8)).is_cache_maintenance());
  EXPECT_TRUE(DataAbort(base | bit(7)).is_on_table_walk());
  EXPECT_TRUE(DataAbort(base | bit(6)).is_write());
  EXPECT_EQ(DataAbort(base | 3U << 22).size(), AccessSize::double_word);
  EXPECT_EQ(DataAbort(base | 2U << 22).size(), AccessSize::word);
  EXPECT_EQ(DataAbort(base).size(), AccessSize::byte);
}

TEST(Decode, PlainAccessLeavesOutWhatNeedsMoreThought) {
  const std::uint64_t plain = esr_of(ExceptionClass::data_abort_lower, bit(24) | bit(6) | 0x07);
  EXPECT_TRUE(DataAbort(plain).is_plain_access());
  EXPECT_TRUE(DataAbort(plain ^ 0x07 ^ 0x0d).is_plain_access());  // permission
  EXPECT_TRUE(DataAbort(plain & ~bit(6)).is_plain_access());      // a load
  EXPECT_TRUE(DataAbort(plain | bit(14)).is_plain_access());      // STLR
  EXPECT_TRUE(DataAbort(plain | bit(33)).is_plain_access());      // ISS2
  EXPECT_FALSE(DataAbort(plain & ~bit(24)).is_plain_access());    // no valid syndrome
  EXPECT_FALSE(DataAbort(plain | bit(9)).is_plain_access());      // external
  EXPECT_FALSE(DataAbort(plain | bit(8)).is_plain_access());      // cache maintenance
  EXPECT_FALSE(DataAbort(plain | bit(7)).is_plain_access());      // on a table walk
  EXPECT_FALSE(DataAbort(plain | 0x10).is_plain_access());
  EXPECT_FALSE(DataAbort(plain | 0x21).is_plain_access());
  EXPECT_FALSE(DataAbort(plain | bit(26)).is_plain_access());   // from EL2 itself
  EXPECT_FALSE(DataAbort(plain & ~bit(28)).is_plain_access());  // an instruction abort
}

TEST(Decode, InstructionAbort) {
  const auto abort =
      decode_as<InstructionAbort>(esr_of(ExceptionClass::instruction_abort_lower, bit(7) | 0x05));
  EXPECT_TRUE(abort.is_on_table_walk());
  EXPECT_FALSE(abort.is_external());
  EXPECT_FALSE(abort.has_no_address());
  EXPECT_EQ(abort.status(), at_level(FaultStatus::translation, 1));
}

TEST(Decode, WaitInstructions) {
  const auto wfi = decode_as<WaitInstruction>(esr_of(ExceptionClass::wait, bit(24) | 0xeU << 20));
  EXPECT_EQ(wfi.kind, WaitKind::wfi);
  EXPECT_FALSE(wfi.has_register);
  EXPECT_EQ(wfi.condition, (Condition{.is_valid = true, .code = 14}));
  EXPECT_EQ(decode_as<WaitInstruction>(esr_of(ExceptionClass::wait, 1)).kind, WaitKind::wfe);
  EXPECT_EQ(decode_as<WaitInstruction>(esr_of(ExceptionClass::wait, 3)).kind, WaitKind::wfet);
  const auto wfit = decode_as<WaitInstruction>(esr_of(ExceptionClass::wait, 7U << 5 | bit(2) | 2));
  EXPECT_EQ(wfit.kind, WaitKind::wfit);
  EXPECT_TRUE(wfit.has_register);
  EXPECT_EQ(wfit.register_number, 7);
}

TEST(Decode, Calls) {
  const auto hvc = decode_as<HypervisorCall>(esr_of(ExceptionClass::hvc, 0xbeef));
  EXPECT_EQ(hvc.immediate, 0xbeef);
  EXPECT_FALSE(hvc.is_aarch32);
  EXPECT_TRUE(decode_as<HypervisorCall>(esr_of(ExceptionClass::hvc_aarch32, 1)).is_aarch32);
  EXPECT_EQ(decode_as<SecureMonitorCall>(esr_of(ExceptionClass::smc, 0x12)).immediate, 0x12);
  const auto smc32 = decode_as<SecureMonitorCall>(
      esr_of(ExceptionClass::smc_aarch32, bit(24) | 0x3U << 20 | 0xffff));
  EXPECT_TRUE(smc32.is_aarch32);
  EXPECT_EQ(smc32.immediate, 0);  // RES0 in this class
  EXPECT_EQ(smc32.condition.code, 3);
  EXPECT_EQ(decode_as<SupervisorCall>(esr_of(ExceptionClass::svc, 9)).immediate, 9);
}

TEST(Decode, SystemRegisterAccess) {
  // mrs x9, cntp_ctl_el0: S3_3_C14_C2_1
  const auto access = decode_as<SystemAccess>(esr_of(
      ExceptionClass::system, 3U << 20 | 1U << 17 | 3U << 14 | 14U << 10 | 9U << 5 | 2U << 1 | 1));
  EXPECT_EQ(access.encoding, (SystemEncoding{.op0 = 3, .op1 = 3, .crn = 14, .crm = 2, .op2 = 1}));
  EXPECT_EQ(access.rt, 9);
  EXPECT_TRUE(access.is_read);
}

TEST(Decode, SystemInstruction) {
  // dc isw, x3: S1_0_C7_C6_2
  const auto access = decode_as<SystemAccess>(
      esr_of(ExceptionClass::system, 1U << 20 | 2U << 17 | 7U << 10 | 3U << 5 | 6U << 1));
  EXPECT_EQ(access.encoding, (SystemEncoding{.op0 = 1, .op1 = 0, .crn = 7, .crm = 6, .op2 = 2}));
  EXPECT_FALSE(access.is_read);
}

TEST(Decode, Coprocessors) {
  const auto mrc = decode_as<CoprocessorAccess>(
      esr_of(ExceptionClass::cp15_mcr, 1U << 17 | 2U << 14 | 3U << 10 | 4U << 5 | 5U << 1 | 1));
  EXPECT_EQ(mrc.coprocessor, 15);
  EXPECT_EQ(mrc.form, CoprocessorForm::one_register);
  EXPECT_EQ(mrc.opc2, 1);
  EXPECT_EQ(mrc.opc1, 2);
  EXPECT_EQ(mrc.crn, 3);
  EXPECT_EQ(mrc.rt, 4);
  EXPECT_EQ(mrc.crm, 5);
  EXPECT_TRUE(mrc.is_read);
  const auto mcrr = decode_as<CoprocessorAccess>(
      esr_of(ExceptionClass::cp14_mrrc, 0xfU << 16 | 2U << 10 | 3U << 5 | 4U << 1));
  EXPECT_EQ(mcrr.coprocessor, 14);
  EXPECT_EQ(mcrr.form, CoprocessorForm::two_registers);
  EXPECT_EQ(mcrr.opc1, 15);
  EXPECT_EQ(mcrr.rt2, 2);
  EXPECT_EQ(decode_as<CoprocessorAccess>(esr_of(ExceptionClass::cp14_ldc)).form,
            CoprocessorForm::memory);
  EXPECT_EQ(decode_as<CoprocessorAccess>(esr_of(ExceptionClass::vmrs)).coprocessor, 10);
  EXPECT_EQ(decode_as<CoprocessorAccess>(esr_of(ExceptionClass::cp14_mcr)).coprocessor, 14);
  EXPECT_EQ(decode_as<CoprocessorAccess>(esr_of(ExceptionClass::cp15_mcrr)).coprocessor, 15);
}

TEST(Decode, FeaturesAndExceptionsOfTheGuestItself) {
  EXPECT_EQ(decode_as<FeatureAccess>(esr_of(ExceptionClass::floating_point)).feature,
            Feature::floating_point);
  EXPECT_EQ(decode_as<FeatureAccess>(esr_of(ExceptionClass::sve)).feature, Feature::sve);
  EXPECT_EQ(decode_as<FeatureAccess>(esr_of(ExceptionClass::sme)).feature, Feature::sme);
  EXPECT_TRUE(decode_as<AlignmentFault>(esr_of(ExceptionClass::sp_alignment)).of_stack_pointer);
  EXPECT_FALSE(decode_as<AlignmentFault>(esr_of(ExceptionClass::pc_alignment)).of_stack_pointer);
  EXPECT_EQ(decode_as<GuestException>(esr_of(ExceptionClass::branch_target, 2)).iss, 2U);
  decode_as<IllegalState>(esr_of(ExceptionClass::illegal_state));
  decode_as<UnknownReason>(esr_of(ExceptionClass::unknown));
}

TEST(Decode, DebugAndErrors) {
  const auto brk = decode_as<DebugEvent>(esr_of(ExceptionClass::brk, 0xf000));
  EXPECT_EQ(brk.kind, DebugKind::brk);
  EXPECT_EQ(brk.iss, 0xf000U);
  EXPECT_EQ(decode_as<DebugEvent>(esr_of(ExceptionClass::watchpoint_lower)).kind,
            DebugKind::watchpoint);
  EXPECT_EQ(decode_as<DebugEvent>(esr_of(ExceptionClass::software_step_same)).kind,
            DebugKind::software_step);
  const auto error =
      decode_as<SystemError>(esr_of(ExceptionClass::serror, bit(24) | 5U << 10 | bit(9) | 0x11));
  EXPECT_TRUE(error.is_implementation_defined);
  EXPECT_EQ(error.asynchronous_type, 5);
  EXPECT_TRUE(error.is_external);
  EXPECT_EQ(error.status, FaultStatus::tag_check);
}

TEST(Decode, UnassignedClassesAreUnknown) {
  for (const std::uint64_t ec :
       std::to_array<std::uint64_t>({0x02, 0x0b, 0x0f, 0x10, 0x1e, 0x1f, 0x23, 0x29, 0x2a, 0x2b,
                                     0x2e, 0x36, 0x37, 0x39, 0x3b, 0x3d, 0x3e, 0x3f})) {
    const auto exit = decode_as<UnknownExit>(ec << 26 | 0x155);
    EXPECT_EQ(exit.exception_class, ec);
    EXPECT_EQ(exit.iss, 0x155U);
  }
}

TEST(Decode, EveryWordHasAnAnswerThatDependsOnItsLow32BitsOnly) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 100000; ++i) {
    const std::uint64_t esr = random();
    EXPECT_EQ(decode(esr).index(), decode(esr & low_mask(32)).index());
  }
}

}  // namespace
}  // namespace serai::aarch64
