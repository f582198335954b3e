// SPDX-License-Identifier: BSD-2-Clause
#include "core/clock_units.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

namespace serai {
namespace {

TEST(ClockUnits, ConvertsBothWays) {
  EXPECT_EQ(ticks_to_ns(62'500'000, 62'500'000), ns_per_second);
  EXPECT_EQ(ticks_to_ns(1, 62'500'000), 16U);
  EXPECT_EQ(ns_to_ticks(16, 62'500'000), 1U);
  EXPECT_EQ(ns_to_ticks(17, 62'500'000), 2U);
  EXPECT_EQ(ns_to_ticks(0, 62'500'000), 0U);
}

TEST(ClockUnits, SaturatesInsteadOfWrapping) {
  EXPECT_EQ(ticks_to_ns(never, 1), never);
  EXPECT_EQ(ns_to_ticks(never, 16'000'000'000), never);
  EXPECT_EQ(add_saturated(never, 1), never);
  EXPECT_EQ(add_saturated(never - 1, 1), never);
}

RC_GTEST_PROP(ClockUnitsProperty, AgreesWithWideArithmetic, (std::uint64_t value)) {
  const std::uint64_t frequency = *rc::gen::inRange<std::uint64_t>(1, 16'000'000'000);
  __extension__ using Wide = unsigned __int128;
  const Wide ns = Wide{value} * ns_per_second / frequency;
  RC_ASSERT(ticks_to_ns(value, frequency) == (ns > never ? never : static_cast<std::uint64_t>(ns)));
  const Wide ticks = (Wide{value} * frequency + ns_per_second - 1) / ns_per_second;
  RC_ASSERT(ns_to_ticks(value, frequency) ==
            (ticks > never ? never : static_cast<std::uint64_t>(ticks)));
}

}  // namespace
}  // namespace serai
