// SPDX-License-Identifier: BSD-2-Clause
#include "core/irq_line.hpp"

#include <gtest/gtest.h>

#include "support/fake_interrupt_controller.hpp"

namespace serai {
namespace {

TEST(IrqLine, ForwardsOnlyChanges) {
  test::FakeInterruptController controller;
  IrqLine line(controller, 40);
  line.set(false);
  EXPECT_EQ(controller.changes, 0);
  line.set(true);
  line.set(true);
  EXPECT_EQ(controller.changes, 1);
  EXPECT_TRUE(controller.is_high(40));
  EXPECT_TRUE(line.is_high());
  line.set(false);
  EXPECT_EQ(controller.changes, 2);
  EXPECT_FALSE(controller.is_high(40));
  EXPECT_EQ(line.intid(), 40U);
}

TEST(IrqLine, MayLeadNowhere) {
  IrqLine line;
  line.set(true);
  EXPECT_TRUE(line.is_high());
}

}  // namespace
}  // namespace serai
