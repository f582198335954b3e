// SPDX-License-Identifier: BSD-2-Clause
#include "arch/aarch64/timer/timers.hpp"

#include <gtest/gtest.h>

#include "support/fake_clock_port.hpp"
#include "support/fake_vcpu_port.hpp"

namespace serai::test {
namespace {

using aarch64::ParkDecision;
using aarch64::PhysicalTimer;
using aarch64::PhysicalTimerRegister;
using aarch64::SystemRegister;
using aarch64::Timers;
using aarch64::VcpuIs;
using aarch64::Vgic;
using aarch64::VirtualTimer;

constexpr std::uint32_t spurious = 1023;
constexpr std::uint64_t gicd_ctlr = 0x000;
constexpr std::uint64_t gicd_isenabler = 0x100;
constexpr std::uint64_t gicd_icenabler = 0x180;
constexpr std::uint64_t gicd_ispendr = 0x200;
constexpr std::uint64_t enable = 1;
constexpr std::uint64_t imask = 2;
constexpr std::uint64_t istatus = 4;
constexpr std::uint64_t all_ones = ~std::uint64_t{0};

class TimersTest : public testing::Test {
 protected:
  TimersTest() {
    timers.attach();
    write(gicd_ctlr, 1);
    write(gicd_isenabler, 1U << VirtualTimer::intid | 1U << PhysicalTimer::intid);
  }

  void write(std::uint64_t offset, std::uint32_t value) {
    EXPECT_TRUE(vgic.write(offset, AccessSize::word, value).has_value());
    vgic.sync(VcpuIs::stopped);
  }

  bool pends(std::uint32_t intid) {
    const auto value = vgic.read(gicd_ispendr, AccessSize::word);
    return ((value.value_or(0) >> intid) & 1) != 0;
  }

  /// The guest programs its virtual timer; the hypervisor computes ISTATUS.
  void program(std::uint64_t ctl, std::uint64_t cval) {
    const std::uint64_t count = clock.ticks - port.read_system(SystemRegister::cntvoff_el2);
    const bool met = (ctl & enable) != 0 && count >= cval;
    port.write_system(SystemRegister::cntv_ctl_el0, ctl | (met ? istatus : 0));
    port.write_system(SystemRegister::cntv_cval_el0, cval);
  }

  /// The guest runs with the wire of its virtual timer high.
  bool virtual_timer_fires() {
    if (!port.private_interrupt_fires(VirtualTimer::intid)) {
      return false;
    }
    timers.virtual_timer().fired();
    vgic.sync(VcpuIs::stopped);
    return true;
  }

  void end(std::uint32_t intid) {
    const auto index = port.guest_ends(intid);
    if (index) {
      vgic.maintenance(*index);
      vgic.sync(VcpuIs::stopped);
    }
  }

  bool masked() { return port.is_private_interrupt_masked(VirtualTimer::intid); }

