// SPDX-License-Identifier: BSD-2-Clause
#include "pds/timer/timer_service.hpp"

#include <algorithm>
#include <array>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>
#include <utility>
#include <vector>

#include "support/fake_signal_port.hpp"

namespace serai::timer {
namespace {

constexpr std::uint64_t frequency = 62'500'000;
constexpr ChannelId timer_channel = 60;
constexpr ChannelId backstop_channel = 61;

class FakeTimerHardware final : public TimerHardware {
 public:
  std::uint64_t counter() noexcept override { return now; }

  std::uint64_t frequency_hz() noexcept override { return frequency; }

  void arm(std::uint64_t deadline) noexcept override { armed = deadline; }

  void disarm() noexcept override { armed = never; }

  void arm_backstop() noexcept override { backstop = true; }

  void clear_backstop() noexcept override { backstop = false; }

  std::uint64_t now = 1000;
  std::uint64_t armed = 0;
  bool backstop = true;
};

class TimerServiceTest : public testing::Test {
 protected:
  Message set_timeout(ChannelId client, std::uint64_t ns) {
    return service.called(client, {.label = 1, .count = 1, .words = {ns}});
  }

  FakeTimerHardware hardware;
  test::FakeSignalPort signals;
  TimerService service{
      hardware, signals, {.timer = timer_channel, .backstop = backstop_channel, .client_count = 3}};
};

TEST_F(TimerServiceTest, StartsWithNothingArmed) {
  EXPECT_EQ(hardware.armed, never);
  EXPECT_FALSE(hardware.backstop);
}

TEST_F(TimerServiceTest, TellsTheTimeInNanoseconds) {
  hardware.now = frequency * 3 + frequency / 2;
  const Message reply = service.called(2, {.label = 0});
  EXPECT_EQ(reply.label, reply_ok);
  EXPECT_EQ(reply.count, 1U);
  EXPECT_EQ(reply.words[0], 3'500'000'000U);
}

TEST_F(TimerServiceTest, ArmsTheEarliestAndNotifiesInTime) {
  EXPECT_EQ(set_timeout(0, 2'000'000).label, reply_ok);
  set_timeout(1, 1'000'000);
  EXPECT_EQ(hardware.armed, 1000U + 62'500U);
  EXPECT_TRUE(hardware.backstop);
  hardware.now += 62'499;
  service.notified(timer_channel);
  EXPECT_EQ(signals.notified[1], 0) << "never early";
  hardware.now += 1;
  service.notified(timer_channel);
  EXPECT_EQ(signals.notified[1], 1);
  EXPECT_EQ(signals.notified[0], 0);
  EXPECT_EQ(hardware.armed, 1000U + 125'000U);
  hardware.now += 62'500;
  service.notified(timer_channel);
  EXPECT_EQ(signals.notified[0], 1);
  EXPECT_EQ(signals.notified[1], 1);
  EXPECT_EQ(hardware.armed, never);
  EXPECT_EQ(signals.acknowledged[timer_channel], 3);
}

TEST_F(TimerServiceTest, RoundsUp) {
  set_timeout(0, 1);
  EXPECT_EQ(hardware.armed, 1001U);
}

TEST_F(TimerServiceTest, ANewTimeoutReplacesTheOld) {
  set_timeout(0, 1'000'000);
  set_timeout(0, 5'000'000);
  hardware.now += 62'500;
  service.notified(timer_channel);
  EXPECT_EQ(signals.notified[0], 0);
  hardware.now += 4 * 62'500;
  service.notified(timer_channel);
  EXPECT_EQ(signals.notified[0], 1);
}

TEST_F(TimerServiceTest, NoTimeoutAtAllNotifiesAtOnce) {
  set_timeout(2, 0);
  EXPECT_EQ(signals.notified[2], 1);
  EXPECT_EQ(hardware.armed, never);
}

TEST_F(TimerServiceTest, AbsurdTimeoutsNeverComeAndHarmNobody) {
  EXPECT_EQ(set_timeout(0, never).label, reply_ok);
  set_timeout(1, 1'000'000);
  hardware.now += 62'500;
  service.notified(timer_channel);
  EXPECT_EQ(signals.notified[0], 0);
  EXPECT_EQ(signals.notified[1], 1);
}

TEST_F(TimerServiceTest, BadRequestsAreAnswered) {
  EXPECT_EQ(service.called(0, {.label = 2, .count = 1, .words = {5}}).label, reply_bad_request);
  EXPECT_EQ(service.called(0, {.label = ~0ULL}).label, reply_bad_request);
  EXPECT_EQ(service.called(0, {.label = 1, .count = 0}).label, reply_bad_request);
  EXPECT_EQ(service.called(0, {.label = 1, .count = 2, .words = {5}}).label, reply_bad_request);
  EXPECT_EQ(service.called(3, {.label = 0}).label, reply_bad_request) << "no client";
  EXPECT_EQ(service.called(~0U, {.label = 1, .count = 1}).label, reply_bad_request);
  EXPECT_EQ(hardware.armed, never);
}

TEST_F(TimerServiceTest, AnyEventRepairsADisturbedTimer) {
  set_timeout(0, 1'000'000);
  hardware.armed = never;  // a hostile guest switched it off
  service.called(1, {.label = 0});
  EXPECT_EQ(hardware.armed, 1000U + 62'500U);
}

TEST_F(TimerServiceTest, TheBackstopFindsWhatTheTimerMissed) {
  set_timeout(0, 1'000'000);
  set_timeout(1, 10'000'000'000);
  hardware.armed = never;
  hardware.now += 2 * frequency;
  service.notified(backstop_channel);
  EXPECT_EQ(signals.notified[0], 1);
  EXPECT_EQ(signals.acknowledged[backstop_channel], 1);
  EXPECT_TRUE(hardware.backstop) << "the other deadline is still to come";
  hardware.now += 20 * frequency;
  service.notified(backstop_channel);
  EXPECT_EQ(signals.notified[1], 1);
  EXPECT_FALSE(hardware.backstop);
}

TEST_F(TimerServiceTest, UnknownSignalsAreHarmless) {
  service.notified(17);
  service.notified(no_channel);
  EXPECT_EQ(signals.acknowledged.size(), 0U);
}

RC_GTEST_PROP(TimerServiceProperty, EveryTimeoutIsNotifiedOnceAndInTime, ()) {
  FakeTimerHardware hardware;
  test::FakeSignalPort signals;
  TimerService service(hardware, signals, {.timer = timer_channel, .client_count = 8});
  std::array<std::uint64_t, 8> due;
  due.fill(never);
  std::array<int, 8> expected{};
  const auto steps = *rc::gen::container<std::vector<std::pair<std::uint8_t, std::uint32_t>>>(
      rc::gen::arbitrary<std::pair<std::uint8_t, std::uint32_t>>());
  for (const auto& [client, ns] : steps) {
    hardware.now += ns % 1000;
    service.notified(timer_channel);
    for (std::size_t i = 0; i < due.size(); ++i) {
      if (due[i] <= hardware.now) {
        due[i] = never;
        ++expected[i];
      }
    }
    due[client % 8] = hardware.now + (std::uint64_t{ns} * frequency + 999'999'999) / 1'000'000'000;
    service.called(client % 8, {.label = 1, .count = 1, .words = {ns}});
    if (due[client % 8] <= hardware.now) {
      due[client % 8] = never;
      ++expected[client % 8];
    }
    for (std::size_t i = 0; i < due.size(); ++i) {
      RC_ASSERT(signals.notified[static_cast<ChannelId>(i)] == expected[i]);
    }
    RC_ASSERT(hardware.armed == *std::min_element(due.begin(), due.end()));
  }
}

}  // namespace
}  // namespace serai::timer
