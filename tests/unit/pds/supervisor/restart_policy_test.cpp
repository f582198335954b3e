// SPDX-License-Identifier: BSD-2-Clause
#include "pds/supervisor/restart_policy.hpp"

#include <gtest/gtest.h>
#include <vector>

namespace serai::supervisor {
namespace {

constexpr std::uint64_t ms = 1'000'000;

TEST(RestartPolicy, StartsAtOnceThenEverLater) {
  RestartPolicy policy;
  std::vector<std::uint64_t> delays;
  while (const auto delay = policy.crashed(5)) {
    delays.push_back(*delay / ms);
  }
  EXPECT_EQ(delays, (std::vector<std::uint64_t>{0, 10, 20, 40, 80, 160, 320, 640, 1000, 1000}));
  EXPECT_EQ(policy.crashed(6), std::nullopt) << "and that is that";
}

TEST(RestartPolicy, ForgetsAfterAMinute) {
  RestartPolicy policy;
  std::uint64_t now = 0;
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(policy.crashed(now), 0U);
    now += RestartPolicy::window_ns;
  }
  EXPECT_EQ(policy.crashed(now), 0U);
  EXPECT_EQ(policy.crashed(now + RestartPolicy::window_ns - 1), RestartPolicy::first_delay_ns);
  EXPECT_EQ(policy.restarts(), 2U);
}

TEST(RestartPolicy, ASteadyRateBelowTheLimitGoesOn) {
  RestartPolicy policy;
  std::uint64_t now = 0;
  for (int i = 0; i < 100; ++i) {
    ASSERT_TRUE(policy.crashed(now)) << i;
    now += RestartPolicy::window_ns / RestartPolicy::most_restarts;
  }
}

}  // namespace
}  // namespace serai::supervisor
