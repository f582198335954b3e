// SPDX-License-Identifier: BSD-2-Clause
#include "arch/aarch64/exit/inject.hpp"

#include <gtest/gtest.h>

#include "arch/aarch64/exit/pstate.hpp"
#include "arch/aarch64/exit/reflect.hpp"
#include "arch/aarch64/exit/skip.hpp"
#include "support/fake_vcpu_port.hpp"

namespace serai::aarch64 {
namespace {

class Inject : public ::testing::Test {
 protected:
  Inject() {
    port.context[slot::pc] = 0xffff800010001234;
    port.context[slot::spsr] = pstate::nzcv | pstate::mode_el1h;
    port.system(SystemRegister::vbar_el1) = 0xffff800010000800;
    port.system(SystemRegister::sctlr_el1) = sctlr::span | sctlr::m;
    port.system(SystemRegister::far_el1) = 0x1111;
  }

  std::uint64_t esr() { return port.system(SystemRegister::esr_el1); }

  std::uint64_t pc() { return port.context[slot::pc]; }

  std::uint64_t spsr() { return port.context[slot::spsr]; }

  serai::test::FakeVcpuPort port;
  Vcpu vcpu{port};
};

TEST_F(Inject, UndefinedFromEl1) {
  inject_undefined(vcpu);
  vcpu.flush();
  EXPECT_EQ(esr(), bit(25));
  EXPECT_EQ(pc(), 0xffff800010000a00U);
  EXPECT_EQ(spsr(), pstate::nzcv | pstate::daif | pstate::mode_el1h);
  EXPECT_EQ(port.system(SystemRegister::elr_el1), 0xffff800010001234U);
  EXPECT_EQ(port.system(SystemRegister::spsr_el1), pstate::nzcv | pstate::mode_el1h);
  EXPECT_EQ(port.system(SystemRegister::far_el1), 0x1111U);
  EXPECT_EQ(port.register_writes, std::vector<std::size_t>{3});
}

TEST_F(Inject, VectorFollowsTheStateLeft) {
  struct Case {
    std::uint64_t spsr;
    std::uint64_t offset;
  };

  for (const Case& c : {Case{pstate::mode_el1t, 0x000}, Case{pstate::mode_el1h, 0x200},
                        Case{pstate::mode_el0t, 0x400}, Case{pstate::aarch32, 0x600}}) {
    port.context[slot::spsr] = c.spsr;
    vcpu.begin();
    inject_undefined(vcpu);
    vcpu.flush();
    EXPECT_EQ(pc(), 0xffff800010000800 + c.offset);
    EXPECT_EQ(spsr() & pstate::mode_mask, pstate::mode_el1h);
  }
}

TEST_F(Inject, VectorBaseHasNoLowBits) {
  port.system(SystemRegister::vbar_el1) = 0x8fff;
  inject_undefined(vcpu);
  EXPECT_EQ(vcpu.pc(), 0x8a00U);
}

TEST_F(Inject, PrivilegedAccessNeverFollowsSpan) {
  port.system(SystemRegister::sctlr_el1) = 0;
  inject_undefined(vcpu);
  EXPECT_NE(vcpu.word(slot::spsr) & pstate::pan, 0U);
  port.system(SystemRegister::sctlr_el1) = sctlr::span;
  port.context[slot::spsr] = pstate::pan | pstate::mode_el1h;
  vcpu.begin();
  inject_undefined(vcpu);
  EXPECT_NE(vcpu.word(slot::spsr) & pstate::pan, 0U) << "PAN is kept";
}

TEST_F(Inject, OtherFieldsOfTheHandlersState) {
  port.context[slot::spsr] = ~std::uint64_t{0} & low_mask(32) & ~pstate::mode_mask;
  port.system(SystemRegister::sctlr_el1) = sctlr::span | sctlr::dssbs | sctlr::ata | sctlr::nmi;
  inject_undefined(vcpu);
  EXPECT_EQ(vcpu.word(slot::spsr), pstate::nzcv | pstate::tco | pstate::dit | pstate::pan |
                                       pstate::allint | pstate::ssbs | pstate::daif |
                                       pstate::mode_el1h);
  port.system(SystemRegister::sctlr_el1) |= sctlr::spintmask;
  vcpu.begin();
  inject_undefined(vcpu);
  EXPECT_EQ(vcpu.word(slot::spsr) & pstate::allint, 0U);
}

TEST_F(Inject, DataAbortWithoutAddressSaysSo) {
  const DataAbort store(0x24ULL << 26 | bit(25) | bit(24) | bit(7) | bit(6) | 0x05);
  inject_data_abort(vcpu, store, {});
  EXPECT_EQ(esr(), 0x25ULL << 26 | bit(25) | bit(10) | bit(6) | 0x10);
  EXPECT_EQ(port.system(SystemRegister::far_el1), 0x1111U);
}

TEST_F(Inject, DataAbortWithoutAddressIsAlwaysExternal) {
  inject_data_abort(vcpu, DataAbort(0), {}, FaultStatus::alignment);
  EXPECT_EQ(extract(esr(), 0, 6), 0x10U);
}

TEST_F(Inject, DataAbortWithAddress) {
  port.context[slot::spsr] = pstate::mode_el0t;
  inject_data_abort(vcpu, DataAbort(0), 0x7700, at_level(FaultStatus::permission, 3));
  EXPECT_EQ(esr(), 0x24ULL << 26 | bit(25) | 0x0f);
  EXPECT_EQ(port.system(SystemRegister::far_el1), 0x7700U);
}

TEST_F(Inject, InstructionAbortKnowsItsAddress) {
  inject_instruction_abort(vcpu);
  EXPECT_EQ(esr(), 0x21ULL << 26 | bit(25) | 0x10);
  EXPECT_EQ(port.system(SystemRegister::far_el1), 0xffff800010001234U);
}

TEST_F(Inject, EveryExceptionClassIsAnswered) {
  for (std::uint64_t ec = 0; ec < 64; ++ec) {
    port.context[slot::pc] = 0x4000;
    port.context[slot::spsr] = pstate::mode_el1h;
    vcpu.begin();
    const ExitAction action = reflect(vcpu, decode(ec << 26 | bit(25)));
    if (ec == static_cast<std::uint64_t>(ExceptionClass::serror)) {
      EXPECT_EQ(action, ExitAction::stop);
      continue;
    }
    EXPECT_EQ(action, ExitAction::resume);
    EXPECT_EQ(vcpu.pc(), 0xffff800010000a00U) << "class " << ec;
    EXPECT_EQ(port.system(SystemRegister::elr_el1), 0x4000U);
  }
}

TEST_F(Inject, ReflectedClasses) {
  struct Case {
    std::uint64_t exit;
    std::uint64_t expected;
  };

  for (const Case& c : {
           Case{0x15ULL << 26 | 7, 0x15ULL << 26 | bit(25) | 7},
           Case{0x0eULL << 26, 0x0eULL << 26 | bit(25)},
           Case{0x22ULL << 26, 0x22ULL << 26 | bit(25)},
           Case{0x26ULL << 26, 0x26ULL << 26 | bit(25)},
           Case{0x30ULL << 26 | 0x22, 0x31ULL << 26 | bit(25) | 0x22},
           Case{0x3cULL << 26 | 5, 0x3cULL << 26 | bit(25) | 5},
           Case{0x07ULL << 26 | bit(24), bit(25)},
           Case{0x19ULL << 26, bit(25)},
           Case{0x03ULL << 26, bit(25)},
           Case{0x0dULL << 26 | 1, 0x0dULL << 26 | bit(25) | 1},
       }) {
    vcpu.begin();
    EXPECT_EQ(reflect(vcpu, decode(c.exit)), ExitAction::resume);
    EXPECT_EQ(esr(), c.expected) << std::hex << c.exit;
  }
}

TEST_F(Inject, SkipsInstructionsOfBothLengths) {
  port.context[slot::pc] = 0x1000;
  vcpu.begin_at(0x1000);
  skip_instruction(vcpu, Syndrome(bit(25)));
  EXPECT_EQ(vcpu.pc(), 0x1004U);
  EXPECT_TRUE(port.register_reads.empty());
  port.context[slot::spsr] = pstate::aarch32 | pstate::t32;
  vcpu.begin_at(0x1000);
  skip_instruction(vcpu, Syndrome(0));
  EXPECT_EQ(vcpu.pc(), 0x1002U);
}

TEST_F(Inject, ShortInstructionAdvancesItsBlock) {
  // ITSTATE 0b00001100: two instructions left; then one; then none.
  const std::uint64_t base = pstate::aarch32 | pstate::t32;
  port.context[slot::spsr] = base | 0b000011ULL << 10;
  vcpu.begin_at(0x1000);
  skip_short_instruction(vcpu);
  EXPECT_EQ(vcpu.word(slot::spsr), base | 0b000110ULL << 10);
  skip_short_instruction(vcpu);
  EXPECT_EQ(vcpu.word(slot::spsr), base);
  skip_short_instruction(vcpu);
  EXPECT_EQ(vcpu.word(slot::spsr), base);
}

}  // namespace
}  // namespace serai::aarch64
