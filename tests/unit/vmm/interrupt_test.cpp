// SPDX-License-Identifier: BSD-2-Clause
#include "base/bits.hpp"
#include "unit/vmm/machine_fixture.hpp"

namespace serai::test {
namespace {

using aarch64::SystemRegister;
using vmm::VcpuState;

class Interrupts : public MachineTest {
 protected:
  void park() {
    ASSERT_FALSE(wait_for_interrupt());
    ASSERT_EQ(machine->state(), VcpuState::parked);
    vcpu.running = false;
  }

  /// RTCMR and RTCIMSC: an alarm ten seconds after the system's start, as ticks.
  std::uint64_t set_rtc_alarm() {
    EXPECT_TRUE(store(rtc + 0x4, epoch + 10));
    EXPECT_TRUE(store(rtc + 0x10, 1));
    return 10 * FakeClockPort::frequency_hz;
  }
};

TEST_F(Interrupts, WfiParksUntilTheConsoleHasInput) {
  start();
  enable(uart_intid);
  ASSERT_TRUE(store(uart + 0x38, 0x50));
  const std::uint64_t at = pc();
  park();
  EXPECT_EQ(pc(), at + 4);
  type("hi");
  EXPECT_TRUE(vcpu.running);
  EXPECT_EQ(machine->state(), VcpuState::running);
  EXPECT_EQ(vcpu.copies_of(uart_intid), 1U);
}

TEST_F(Interrupts, InputThatInterruptsNobodyWakesNobody) {
  start();
  enable(uart_intid);
  park();
  type("hi");
  EXPECT_FALSE(vcpu.running);
  EXPECT_EQ(machine->state(), VcpuState::parked);
}

TEST_F(Interrupts, WfiWakesWhenTheVirtualTimerIsDue) {
  start();
  enable(27);
  vcpu.system(SystemRegister::cntv_ctl_el0) = 1;
  vcpu.system(SystemRegister::cntv_cval_el0) = 5000;
  park();
  ASSERT_EQ(clock.alarms, std::vector<std::uint64_t>{5000});
  clock.ticks = 4999;
  machine->notified(timer_channel);
  EXPECT_FALSE(vcpu.running);
  EXPECT_EQ(clock.alarms, (std::vector<std::uint64_t>{5000, 5000}));
  clock.ticks = 5000;
  machine->notified(timer_channel);
  EXPECT_TRUE(vcpu.running);
  EXPECT_EQ(machine->state(), VcpuState::running);
}

TEST_F(Interrupts, WfiFallsThroughWhenTheVirtualTimerIsDueAlready) {
  start();
  enable(27);
  vcpu.system(SystemRegister::cntv_ctl_el0) = 1;
  vcpu.system(SystemRegister::cntv_cval_el0) = clock.ticks;
  EXPECT_TRUE(wait_for_interrupt());
}

TEST_F(Interrupts, WfiFallsThroughWhenAnInterruptWaits) {
  start();
  enable(level_intid);
  machine->notified(level_channel);
  const std::uint64_t at = pc();
  EXPECT_TRUE(wait_for_interrupt());
  EXPECT_EQ(pc(), at + 4);
  EXPECT_EQ(machine->state(), VcpuState::running);
}

TEST_F(Interrupts, WfeNeverParks) {
  start();
  EXPECT_TRUE(exits->vcpu_fault(0x01ULL << 26 | bit(25) | 1));
  EXPECT_EQ(pc(), entry + 4);
}

TEST_F(Interrupts, TheVirtualTimerIsAcknowledgedAtItsEnd) {
  start();
  enable(27);
  EXPECT_TRUE(exits->private_interrupt(27));
  EXPECT_EQ(vcpu.copies_of(27), 1U);
  EXPECT_TRUE(vcpu.acknowledged.empty());
  EXPECT_EQ(serve_interrupt(), 27U);
  EXPECT_EQ(vcpu.acknowledged, std::vector<std::uint32_t>{27});
}

struct Passthrough {
  std::uint32_t intid;
  ChannelId channel;
  bool is_edge;
};

class PassthroughInterrupt : public Interrupts, public testing::WithParamInterface<Passthrough> {};

TEST_P(PassthroughInterrupt, IsLetGoOfOnlyWhenTheGuestEndsIt) {
  const auto [intid, channel, is_edge] = GetParam();
  start();
  enable(intid);
  if (is_edge) {
    ASSERT_TRUE(store(distributor + 0xc00 + intid / 16 * 4, bit(2 * (intid % 16) + 1)));
  }
  for (int round = 0; round < 3; ++round) {
    machine->notified(channel);
    EXPECT_EQ(vcpu.copies_of(intid), 1U);
    EXPECT_EQ(vcpu.guest_acknowledges(), intid);
    EXPECT_EQ(signals.acknowledged[channel], round);
    const auto index = vcpu.guest_ends(intid);
    ASSERT_TRUE(index.has_value());
    EXPECT_EQ(signals.acknowledged[channel], round);
    EXPECT_TRUE(exits->maintenance(*index));
    EXPECT_EQ(signals.acknowledged[channel], round + 1);
    EXPECT_EQ(vcpu.copies_of(intid), 0U);
  }
}

TEST_P(PassthroughInterrupt, WakesAParkedGuest) {
  start();
  enable(GetParam().intid);
  park();
  machine->notified(GetParam().channel);
  EXPECT_TRUE(vcpu.running);
  EXPECT_EQ(vcpu.copies_of(GetParam().intid), 1U);
}

INSTANTIATE_TEST_SUITE_P(Kinds, PassthroughInterrupt,
                         testing::Values(Passthrough{40, 2, false}, Passthrough{41, 3, true}));

TEST_F(Interrupts, TheEndOfALevelInterruptLooksAtItsLineAgain) {
  start();
  enable(uart_intid);
  ASSERT_TRUE(store(uart + 0x38, 0x50));
  type("a");
  EXPECT_EQ(serve_interrupt(), uart_intid);
  EXPECT_EQ(vcpu.copies_of(uart_intid), 1U) << "nobody read the character";
  EXPECT_EQ(vcpu.guest_acknowledges(), uart_intid);
  EXPECT_EQ(loaded(uart), std::uint64_t{'a'});
  // Its line fell meanwhile, so that its end may raise no event.
  if (const auto index = vcpu.guest_ends(uart_intid)) {
    EXPECT_TRUE(exits->maintenance(*index));
  }
  EXPECT_EQ(vcpu.copies_of(uart_intid), 0U);
}

TEST_F(Interrupts, NoMaintenanceIndexIsTooOdd) {
  start();
  for (const std::int64_t index : {-1, 0, 3, 16, 63, 1 << 20}) {
    EXPECT_TRUE(exits->maintenance(index)) << index;
  }
  EXPECT_TRUE(vcpu.injections.empty());
}

TEST_F(Interrupts, TheRtcAlarmReachesARunningGuest) {
  start();
  enable(rtc_intid);
  const std::uint64_t due = set_rtc_alarm();
  ASSERT_FALSE(clock.alarms.empty());
  EXPECT_EQ(clock.alarms.back(), due);
  clock.ticks = due - 1;
  machine->notified(timer_channel);
  EXPECT_EQ(vcpu.copies_of(rtc_intid), 0U);
  EXPECT_EQ(clock.alarms.back(), due);
  clock.ticks = due;
  machine->notified(timer_channel);
  EXPECT_EQ(vcpu.copies_of(rtc_intid), 1U);
}

TEST_F(Interrupts, TheRtcAlarmWakesAParkedGuest) {
  start();
  enable(rtc_intid);
  const std::uint64_t due = set_rtc_alarm();
  park();
  clock.ticks = due;
  machine->notified(timer_channel);
  EXPECT_TRUE(vcpu.running);
  EXPECT_EQ(vcpu.copies_of(rtc_intid), 1U);
}

TEST_F(Interrupts, ARtcWithoutAlarmAsksForNone) {
  start();
  EXPECT_TRUE(store(uart, 'x'));
  EXPECT_EQ(loaded(rtc), epoch);
  machine->notified(console_channel);
  EXPECT_TRUE(clock.alarms.empty());
}

}  // namespace
}  // namespace serai::test