  FakeVcpuPort port;
  FakeClockPort clock;
  Vgic vgic{port};
  Timers timers{port, clock, vgic};
};

TEST_F(TimersTest, virtual_timer_stays_masked_until_its_end) {
  EXPECT_TRUE(virtual_timer_fires());
  EXPECT_EQ(port.guest_acknowledges(), 27U);
  EXPECT_FALSE(virtual_timer_fires());
  end(27);
  EXPECT_FALSE(masked());
  EXPECT_EQ(port.guest_acknowledges(), spurious);
  EXPECT_TRUE(virtual_timer_fires());
  EXPECT_EQ(port.guest_acknowledges(), 27U);
}

TEST_F(TimersTest, a_round_trip_asks_the_hypervisor_twice_and_reads_nothing) {
  virtual_timer_fires();
  port.guest_acknowledges();
  end(27);
  EXPECT_EQ(port.injections.size(), 1U);
  EXPECT_EQ(port.acknowledged.size(), 1U);
}

TEST_F(TimersTest, masked_at_the_distributor_it_neither_spins_nor_gets_lost) {
  write(gicd_icenabler, 1U << 27);
  EXPECT_TRUE(virtual_timer_fires());
  EXPECT_TRUE(masked());
  EXPECT_FALSE(virtual_timer_fires());
  EXPECT_EQ(port.guest_acknowledges(), spurious);
  // Enabled again it fires anew, as its wire is still high.
  write(gicd_isenabler, 1U << 27);
  EXPECT_FALSE(masked());
  EXPECT_TRUE(virtual_timer_fires());
  EXPECT_EQ(port.guest_acknowledges(), 27U);
}

TEST_F(TimersTest, masked_and_then_switched_off_it_does_not_arrive) {
  write(gicd_icenabler, 1U << 27);
  virtual_timer_fires();
  program(0, 0);
  write(gicd_isenabler, 1U << 27);
  EXPECT_EQ(port.guest_acknowledges(), spurious);
  EXPECT_FALSE(vgic.wakes());
}

TEST_F(TimersTest, masked_and_seen_to_be_switched_off_it_can_fire_again) {
  write(gicd_icenabler, 1U << 27);
  virtual_timer_fires();
  program(0, 0);
  EXPECT_FALSE(pends(27)) << "reading the pending bit looks at the wire";
  write(gicd_isenabler, 1U << 27);
  program(enable, clock.ticks - 1);
  EXPECT_TRUE(virtual_timer_fires());
  EXPECT_EQ(port.guest_acknowledges(), 27U);
}

TEST_F(TimersTest, masked_in_its_handler_it_is_not_acknowledged_before_it_is_unmasked) {
  virtual_timer_fires();
  EXPECT_EQ(port.guest_acknowledges(), 27U);
  write(gicd_icenabler, 1U << 27);
  end(27);
  EXPECT_TRUE(masked());
  write(gicd_isenabler, 1U << 27);
  EXPECT_FALSE(masked());
}

TEST_F(TimersTest, pending_bit_shows_the_wire_while_masked) {
  write(gicd_icenabler, 1U << 27);
  program(enable, clock.ticks + 10);
  EXPECT_FALSE(pends(27));
  program(enable, clock.ticks - 1);
  virtual_timer_fires();
  EXPECT_TRUE(pends(27));
  program(0, 0);
  EXPECT_FALSE(pends(27));
  program(enable | imask, clock.ticks - 1);
  EXPECT_FALSE(pends(27));
}

TEST_F(TimersTest, parks_without_an_alarm_when_no_timer_is_armed) {
  EXPECT_EQ(timers.decide_park(), ParkDecision::park);
  program(enable | imask, clock.ticks + 10);
  EXPECT_EQ(timers.decide_park(), ParkDecision::park);
  EXPECT_TRUE(clock.alarms.empty());
}

TEST_F(TimersTest, does_not_park_when_an_interrupt_waits) {
  write(0xf00, 2U << 24);
  EXPECT_EQ(timers.decide_park(), ParkDecision::run);
}

TEST_F(TimersTest, does_not_park_when_the_timer_is_due) {
  program(enable, clock.ticks);
  EXPECT_EQ(timers.decide_park(), ParkDecision::run);
}

TEST_F(TimersTest, parks_until_the_timer_is_due) {
  port.write_system(SystemRegister::cntvoff_el2, 300);
  program(enable, clock.ticks - 300 + 50);
  EXPECT_EQ(timers.decide_park(), ParkDecision::park);
  EXPECT_EQ(clock.alarms, std::vector<std::uint64_t>{1050});
  clock.ticks = 1049;
  EXPECT_FALSE(timers.rang());
  EXPECT_EQ(clock.alarms, (std::vector<std::uint64_t>{1050, 1050}));
  clock.ticks = 1050;
  EXPECT_TRUE(timers.rang());
  EXPECT_FALSE(timers.rang());
  EXPECT_EQ(clock.alarms.size(), 2U);
}

TEST_F(TimersTest, timer_masked_at_the_distributor_does_not_wake) {
  write(gicd_icenabler, 1U << 27);
  program(enable, clock.ticks - 1);
  EXPECT_EQ(timers.decide_park(), ParkDecision::park);
  EXPECT_TRUE(clock.alarms.empty());
}

TEST_F(TimersTest, hostile_compare_values_do_not_wrap) {
  program(enable, all_ones);
  EXPECT_EQ(timers.decide_park(), ParkDecision::park);
  constexpr std::uint64_t hour = 3600 * FakeClockPort::frequency_hz;
  for (const std::uint64_t alarm : clock.alarms) {
    EXPECT_GT(alarm, clock.ticks);
    EXPECT_LE(alarm, clock.ticks + hour);
  }
  clock.ticks += hour;
  EXPECT_FALSE(timers.rang());
  port.write_system(SystemRegister::cntvoff_el2, all_ones);
  program(enable, 0);
  EXPECT_EQ(timers.decide_park(), ParkDecision::run);
  program(enable, all_ones - 1);
  EXPECT_EQ(timers.decide_park(), ParkDecision::park);
}

TEST_F(TimersTest, an_alarm_that_is_early_enough_is_not_asked_for_again) {
  program(enable, clock.ticks + 100);
  EXPECT_EQ(timers.decide_park(), ParkDecision::park);
  timers.resumed();
  program(enable, clock.ticks + 200);
  EXPECT_EQ(timers.decide_park(), ParkDecision::park);
  EXPECT_EQ(clock.alarms.size(), 1U);
  clock.ticks += 100;
  EXPECT_FALSE(timers.rang());
  EXPECT_EQ(clock.alarms.back(), 1200U);
}

TEST_F(TimersTest, alarm_of_a_vcpu_that_already_went_on_does_nothing) {
  program(enable, clock.ticks + 100);
  EXPECT_EQ(timers.decide_park(), ParkDecision::park);
  timers.resumed();
  clock.ticks += 100;
  EXPECT_FALSE(timers.rang());
  EXPECT_EQ(clock.alarms.size(), 1U);
}

TEST_F(TimersTest, physical_timer_registers) {
  PhysicalTimer& timer = timers.physical_timer();
  EXPECT_EQ(timer.read(PhysicalTimerRegister::count), 1000U);
  timer.write(PhysicalTimerRegister::cval, 1500);
  EXPECT_EQ(timer.read(PhysicalTimerRegister::cval), 1500U);
  EXPECT_EQ(timer.read(PhysicalTimerRegister::tval), 500U);
  timer.write(PhysicalTimerRegister::tval, 0xffffffff);
  EXPECT_EQ(timer.read(PhysicalTimerRegister::cval), 999U);
  EXPECT_EQ(timer.read(PhysicalTimerRegister::tval), 0xffffffffU);
  timer.write(PhysicalTimerRegister::ctl, all_ones);
  EXPECT_EQ(timer.read(PhysicalTimerRegister::ctl), enable | imask | istatus);
  timer.write(PhysicalTimerRegister::ctl, 0);
  EXPECT_EQ(timer.read(PhysicalTimerRegister::ctl), 0U);
  timer.write(PhysicalTimerRegister::count, 0);
  EXPECT_EQ(timer.read(PhysicalTimerRegister::count), 1000U);
}

TEST_F(TimersTest, physical_timer_fires_by_the_alarm) {
  PhysicalTimer& timer = timers.physical_timer();
  timer.write(PhysicalTimerRegister::tval, 100);
  timer.write(PhysicalTimerRegister::ctl, enable);
  EXPECT_EQ(clock.alarms, std::vector<std::uint64_t>{1100});
  EXPECT_EQ(timers.decide_park(), ParkDecision::park);
  clock.ticks = 1100;
  EXPECT_FALSE(timers.rang());
  vgic.sync(VcpuIs::stopped);
  EXPECT_TRUE(vgic.wakes());
  EXPECT_EQ(port.guest_acknowledges(), 30U);
  timer.write(PhysicalTimerRegister::ctl, enable | imask);
  vgic.sync(VcpuIs::stopped);
  end(30);
  EXPECT_EQ(port.guest_acknowledges(), spurious);
}

TEST_F(TimersTest, physical_timer_still_due_at_its_end_fires_again) {
  PhysicalTimer& timer = timers.physical_timer();
  timer.write(PhysicalTimerRegister::ctl, enable);
  vgic.sync(VcpuIs::stopped);
  EXPECT_EQ(port.guest_acknowledges(), 30U);
  end(30);
  EXPECT_EQ(port.guest_acknowledges(), 30U);
}

TEST_F(TimersTest, physical_timer_pending_bit_does_not_wait_for_the_alarm) {
  PhysicalTimer& timer = timers.physical_timer();
  write(gicd_icenabler, 1U << 30);
  timer.write(PhysicalTimerRegister::tval, 100);
  timer.write(PhysicalTimerRegister::ctl, enable);
  EXPECT_FALSE(pends(30));
  clock.ticks += 100;
  EXPECT_TRUE(pends(30));
}

TEST_F(TimersTest, one_alarm_serves_both) {
  program(enable, clock.ticks + 100);
  timers.physical_timer().write(PhysicalTimerRegister::tval, 40);
  timers.physical_timer().write(PhysicalTimerRegister::ctl, enable);
  EXPECT_EQ(timers.decide_park(), ParkDecision::park);
  EXPECT_EQ(clock.alarms, std::vector<std::uint64_t>{1040});
  clock.ticks = 1040;
  EXPECT_FALSE(timers.rang());
  EXPECT_EQ(clock.alarms.back(), 1100U);
}

TEST_F(TimersTest, reset_silences_everything) {
  program(enable, clock.ticks - 1);
  virtual_timer_fires();
  timers.physical_timer().write(PhysicalTimerRegister::ctl, enable);
  vgic.reset();
  timers.reset();
  write(gicd_ctlr, 1);
  write(gicd_isenabler, 1U << VirtualTimer::intid | 1U << PhysicalTimer::intid);
  EXPECT_EQ(port.guest_acknowledges(), spurious);
  EXPECT_FALSE(masked());
  EXPECT_EQ(port.read_system(SystemRegister::cntv_ctl_el0), 0U);
  EXPECT_EQ(timers.decide_park(), ParkDecision::park);
  clock.ticks += 1'000'000;
  EXPECT_FALSE(timers.rang());
}

}  // namespace
}  // namespace serai::test
