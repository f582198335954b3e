// SPDX-License-Identifier: BSD-2-Clause
#include "devices/pl031/pl031.hpp"

#include <array>
#include <gtest/gtest.h>

#include "core/clock_units.hpp"
#include "support/fake_clock_port.hpp"
#include "support/fake_interrupt_controller.hpp"

namespace serai::pl031 {
namespace {

constexpr std::uint64_t dr = 0x00;
constexpr std::uint64_t mr = 0x04;
constexpr std::uint64_t lr = 0x08;
constexpr std::uint64_t cr = 0x0c;
constexpr std::uint64_t imsc = 0x10;
constexpr std::uint64_t ris = 0x14;
constexpr std::uint64_t mis = 0x18;
constexpr std::uint64_t icr = 0x1c;
constexpr std::uint32_t intid = 34;
constexpr std::uint64_t epoch = 1'700'000'000;

class Pl031Test : public testing::Test {
 protected:
  Pl031Test() { clock.ticks = 0; }

  std::uint64_t get(std::uint64_t offset) { return rtc.read(offset, AccessSize::word).value(); }

  void set(std::uint64_t offset, std::uint64_t value) {
    ASSERT_TRUE(rtc.write(offset, AccessSize::word, value));
  }

  [[nodiscard]] bool interrupted() const { return gic.is_high(intid); }

  test::FakeClockPort clock;
  test::FakeInterruptController gic;
  Pl031 rtc{clock, epoch, IrqLine(gic, intid)};
};

TEST_F(Pl031Test, CountsSecondsFromTheEpoch) {
  EXPECT_EQ(get(dr), epoch);
  clock.advance_ns(ns_per_second - 16);
  EXPECT_EQ(get(dr), epoch) << "not a whole second";
  clock.advance_ns(16);
  EXPECT_EQ(get(dr), epoch + 1);
  set(dr, 5);
  EXPECT_EQ(get(dr), epoch + 1) << "read-only";
}

TEST_F(Pl031Test, AlwaysRuns) {
  EXPECT_EQ(get(cr), 1U);
  set(cr, 0);
  EXPECT_EQ(get(cr), 1U);
}

TEST_F(Pl031Test, CanBeSetAndWraps) {
  set(lr, 0xffff'ffff);
  EXPECT_EQ(get(dr), 0xffff'ffffU);
  EXPECT_EQ(get(lr), 0xffff'ffffU);
  clock.advance_ns(2 * ns_per_second);
  EXPECT_EQ(get(dr), 1U);
}

TEST_F(Pl031Test, AlarmRaisesTheInterruptAtItsSecond) {
  clock.advance_ns(ns_per_second / 2);
  set(imsc, 1);
  EXPECT_FALSE(rtc.next_deadline_ns()) << "no alarm was set";
  set(mr, epoch + 3);
  EXPECT_EQ(rtc.next_deadline_ns(), 3 * ns_per_second);
  clock.advance_ns(5 * ns_per_second / 2 - 16);
  rtc.poll();
  EXPECT_FALSE(interrupted());
  clock.advance_ns(16);
  rtc.poll();
  EXPECT_TRUE(interrupted());
  EXPECT_EQ(get(mis), 1U);
  EXPECT_FALSE(rtc.next_deadline_ns()) << "nothing more to wait for";
  set(icr, 1);
  EXPECT_FALSE(interrupted());
  EXPECT_EQ(get(ris), 0U);
  rtc.poll();
  EXPECT_FALSE(interrupted()) << "one match, one interrupt";
}

TEST_F(Pl031Test, RawStatusShowsAMaskedAlarm) {
  set(mr, epoch + 1);
  EXPECT_FALSE(rtc.next_deadline_ns()) << "it could not interrupt";
  clock.advance_ns(ns_per_second);
  EXPECT_EQ(get(ris), 1U);
  EXPECT_EQ(get(mis), 0U);
  EXPECT_FALSE(interrupted());
  set(imsc, 1);
  EXPECT_TRUE(interrupted());
  set(icr, 0);
  EXPECT_TRUE(interrupted()) << "writing zero clears nothing";
}

TEST_F(Pl031Test, MatchingNowRaisesAtOnce) {
  set(imsc, 1);
  set(mr, epoch);
  EXPECT_TRUE(interrupted());
}

TEST_F(Pl031Test, SettingTheClockMovesTheAlarm) {
  set(imsc, 1);
  set(mr, epoch + 100);
  set(lr, epoch + 98);
  EXPECT_EQ(rtc.next_deadline_ns(), 2 * ns_per_second);
}

TEST_F(Pl031Test, AnAlarmInThePastComesAfterTheWrap) {
  set(imsc, 1);
  set(mr, epoch - 1);
  EXPECT_FALSE(interrupted());
  EXPECT_EQ(rtc.next_deadline_ns(), 0xffff'ffffULL * ns_per_second);
}

TEST_F(Pl031Test, IdentifiesItself) {
  const std::array<std::uint64_t, 8> expected = {0x31, 0x10, 0x04, 0x00, 0x0d, 0xf0, 0x05, 0xb1};
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ(get(0xfe0 + 4 * i), expected[i]);
  }
}

TEST_F(Pl031Test, ResetForgetsTheAlarmAndLowersTheLine) {
  set(imsc, 1);
  set(lr, 77);
  set(mr, 77);
  ASSERT_TRUE(interrupted());
  rtc.reset();
  EXPECT_FALSE(interrupted());
  EXPECT_EQ(get(dr), epoch);
  EXPECT_EQ(get(mr), 0U);
  EXPECT_EQ(get(imsc), 0U);
  EXPECT_EQ(get(ris), 0U);
}

}  // namespace
}  // namespace serai::pl031
