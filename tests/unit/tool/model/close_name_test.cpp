// SPDX-License-Identifier: BSD-2-Clause
#include "tool/model/close_name.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace serai::tool {
namespace {

TEST(EditDistance, CountsEachKindOfSlip) {
  EXPECT_EQ(edit_distance("memory", "memory"), 0U);
  EXPECT_EQ(edit_distance("memry", "memory"), 1U);
  EXPECT_EQ(edit_distance("memoryy", "memory"), 1U);
  EXPECT_EQ(edit_distance("nemory", "memory"), 1U);
  EXPECT_EQ(edit_distance("memroy", "memory"), 1U);
  EXPECT_EQ(edit_distance("", "abc"), 3U);
  EXPECT_EQ(edit_distance("abc", ""), 3U);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
}

TEST(EditDistance, IsSymmetricAndBounded) {
  EXPECT_TRUE(rc::check([](const std::string& a, const std::string& b) {
    const std::size_t distance = edit_distance(a, b);
    RC_ASSERT(distance == edit_distance(b, a));
    RC_ASSERT(distance <= std::max(a.size(), b.size()));
    RC_ASSERT((distance == 0) == (a == b));
  }));
}

TEST(CloseName, FindsTheNearest) {
  const std::vector<std::string> names{"kernel", "initrd", "memory", "period", "priority"};
  EXPECT_EQ(close_name("kernal", names), "kernel");
  EXPECT_EQ(close_name("perriod", names), "period");
  EXPECT_EQ(close_name("prioritiy", names), "priority");
}

TEST(CloseName, FindsNothingFarAway) {
  EXPECT_EQ(close_name("network", {"kernel", "memory"}), "");
  EXPECT_EQ(close_name("x", {"kernel"}), "");
  EXPECT_EQ(close_name("anything", {}), "");
  EXPECT_EQ(close_name(std::string(100, 'a'), {std::string(99, 'a')}), "");
}

TEST(NameHint, SuggestsOrLists) {
  EXPECT_EQ(name_hint("uarts", {"rtc", "uart"}), "did you mean \"uart\"?");
  EXPECT_EQ(name_hint("watchdog", {"uart", "rtc"}), "one of: rtc, uart");
  EXPECT_EQ(name_hint("x", {}), "");
}

}  // namespace
}  // namespace serai::tool
