// SPDX-License-Identifier: BSD-2-Clause
//
// The awkward parts of seL4's injection that a VMM must live with.
#include "policy/list_registers.hpp"

#include <gtest/gtest.h>

namespace serai::testbed {
namespace {

constexpr Injection good = {.intid = 40, .priority = 20, .group = 0, .index = 1};

TEST(ListRegisterShadow, RangeErrorNamesTheLimit) {
  ListRegisterShadow shadow;
  shadow.set_count(4);
  const auto expect_limit = [&shadow](Injection injection, std::uint32_t most) {
    const InjectCheck check = shadow.check(injection);
    EXPECT_EQ(check.answer, InjectAnswer::range_error);
    EXPECT_EQ(check.most, most);
  };
  expect_limit({.intid = 1024, .priority = 20, .group = 0, .index = 1}, 1023);
  expect_limit({.intid = 40, .priority = 32, .group = 0, .index = 1}, 31);
  expect_limit({.intid = 40, .priority = 20, .group = 2, .index = 1}, 1);
  expect_limit({.intid = 40, .priority = 20, .group = 0, .index = 4}, 3);
}

TEST(ListRegisterShadow, TheFirstWrongFieldIsNamed) {
  const InjectCheck check =
      ListRegisterShadow().check({.intid = 2000, .priority = 99, .group = 9, .index = 9});
  EXPECT_EQ(check.most, 1023U);
}

TEST(ListRegisterShadow, LargestValuesAreAllowed) {
  EXPECT_EQ(
      ListRegisterShadow().check({.intid = 1023, .priority = 31, .group = 1, .index = 3}).answer,
      InjectAnswer::done);
}

TEST(ListRegisterShadow, ActiveInTheShadowIsDeleteFirst) {
  ListRegisterShadow shadow;
  shadow.set(1, list_register::active | 40);
  EXPECT_EQ(shadow.check(good).answer, InjectAnswer::delete_first);
}

TEST(ListRegisterShadow, PendingIsOverwrittenSilently) {
  ListRegisterShadow shadow;
  shadow.set(1, list_register::pending | 41);
  EXPECT_EQ(shadow.check(good).answer, InjectAnswer::done);
}

TEST(ListRegisterShadow, PendingAndActiveIsOverwrittenToo) {
  ListRegisterShadow shadow;
  shadow.set(1, list_register::pending | list_register::active | 40);
  EXPECT_EQ(shadow.check(good).answer, InjectAnswer::done);
}

TEST(ListRegisterShadow, HasNoMoreThanTheKernelKeeps) {
  ListRegisterShadow shadow;
  shadow.set_count(64);
  EXPECT_EQ(shadow.count(), ListRegisterShadow::most);
}

TEST(ListRegister, InjectedValueAsksForEndOfInterruptAndIsNoHardwareInterrupt) {
  const std::uint32_t value = list_register::make_pending(good);
  EXPECT_EQ(value & 0x3ff, 40U);
  EXPECT_NE(value & list_register::eoi_request, 0U);
  EXPECT_EQ((value >> 23) & 0x1f, 20U);
  EXPECT_EQ(value & list_register::state_mask, list_register::pending);
  EXPECT_EQ(value >> 30, 0U);
  EXPECT_EQ(list_register::make_pending({.intid = 40, .group = 1}) >> 30, 1U);
}

}  // namespace
}  // namespace serai::testbed
