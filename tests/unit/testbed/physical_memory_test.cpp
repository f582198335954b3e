// SPDX-License-Identifier: BSD-2-Clause
#include "policy/physical_memory.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <vector>

namespace serai::testbed {
namespace {

TEST(PhysicalMemory, GivesAlignedPiecesUntilNoneAreLeft) {
  PhysicalMemory memory;
  ASSERT_TRUE(memory.add(0x1000, 0x6000));
  EXPECT_EQ(memory.allocate(0x2000, 0x2000), 0x2000U);
  EXPECT_EQ(memory.allocate(0x1000, 0x1000), 0x4000U);
  EXPECT_EQ(memory.allocate(0x2000, 0x1000), 0x5000U);
  EXPECT_EQ(memory.allocate(0x1000, 0x1000), 0x1000U) << "what alignment skipped is not lost";
  EXPECT_FALSE(memory.allocate(0x1000, 0x1000));
}

TEST(PhysicalMemory, ReservedPiecesAreNotGiven) {
  PhysicalMemory memory;
  ASSERT_TRUE(memory.add(0x1000, 0x4000));
  ASSERT_TRUE(memory.reserve(0x2000, 0x1000));
  EXPECT_FALSE(memory.allocate(0x3000, 0x1000));
  EXPECT_EQ(memory.allocate(0x1000, 0x1000), 0x1000U);
  EXPECT_EQ(memory.allocate(0x2000, 0x1000), 0x3000U);
}

TEST(PhysicalMemory, ReservationThatWrapsFails) {
  PhysicalMemory memory;
  EXPECT_EQ(memory.reserve(~0UL, 2).error(), Error::overflow);
}

RC_GTEST_PROP(PhysicalMemory, PiecesNeverOverlap, ()) {
  PhysicalMemory memory;
  RC_ASSERT(memory.add(0x10000, 0x100000).has_value());
  std::vector<std::pair<std::uint64_t, std::uint64_t>> taken;
  for (int i = 0; i < 40; ++i) {
    const std::uint64_t size = 0x1000 * *rc::gen::inRange<std::uint64_t>(1, 12);
    const std::uint64_t alignment = 0x1000UL << *rc::gen::inRange(0, 5);
    if (*rc::gen::inRange(0, 4) == 0) {
      const std::uint64_t start = 0x1000 * *rc::gen::inRange<std::uint64_t>(0, 0x120);
      RC_ASSERT(memory.reserve(start, size).has_value());
      taken.emplace_back(start, start + size);
    } else if (const auto start = memory.allocate(size, alignment)) {
      RC_ASSERT(*start % alignment == 0U);
      for (const auto& [first, end] : taken) {
        RC_ASSERT(*start >= end || *start + size <= first);
      }
      taken.emplace_back(*start, *start + size);
    }
  }
}

}  // namespace
}  // namespace serai::testbed
