// SPDX-License-Identifier: BSD-2-Clause
#include "policy/stage2.hpp"

#include <gtest/gtest.h>

namespace serai::testbed::stage2 {
namespace {

TEST(Stage2, IndicesCoverFortyBits) {
  constexpr std::uint64_t address = 0xff'ffff'f000;
  EXPECT_EQ(index(address, 1), 1023U);
  EXPECT_EQ(index(address, 2), 511U);
  EXPECT_EQ(index(address, 3), 511U);
  EXPECT_EQ(index(0x10'4020'3000, 1), 65U);
  EXPECT_EQ(index(0x10'4020'3000, 2), 1U);
  EXPECT_EQ(index(0x10'4020'3000, 3), 3U);
}

TEST(Stage2, PagesAndBlocksHaveTheirTypes) {
  EXPECT_EQ(leaf_entry(0x1000, 3, {}) & 3, 3U);
  EXPECT_EQ(leaf_entry(0x20'0000, 2, {}) & 3, 1U);
  EXPECT_EQ(leaf_entry(0x4000'1000, 3, {}) & address_mask, 0x4000'1000U);
}

TEST(Stage2, PermissionsAreNoMoreThanAskedFor) {
  constexpr std::uint64_t execute_never = std::uint64_t{1} << 54;
  const std::uint64_t read_only = leaf_entry(0, 3, {});
  EXPECT_EQ((read_only >> 6) & 3, 1U);
  EXPECT_NE(read_only & execute_never, 0U);
  EXPECT_EQ((leaf_entry(0, 3, {.write = true}) >> 6) & 3, 3U);
  EXPECT_EQ(leaf_entry(0, 3, {.execute = true}) & execute_never, 0U);
}

TEST(Stage2, MemoryAndDevicesHaveTheirAttributes) {
  EXPECT_EQ((leaf_entry(0, 3, {}) >> 2) & 0xf, 0xfU);
  EXPECT_EQ((leaf_entry(0, 3, {}) >> 8) & 3, 3U);
  EXPECT_EQ((leaf_entry(0, 3, {.device = true}) >> 2) & 0xf, 1U);
}

}  // namespace
}  // namespace serai::testbed::stage2
