// SPDX-License-Identifier: BSD-2-Clause
#include "policy/slots.hpp"

#include <gtest/gtest.h>

namespace serai::testbed {
namespace {

TEST(SlotTable, MicrokitsNumbers) {
  SlotTable table;
  table.set(SlotKind::notification, 3, {1, 0});
  table.set(SlotKind::endpoint, 3, {2, 0});
  table.set(SlotKind::irq, 3, {3, 0});
  table.set(SlotKind::child, 3, {4, 0});
  table.set(SlotKind::vm_thread, 3, {5, 0});
  table.set(SlotKind::vcpu, 3, {6, 0});
  const std::uint64_t first[] = {10, 74, 138, 202, 266, 330};
  for (std::uint16_t i = 0; i < 6; ++i) {
    EXPECT_EQ(table.find(first[i] + 3).object, i + 1);
    EXPECT_EQ(SlotTable::kind(first[i] + 3), static_cast<SlotKind>(i));
  }
}

TEST(SlotTable, EverythingElseIsEmpty) {
  const SlotTable table;
  for (const std::uint64_t cap : {0UL, 1UL, 4UL, 9UL, 10UL, 393UL, 394UL, ~0UL}) {
    EXPECT_EQ(table.find(cap).object, Slot::empty);
  }
}

}  // namespace
}  // namespace serai::testbed
