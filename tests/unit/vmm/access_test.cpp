// SPDX-License-Identifier: BSD-2-Clause
#include "base/bits.hpp"
#include "unit/vmm/machine_fixture.hpp"

namespace serai::test {
namespace {

using aarch64::SystemRegister;
using config::UnclaimedPolicy;
using Words = std::vector<std::size_t>;

constexpr std::uint64_t fetch_abort = 0x20ULL << 26 | bit(25) | 6;

class Access : public MachineTest {
 protected:
  void expect_injected(std::uint64_t at) {
    EXPECT_EQ(pc(), vectors + 0x200);
    EXPECT_EQ(vcpu.system(SystemRegister::elr_el1), at);
  }
};

TEST_F(Access, AStoreWritesBackOnlyThePc) {
  start();
  EXPECT_TRUE(store(uart, 'A'));
  EXPECT_EQ(pc(), entry + 4);
  EXPECT_EQ(vcpu.register_writes, Words{1});
  EXPECT_EQ(transmit.tail, 1U);
  EXPECT_EQ(transmitted[0], std::byte{'A'});
  EXPECT_EQ(signals.notified[console_channel], 1);
}

TEST_F(Access, AUartThatIsConnectedToNothingTakesEverything) {
  configuration.devices[0].serial_queue = config::no_channel;
  start();
  constexpr std::uint64_t txfe = 0x80;
  for (int character = 0; character < 100; ++character) {
    ASSERT_TRUE(store(uart, 'A'));
    ASSERT_NE(loaded(uart + 0x18) & txfe, 0U);
  }
  machine->notified(console_channel);
  EXPECT_EQ(transmit.tail, 0U);
  EXPECT_TRUE(signals.notified.empty());
}

TEST_F(Access, AStoreToTheDistributorTakesEffect) {
  start();
  EXPECT_TRUE(store(distributor + 0x104, 2));
  EXPECT_EQ(vcpu.register_writes, Words{1});
  EXPECT_EQ(loaded(distributor + 0x104), 2U);
  EXPECT_TRUE(signals.notified.empty());
}

TEST_F(Access, ALoadSetsItsRegister) {
  start();
  vcpu.x(5) = ~0ULL;
  EXPECT_TRUE(load(uart + 0xfe0));
  EXPECT_EQ(vcpu.x(5), 0x11U);
  EXPECT_EQ(pc(), entry + 4);
  EXPECT_TRUE(load(distributor + 4));
  EXPECT_EQ(vcpu.x(5), 288U / 32 - 1);
  EXPECT_EQ(pc(), entry + 8);
}

TEST_F(Access, FirmwareCallsMoveFourWords) {
  start();
  EXPECT_TRUE(smc(0x8400'0000));
  EXPECT_EQ(vcpu.x(0), 0x10001U);
  EXPECT_EQ(pc(), entry + 4);
  EXPECT_EQ(vcpu.register_reads, Words{4});
  EXPECT_EQ(vcpu.register_writes, Words{4});
}

TEST_F(Access, AnInstructionWithoutSyndromeIsEmulated) {
  start();
  constexpr std::uint32_t str_w5_x1_post_4 = 0xb800'4425;
  std::memcpy(&ram_at(entry), &str_w5_x1_post_4, sizeof str_w5_x1_post_4);
  vcpu.x(1) = uart;
  vcpu.x(5) = 'B';
  EXPECT_TRUE(fault(uart, 0x24ULL << 26 | bit(25) | bit(6) | 6));
  EXPECT_EQ(transmitted[0], std::byte{'B'});
  EXPECT_EQ(vcpu.x(1), uart + 4);
  EXPECT_EQ(pc(), entry + 4);
  EXPECT_EQ(signals.notified[console_channel], 1);
}

TEST_F(Access, UnclaimedAddressesAbort) {
  start();
  EXPECT_TRUE(load(nowhere));
  expect_injected(entry);
  // From EL1 itself, a synchronous external abort whose address is not known.
  EXPECT_EQ(vcpu.system(SystemRegister::esr_el1), 0x25ULL << 26 | bit(25) | bit(10) | 0x10);
  ASSERT_EQ(log.lines.size(), 1U);
  EXPECT_NE(log.lines[0].find("0x50000000"), std::string::npos);
  EXPECT_TRUE(store(nowhere + 8, 1));
  expect_injected(vectors + 0x200);
  EXPECT_EQ(log.lines.size(), 1U);
}

TEST_F(Access, WhatADeviceRefusesIsUnclaimed) {
  start();
  EXPECT_TRUE(load(uart, 3));
  expect_injected(entry);
}

TEST_F(Access, UnclaimedAddressesCanBeIgnored) {
  configuration.fixed.unclaimed = UnclaimedPolicy::ignore;
  start();
  vcpu.x(5) = ~0ULL;
  EXPECT_TRUE(load(nowhere));
  EXPECT_EQ(vcpu.x(5), 0U);
  EXPECT_TRUE(store(nowhere, 5));
  EXPECT_EQ(pc(), entry + 8);
  EXPECT_TRUE(log.lines.empty());
}

TEST_F(Access, UnclaimedAddressesCanStopTheGuest) {
  configuration.fixed.unclaimed = UnclaimedPolicy::stop;
  start();
  EXPECT_FALSE(store(nowhere, 5));
  EXPECT_EQ(machine->state(), vmm::VcpuState::stopped);
  ASSERT_GT(log.lines.size(), 2U);
  EXPECT_EQ(log.lines[0], "stopped: it touched an address that nothing claims");
  EXPECT_EQ(log.lines[2], "  address 0x50000000");
}

TEST_F(Access, AFetchOutsideMemoryAborts) {
  start();
  for (int repeat = 0; repeat < 2; ++repeat) {
    pc() = 0x1'0000;
    EXPECT_TRUE(fault(0x1'0000, fetch_abort));
    expect_injected(0x1'0000);
  }
  EXPECT_EQ(vcpu.system(SystemRegister::esr_el1), 0x21ULL << 26 | bit(25) | 0x10);
  EXPECT_EQ(vcpu.system(SystemRegister::far_el1), 0x1'0000U);
  EXPECT_EQ(log.lines.size(), 1U);
}

TEST_F(Access, VectorsOutsideMemoryStopTheGuest) {
  start();
  // The low bits of VBAR_EL1 are reserved, and do not count.
  for (const std::uint64_t vbar : {0x1'0000U, 0x1'0400U}) {
    log.lines.clear();
    vcpu.system(SystemRegister::vbar_el1) = vbar;
    pc() = 0x1'0200;
    EXPECT_FALSE(fault(0x1'0200, fetch_abort)) << vbar;
    EXPECT_EQ(machine->state(), vmm::VcpuState::stopped);
    ASSERT_FALSE(log.lines.empty());
    EXPECT_EQ(log.lines[0], "stopped: its exception vectors lie outside its memory");
  }
}

TEST_F(Access, AHypervisorCallIsAnswered) {
  start();
  pc() = entry + 0x10;
  vcpu.x(0) = 0x8400'0000;
  EXPECT_TRUE(exits->hypervisor_call(entry + 0x10));
  EXPECT_EQ(vcpu.x(0), 0x10001U);
  EXPECT_EQ(pc(), entry + 0x14);
}

TEST_F(Access, AnUndefinedInstructionIsTheGuestsOwn) {
  start();
  EXPECT_TRUE(exits->undefined_instruction(entry));
  expect_injected(entry);
  EXPECT_EQ(vcpu.system(SystemRegister::esr_el1), bit(25));
  EXPECT_TRUE(log.lines.empty());
}

TEST_F(Access, AnUnknownFaultStopsWithAReportOfOneScreen) {
  start();
  for (int exit = 0; exit < 20; ++exit) {
    pc() = ~0ULL;
    ASSERT_TRUE(fault(uart + 0x18, 0x24ULL << 26 | bit(24) | bit(25)));
  }
  vcpu.context.fill(~0ULL);
  const aarch64::Context before = vcpu.context;
  vcpu.register_writes.clear();
  vcpu.injections.clear();
  EXPECT_FALSE(exits->other_fault(~0ULL, ~0ULL, ~0ULL));
  EXPECT_EQ(machine->state(), vmm::VcpuState::stopped);
  ASSERT_FALSE(log.lines.empty());
  EXPECT_TRUE(log.lines[0].starts_with("stopped: the hypervisor reported"));
  EXPECT_LE(log.lines.size(), 24U);
  for (const std::string& line : log.lines) {
    EXPECT_LE(line.size(), 120U) << line;
    EXPECT_EQ(line.find('\n'), std::string::npos);
  }
  EXPECT_EQ(vcpu.context, before);
  EXPECT_TRUE(vcpu.register_writes.empty());
  EXPECT_TRUE(vcpu.injections.empty());
  vcpu.running = false;
  type("x");
  EXPECT_FALSE(vcpu.running);
}

}  // namespace
}  // namespace serai::test
