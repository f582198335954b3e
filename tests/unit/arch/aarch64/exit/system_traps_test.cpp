// SPDX-License-Identifier: BSD-2-Clause
#include "arch/aarch64/exit/system_traps.hpp"

#include <gtest/gtest.h>
#include <vector>

#include "support/fake_vcpu_port.hpp"

namespace serai::aarch64 {
namespace {

class Timer final : public PhysicalTimerAccess {
 public:
  std::uint64_t read_timer(TrappedTimerRegister reg) noexcept override {
    return 100 + static_cast<std::uint64_t>(reg);
  }

  void write_timer(TrappedTimerRegister reg, std::uint64_t value) noexcept override {
    writes.emplace_back(reg, value);
  }

  std::vector<std::pair<TrappedTimerRegister, std::uint64_t>> writes;
};

constexpr std::uint64_t pc = 0x1000;
constexpr std::uint64_t undefined_vector = 0x8200;

class SystemTrapsTest : public ::testing::Test {
 protected:
  SystemTrapsTest() {
    port.system(SystemRegister::vbar_el1) = 0x8000;
    port.x(5) = 0x5555;
  }

  /// Carries the access out with X5; whether it was defined.
  bool access(const SystemEncoding& encoding, bool is_read) {
    port.context[slot::pc] = pc;
    port.context[slot::spsr] = 5;
    vcpu.begin();
    EXPECT_EQ(traps.handle(vcpu, {.encoding = encoding, .rt = 5, .is_read = is_read}),
              ExitAction::resume);
    vcpu.flush();
    const std::uint64_t now = port.context[slot::pc];
    EXPECT_TRUE(now == pc + 4 || now == undefined_vector);
    return now == pc + 4;
  }

  bool read(const SystemEncoding& encoding) { return access(encoding, true); }

  bool write(const SystemEncoding& encoding) { return access(encoding, false); }

