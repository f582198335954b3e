// SPDX-License-Identifier: BSD-2-Clause
#include "pds/supervisor/supervisor.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <vector>

#include "support/fake_child_port.hpp"
#include "support/fake_clock_port.hpp"
#include "support/fake_log_port.hpp"

namespace serai::supervisor {
namespace {

constexpr ChannelId alarm = 4;
constexpr ChildFault fault{.what = "a write", .pc = 0x20'1234, .has_address = true, .address = 0};

class SupervisorTest : public testing::Test {
 protected:
  test::FakeChildPort children;
  test::FakeClockPort clock;
  test::FakeLogPort log;
  Supervisor supervisor{children, clock, log, alarm};

  SupervisorTest() {
    children.places = {{0, {.pc = 0x20'0000, .sp = 0x7000}}, {7, {.pc = 0x20'0040, .sp = 0x8000}}};
    EXPECT_TRUE(supervisor.add_child(0, "disk_a"));
    EXPECT_TRUE(supervisor.add_child(7, "disk_b"));
  }

  void crash(ChildId child) {
    children.places[child] = {.pc = 0xbad, .sp = 0xbad};
    supervisor.child_faulted(child, fault);
  }

  [[nodiscard]] std::size_t restarts_of(ChildId child) const {
    return static_cast<std::size_t>(std::ranges::count(children.restarted, child));
  }
};

using Ids = std::vector<ChildId>;

TEST_F(SupervisorTest, TheFirstCrashCostsNoTime) {
  crash(7);
  EXPECT_EQ(children.restarted, Ids{7});
  EXPECT_EQ(children.places[7].pc, 0x20'0040U) << "where it began";
  EXPECT_EQ(children.places[7].sp, 0x8000U) << "with the whole stack";
  EXPECT_TRUE(clock.alarms.empty());
  ASSERT_EQ(log.lines.size(), 1U);
  EXPECT_EQ(log.lines[0],
            "supervisor: disk_b crashed: a write of 0x0 at PC 0x201234; started again");
}

TEST_F(SupervisorTest, TheNextOnesWait) {
  crash(0);
  crash(0);
  EXPECT_EQ(children.restarted.size(), 1U);
  EXPECT_TRUE(log.has("starts again in 10 ms"));
  ASSERT_EQ(clock.alarms.size(), 1U);
  EXPECT_EQ(clock.alarms[0], clock.ticks + 10 * test::FakeClockPort::frequency_hz / 1000);
  supervisor.notified(alarm);
  EXPECT_EQ(children.restarted.size(), 1U) << "an alarm that came early";
  EXPECT_EQ(clock.alarms.size(), 2U) << "is set again";
  clock.advance_ns(10'000'000);
  supervisor.notified(alarm + 1);
  EXPECT_EQ(children.restarted.size(), 1U) << "nobody else's channel counts";
  supervisor.notified(alarm);
  EXPECT_EQ(children.restarted.size(), 2U);
  supervisor.notified(alarm);
  EXPECT_EQ(children.restarted.size(), 2U);
}

TEST_F(SupervisorTest, OneThatCrashesAtEveryStartIsLeftStoppedAndTheOthersAreNot) {
  for (int i = 0; i < 100; ++i) {
    crash(0);
    clock.advance_ns(1'000'000'000);
    supervisor.notified(alarm);
    if (restarts_of(0) < RestartPolicy::most_restarts) {
      continue;
    }
    break;
  }
  crash(0);
  EXPECT_EQ(restarts_of(0), RestartPolicy::most_restarts);
  EXPECT_TRUE(log.has("stays stopped"));
  clock.advance_ns(3'600'000'000'000);
  supervisor.notified(alarm);
  EXPECT_EQ(restarts_of(0), RestartPolicy::most_restarts);
  crash(7);
  EXPECT_EQ(restarts_of(7), 1U);
}

TEST_F(SupervisorTest, TheSoonestOfSeveralIsWaitedFor) {
  crash(0);
  crash(7);
  crash(0);
  crash(7);
  clock.advance_ns(5'000'000);
  const auto deadline = clock.alarms.back();
  EXPECT_LE(deadline, clock.ticks + 5 * test::FakeClockPort::frequency_hz / 1000);
  clock.advance_ns(5'000'000);
  supervisor.notified(alarm);
  EXPECT_EQ(children.restarted, (Ids{0, 7, 0, 7}));
}

TEST_F(SupervisorTest, RefusesWhatIsNoChildOfIts) {
  EXPECT_EQ(supervisor.add_child(0, "again").error(), Error::overlap);
  EXPECT_EQ(supervisor.add_child(Supervisor::most_children, "far").error(), Error::out_of_range);
  supervisor.child_faulted(3, fault);
  supervisor.child_faulted(~ChildId{0}, fault);
  EXPECT_TRUE(children.restarted.empty());
  EXPECT_TRUE(log.lines.empty());
  EXPECT_EQ(supervisor.called(alarm, {}).label, 1U);
}

}  // namespace
}  // namespace serai::supervisor
