// SPDX-License-Identifier: BSD-2-Clause
#include <gtest/gtest.h>
// Needs GoogleTest before it.
#include <rapidcheck/gtest.h>

#include "switch_fixture.hpp"

namespace serai::network_switch {
namespace {

using test::Frame;
using test::station;

TEST(RateLimit, WithoutARateEverythingPasses) {
  RateLimit limit;
  limit.charge(100'000, 5);
  EXPECT_EQ(limit.next_at(), 0U);
  RateLimit none(0, 5, 1000);
  none.charge(100'000, 5);
  EXPECT_EQ(none.next_at(), 0U);
}

TEST(RateLimit, ABurstPassesAndThenTheRateCounts) {
  // A byte a tick.
  RateLimit limit(8000, 1000, 1000);
  limit.charge(500, 10'000);
  EXPECT_LE(limit.next_at(), 10'000U);
  limit.charge(500, 10'000);
  EXPECT_LE(limit.next_at(), 10'000U);
  limit.charge(500, 10'000);
  EXPECT_EQ(limit.next_at(), 10'500U);
  limit.charge(500, 20'000);
  EXPECT_LE(limit.next_at(), 20'000U);
}

TEST(RateLimit, ExtremeRatesDoNotOverflow) {
  for (const std::uint64_t rate : {1ULL, 7ULL, ~0ULL}) {
    for (const std::uint64_t burst : {0ULL, 1ULL, ~0ULL}) {
      for (const std::uint64_t frequency : {1ULL, 62'500'000ULL, ~0ULL}) {
        RateLimit limit(rate, burst, frequency);
        limit.charge(~0ULL, ~0ULL - 5);
        limit.charge(65'000, 0);
        RateLimit slow(rate, burst, frequency);
        slow.charge(65'000, 0);
        EXPECT_LT(slow.next_at(), bit(60));
      }
    }
  }
}

RC_GTEST_PROP(RateLimit, TheRateIsKeptInTheLongRun, ()) {
  const std::uint64_t rate = *rc::gen::inRange<std::uint64_t>(1'000'000, 10'000'000'000);
  const std::uint64_t burst = *rc::gen::inRange<std::uint64_t>(1500, 200'000);
  constexpr std::uint64_t frequency = 62'500'000;
  RateLimit limit(rate, burst, frequency);
  std::uint64_t now = 12'345;
  std::uint64_t passed = 0;
  for (int i = 0; i < 2000; ++i) {
    const std::uint64_t bytes = *rc::gen::inRange<std::uint64_t>(60, 65'000);
    now = std::max(now, limit.next_at());
    limit.charge(bytes, now);
    passed += bytes;
  }
  const double seconds = static_cast<double>(now - 12'345) / frequency;
  const double allowed = static_cast<double>(rate) / 8 * seconds + static_cast<double>(burst);
  RC_ASSERT(static_cast<double>(passed) <= allowed * 1.001 + 65'000);
  RC_ASSERT(static_cast<double>(passed) >= (allowed - static_cast<double>(burst)) * 0.99);
}

class LimitedPort : public SwitchTest {
 protected:
  /// A megabyte a second, two full frames at once.
  std::uint32_t add_limited(std::uint8_t last) {
    return add({.rules = {.mac = MacAddress(station(last))},
                .rate_bits_per_second = 8'000'000,
                .burst_bytes = 2000});
  }

  static test::Bytes thousand_bytes(std::uint8_t to) {
    return Frame{.to = station(to), .payload_bytes = 986}.bytes();
  }
};

TEST_F(LimitedPort, WhatIsAboveTheRateWaitsInTheSendersQueue) {
  const auto a = add_limited(1);
  const auto b = add_vm(2);
  for (int i = 0; i < 6; ++i) {
    at(a).arrive(thousand_bytes(2));
  }
  the_switch.notified(10 + a);
  EXPECT_EQ(at(b).sent.size(), 3U);
  EXPECT_EQ(at(a).arrived.size(), 3U);
  EXPECT_FALSE(at(a).wants_arrivals);
  ASSERT_FALSE(clock.alarms.empty());
  EXPECT_EQ(clock.alarms.back(), clock.ticks + ns_to_ticks(1'000'000, clock.frequency_hz));

  // Signals and early alarms change nothing.
  the_switch.notified(10 + a);
  the_switch.notified(timer_channel);
  EXPECT_EQ(at(b).sent.size(), 3U);

  clock.advance_ns(1'000'000);
  the_switch.notified(timer_channel);
  EXPECT_EQ(at(b).sent.size(), 4U);
  clock.advance_ns(5'000'000);
  the_switch.notified(timer_channel);
  EXPECT_EQ(at(b).sent.size(), 6U);
  EXPECT_TRUE(at(a).wants_arrivals);
  EXPECT_EQ(counters(a).over_limit, 0U);
}

TEST_F(LimitedPort, OthersAreNotHeldUp) {
  const auto a = add_limited(1);
  const auto b = add_vm(2);
  for (int i = 0; i < 6; ++i) {
    at(a).arrive(thousand_bytes(2));
  }
  the_switch.notified(10 + a);
  send(b, {.to = station(1), .from = station(2)});
  EXPECT_EQ(at(a).sent.size(), 1U);
}

TEST_F(LimitedPort, WithoutATimerTheyAreDropped) {
  NetworkSwitch without_timer(clock, {});
  test::FakePacketBackend a;
  test::FakePacketBackend b;
  ASSERT_TRUE(without_timer.add_port({.rules = {.mac = MacAddress(station(1))},
                                      .rate_bits_per_second = 8'000'000,
                                      .burst_bytes = 2000,
                                      .transmit_channel = 1,
                                      .receive_channel = 1},
                                     a));
  ASSERT_TRUE(without_timer.add_port(
      {.rules = {.mac = MacAddress(station(2))}, .transmit_channel = 2, .receive_channel = 3}, b));
  for (int i = 0; i < 6; ++i) {
    a.arrive(thousand_bytes(2));
  }
  without_timer.notified(1);
  EXPECT_EQ(b.sent.size(), 3U);
  EXPECT_TRUE(a.arrived.empty());
  EXPECT_EQ(without_timer.counters(0).over_limit, 3U);
  EXPECT_TRUE(clock.alarms.empty());
}

TEST_F(LimitedPort, RefusedFramesCountToo) {
  const auto a = add_limited(1);
  add_vm(2);
  for (int i = 0; i < 6; ++i) {
    at(a).arrive(Frame{.from = station(9), .payload_bytes = 986}.bytes());
  }
  the_switch.notified(10 + a);
  EXPECT_EQ(counters(a).spoofed, 3U);
  EXPECT_EQ(at(a).arrived.size(), 3U);
}

}  // namespace
}  // namespace serai::network_switch
