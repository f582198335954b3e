// SPDX-License-Identifier: BSD-2-Clause
#include "policy/budget.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <utility>
#include <vector>

namespace serai::testbed {
namespace {

TEST(Budget, RoundRobinEndsATurnAndStartsAnother) {
  Budget budget(100, 100);
  EXPECT_TRUE(budget.is_round_robin());
  EXPECT_EQ(budget.available(5), 100U);
  EXPECT_FALSE(budget.charge(60, 60));
  EXPECT_EQ(budget.available(60), 40U);
  EXPECT_TRUE(budget.charge(40, 100));
  EXPECT_EQ(budget.available(100), 100U);
  EXPECT_EQ(budget.ready_at(), 0U);
}

TEST(Budget, ExhaustedBudgetComesBackOnePeriodAfterItsUse) {
  Budget budget(100, 1000);
  EXPECT_EQ(budget.available(500), 100U);
  EXPECT_TRUE(budget.charge(100, 600));
  EXPECT_EQ(budget.ready_at(), 1500U);
  EXPECT_EQ(budget.available(1499), 0U);
  EXPECT_EQ(budget.available(1500), 100U);
}

TEST(Budget, PiecesComeBackAsTheyWereUsed) {
  Budget budget(100, 1000);
  EXPECT_FALSE(budget.charge(30, 30));
  EXPECT_TRUE(budget.charge(70, 500));
  EXPECT_EQ(budget.ready_at(), 1000U);
  EXPECT_EQ(budget.available(1000), 30U);
  EXPECT_EQ(budget.available(1430), 100U);
}

TEST(Budget, MoreThanThereIsTakesAllThereIs) {
  Budget budget(100, 1000);
  EXPECT_TRUE(budget.charge(105, 105));
  EXPECT_EQ(budget.ready_at(), 1000U);
  EXPECT_EQ(budget.available(1000), 100U);
}

RC_GTEST_PROP(Budget, NoWindowOfOnePeriodSeesMoreThanTheBudget, ()) {
  const auto period = *rc::gen::inRange<std::uint64_t>(10, 1000);
  const auto amount = *rc::gen::inRange<std::uint64_t>(1, period);
  Budget budget(amount, period);
  std::vector<std::pair<std::uint64_t, std::uint64_t>> uses;  // start and length
  std::uint64_t now = 0;
  for (int i = 0; i < 60; ++i) {
    now += *rc::gen::inRange<std::uint64_t>(0, period);
    const std::uint64_t available = budget.available(now);
    RC_ASSERT(available <= amount);
    if (available == 0) {
      RC_ASSERT(budget.ready_at() > now);
      continue;
    }
    const auto used = *rc::gen::inRange<std::uint64_t>(1, available + 1);
    uses.emplace_back(now, used);
    now += used;
    budget.charge(used, now);
  }
  for (const auto& window : uses) {
    std::uint64_t sum = 0;
    for (const auto& [start, length] : uses) {
      // Only whole uses that begin inside the window count towards it.
      sum += start >= window.first && start < window.first + period ? length : 0;
    }
    RC_ASSERT(sum <= amount);
  }
}

}  // namespace
}  // namespace serai::testbed