  Timer timer;
  SystemTraps traps{&timer};
  serai::test::FakeVcpuPort port;
  Vcpu vcpu{port};
};

constexpr SystemEncoding cntp_ctl{3, 3, 14, 2, 1};
constexpr SystemEncoding cntp_cval{3, 3, 14, 2, 2};
constexpr SystemEncoding cntp_tval{3, 3, 14, 2, 0};
constexpr SystemEncoding cntpct{3, 3, 14, 0, 1};
constexpr SystemEncoding sctlr_el1{3, 0, 1, 0, 0};
constexpr SystemEncoding actlr_el1{3, 0, 1, 0, 1};
constexpr SystemEncoding dc_isw{1, 0, 7, 6, 2};
constexpr SystemEncoding oslar_el1{2, 0, 1, 0, 4};
constexpr SystemEncoding oslsr_el1{2, 0, 1, 1, 4};
constexpr SystemEncoding dbgbvr15_el1{2, 0, 0, 15, 4};
constexpr SystemEncoding pmcr_el0{3, 3, 9, 12, 0};
constexpr SystemEncoding pmevtyper30_el0{3, 3, 14, 15, 6};
constexpr SystemEncoding pmccfiltr_el0{3, 3, 14, 15, 7};
constexpr SystemEncoding icc_sgi1r_el1{3, 0, 12, 11, 5};
constexpr SystemEncoding id_aa64pfr0_el1{3, 0, 0, 4, 0};

TEST_F(SystemTrapsTest, PhysicalTimerIsHandedOn) {
  EXPECT_TRUE(read(cntp_ctl));
  EXPECT_EQ(port.x(5), 100U);
  EXPECT_TRUE(read(cntp_cval));
  EXPECT_EQ(port.x(5), 101U);
  EXPECT_TRUE(read(cntp_tval));
  EXPECT_EQ(port.x(5), 102U);
  EXPECT_TRUE(read(cntpct));
  EXPECT_EQ(port.x(5), 103U);
  port.x(5) = 7;
  EXPECT_TRUE(write(cntp_ctl));
  EXPECT_TRUE(write(cntp_tval));
  EXPECT_EQ(timer.writes, (decltype(timer.writes){{TrappedTimerRegister::control, 7},
                                                  {TrappedTimerRegister::timer, 7}}));
  EXPECT_FALSE(write(cntpct));
}

TEST_F(SystemTrapsTest, WithoutATimerItsRegistersAreUndefined) {
  traps = SystemTraps();
  EXPECT_FALSE(read(cntp_ctl));
  EXPECT_FALSE(write(cntp_cval));
  EXPECT_TRUE(read(pmcr_el0));
}

TEST_F(SystemTrapsTest, RegistersOfTheVcpu) {
  port.system(SystemRegister::sctlr_el1) = 0x30d00800;
  EXPECT_TRUE(read(sctlr_el1));
  EXPECT_EQ(port.x(5), 0x30d00800U);
  port.x(5) = 0x30d00801;
  EXPECT_TRUE(write(sctlr_el1));
  EXPECT_EQ(port.system(SystemRegister::sctlr_el1), 0x30d00801U);
}

TEST_F(SystemTrapsTest, AuxiliaryControlIgnoresWrites) {
  port.system(SystemRegister::actlr_el1) = 3;
  EXPECT_TRUE(write(actlr_el1));
  EXPECT_EQ(port.system(SystemRegister::actlr_el1), 3U);
  EXPECT_TRUE(read(actlr_el1));
  EXPECT_EQ(port.x(5), 3U);
}

TEST_F(SystemTrapsTest, DebugAndMonitorsReadAsZero) {
  for (const SystemEncoding& encoding : {dbgbvr15_el1, pmcr_el0, pmevtyper30_el0, pmccfiltr_el0}) {
    port.x(5) = 0x5555;
    EXPECT_TRUE(write(encoding));
    EXPECT_TRUE(read(encoding));
    EXPECT_EQ(port.x(5), 0U);
  }
  EXPECT_TRUE(read(oslsr_el1));
  EXPECT_EQ(port.x(5), 8U);
}

TEST_F(SystemTrapsTest, DirectionsThatDoNotExistAreUndefined) {
  EXPECT_TRUE(write(oslar_el1));
  EXPECT_FALSE(read(oslar_el1));
  EXPECT_FALSE(write(oslsr_el1));
  EXPECT_TRUE(write(dc_isw));
  EXPECT_FALSE(read(dc_isw));
  EXPECT_EQ(port.system(SystemRegister::esr_el1), bit(25));
}

TEST_F(SystemTrapsTest, UnknownRegistersAreUndefined) {
  EXPECT_FALSE(read(icc_sgi1r_el1));
  EXPECT_FALSE(write(icc_sgi1r_el1));
  EXPECT_FALSE(read(id_aa64pfr0_el1));
  EXPECT_FALSE(read({0, 0, 0, 0, 0}));
  EXPECT_FALSE(read({3, 7, 15, 15, 7}));
}

TEST_F(SystemTrapsTest, EveryEncodingIsAnswered) {
  unsigned defined = 0;
  for (std::uint32_t packed = 0; packed < 0x10000; ++packed) {
    const SystemEncoding encoding{
        static_cast<std::uint8_t>(packed >> 14), static_cast<std::uint8_t>(packed >> 11 & 7),
        static_cast<std::uint8_t>(packed >> 7 & 15), static_cast<std::uint8_t>(packed >> 3 & 15),
        static_cast<std::uint8_t>(packed & 7)};
    ASSERT_EQ(encoding.packed(), packed);
    const bool either = read(encoding) || write(encoding);
    EXPECT_EQ(either, !system_name(encoding).empty());
    defined += either ? 1 : 0;
    port.register_reads.clear();
    port.register_writes.clear();
  }
  // 15 + 5 + 3 registers, 5 + 4 * 16 + 11 of debug, 16 + 2 * 32 of the monitors.
  EXPECT_EQ(defined, 183U);
}

TEST_F(SystemTrapsTest, ZeroRegister) {
  vcpu.begin_at(pc);
  EXPECT_EQ(traps.handle(vcpu, {.encoding = cntp_ctl, .rt = 31, .is_read = false}),
            ExitAction::resume);
  EXPECT_EQ(timer.writes.back().second, 0U);
  EXPECT_EQ(traps.handle(vcpu, {.encoding = cntp_ctl, .rt = 31, .is_read = true}),
            ExitAction::resume);
}

TEST(SystemName, Names) {
  EXPECT_EQ(system_name(cntp_ctl), "CNTP_CTL_EL0");
  EXPECT_EQ(system_name(dbgbvr15_el1), "DBGBVR_EL1");
  EXPECT_EQ(system_name(icc_sgi1r_el1), "");
}

}  // namespace
}  // namespace serai::aarch64
