// SPDX-License-Identifier: BSD-2-Clause
#include "vmm/exit_history.hpp"

#include <gtest/gtest.h>

namespace serai::vmm {
namespace {

TEST(ExitHistory, IsEmptyAtFirst) {
  const ExitHistory history;
  EXPECT_EQ(history.count(), 0U);
  for (std::size_t age = 0; age < ExitHistory::length; ++age) {
    EXPECT_EQ(history.recent(age).kind, ExitKind::none);
  }
}

TEST(ExitHistory, TellsTheNewestFirst) {
  ExitHistory history;
  history.record(ExitKind::memory, 1, 2, 3);
  history.record(ExitKind::trap, 4, 5, 6);
  EXPECT_EQ(history.count(), 2U);
  EXPECT_EQ(history.recent(0).kind, ExitKind::trap);
  EXPECT_EQ(history.recent(0).esr, 6U);
  EXPECT_EQ(history.recent(1).kind, ExitKind::memory);
  EXPECT_EQ(history.recent(1).pc, 1U);
  EXPECT_EQ(history.recent(1).detail, 2U);
  EXPECT_EQ(history.recent(2).kind, ExitKind::none);
}

TEST(ExitHistory, KeepsTheLastOnes) {
  ExitHistory history;
  for (std::uint64_t pc = 0; pc < 100; ++pc) {
    history.record(ExitKind::memory, pc, 0, 0);
  }
  EXPECT_EQ(history.count(), 100U);
  for (std::size_t age = 0; age < ExitHistory::length; ++age) {
    EXPECT_EQ(history.recent(age).pc, 99 - age);
  }
}

}  // namespace
}  // namespace serai::vmm
