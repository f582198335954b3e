// SPDX-License-Identifier: BSD-2-Clause
#include "base/bits.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

namespace serai {
namespace {

TEST(Bits, MasksOfEveryWidth) {
  EXPECT_EQ(low_mask(0), 0U);
  EXPECT_EQ(low_mask(1), 1U);
  EXPECT_EQ(low_mask(63), ~0ULL >> 1);
  EXPECT_EQ(low_mask(64), ~0ULL);
}

TEST(Bits, SignExtends) {
  EXPECT_EQ(sign_extend(0x80, 8), ~0ULL << 7);
  EXPECT_EQ(sign_extend(0x7f, 8), 0x7fU);
  EXPECT_EQ(sign_extend(1, 1), ~0ULL);
  EXPECT_EQ(sign_extend(0x8000'0000, 32), 0xffff'ffff'8000'0000ULL);
  EXPECT_EQ(sign_extend(~0ULL >> 1, 64), ~0ULL >> 1);
}

TEST(Bits, Aligns) {
  EXPECT_EQ(align_down(0x1fff, 0x1000), 0x1000U);
  EXPECT_EQ(align_up(0x1001, 0x1000), 0x2000U);
  EXPECT_EQ(align_up(0x1000, 0x1000), 0x1000U);
  EXPECT_TRUE(is_aligned(0x3000, 0x1000));
  EXPECT_FALSE(is_aligned(0x3001, 2));
}

RC_GTEST_PROP(BitsProperty, DepositThenExtract, (std::uint64_t value, std::uint64_t field)) {
  const unsigned lsb = *rc::gen::inRange(0U, 64U);
  const unsigned width = *rc::gen::inRange(1U, 65U - lsb);
  const std::uint64_t changed = deposit(value, lsb, width, field);
  RC_ASSERT(extract(changed, lsb, width) == (field & low_mask(width)));
  RC_ASSERT((changed & ~(low_mask(width) << lsb)) == (value & ~(low_mask(width) << lsb)));
  RC_ASSERT(test_bit(value, lsb) == ((value & bit(lsb)) != 0));
}

RC_GTEST_PROP(BitsProperty, SignExtensionKeepsTheLowBits, (std::uint64_t value)) {
  const unsigned width = *rc::gen::inRange(1U, 65U);
  const std::uint64_t extended = sign_extend(value, width);
  RC_ASSERT((extended & low_mask(width)) == (value & low_mask(width)));
  RC_ASSERT((extended | low_mask(width)) == (test_bit(value, width - 1) ? ~0ULL : low_mask(width)));
}

}  // namespace
}  // namespace serai
