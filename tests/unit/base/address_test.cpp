// SPDX-License-Identifier: BSD-2-Clause
#include "base/address.hpp"

#include <gtest/gtest.h>
#include <limits>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

namespace serai {
namespace {

constexpr std::uint64_t top = std::numeric_limits<std::uint64_t>::max();

__extension__ using Wide = unsigned __int128;

TEST(GuestAddress, AdditionIsChecked) {
  EXPECT_EQ(GuestAddress(5).plus(3), GuestAddress(8));
  EXPECT_EQ(GuestAddress(top).plus(0), GuestAddress(top));
  EXPECT_EQ(GuestAddress(top).plus(1).error(), Error::overflow);
}

TEST(GuestRange, RefusesWhatWraps) {
  EXPECT_TRUE(GuestRange::make(GuestAddress(top), 0));
  EXPECT_EQ(GuestRange::make(GuestAddress(top), 1).error(), Error::overflow);
  EXPECT_EQ(GuestRange::make(GuestAddress(1), top).error(), Error::overflow);
}

TEST(GuestRange, TheWholeAccessMustFit) {
  const GuestRange range = GuestRange::make(GuestAddress(0x1000), 0x10).value();
  EXPECT_TRUE(range.contains(GuestAddress(0x1000), 0x10));
  EXPECT_TRUE(range.contains(GuestAddress(0x100f), 1));
  EXPECT_FALSE(range.contains(GuestAddress(0x100f), 2));
  EXPECT_FALSE(range.contains(GuestAddress(0x1010), 0)) << "the end is outside";
  EXPECT_FALSE(range.contains(GuestAddress(0xfff), 2));
  EXPECT_FALSE(range.contains(GuestAddress(0x1008), top));
  EXPECT_FALSE(GuestRange().contains(GuestAddress(0), 0)) << "nothing is inside an empty range";
}

TEST(GuestRange, NeighboursDoNotOverlap) {
  const GuestRange range = GuestRange::make(GuestAddress(0x1000), 0x1000).value();
  EXPECT_FALSE(range.overlaps(GuestRange::make(GuestAddress(0x2000), 1).value()));
  EXPECT_FALSE(range.overlaps(GuestRange::make(GuestAddress(0), 0x1000).value()));
  EXPECT_TRUE(range.overlaps(GuestRange::make(GuestAddress(0x1fff), 1).value()));
  EXPECT_TRUE(range.overlaps(range));
}

RC_GTEST_PROP(GuestRangeProperty, ContainsAgreesWithWideArithmetic,
              (std::uint64_t start, std::uint64_t size, std::uint64_t address,
               std::uint64_t bytes)) {
  const auto range = GuestRange::make(GuestAddress(start), size);
  RC_ASSERT(range.has_value() == (Wide{start} + size <= top));
  if (range) {
    const bool inside = address >= start && Wide{address} < Wide{start} + size &&
                        Wide{address} + bytes <= Wide{start} + size;
    RC_ASSERT(range->contains(GuestAddress(address), bytes) == inside);
  }
}

RC_GTEST_PROP(GuestRangeProperty, OverlapIsSymmetric, (std::uint16_t a, std::uint16_t b)) {
  const std::uint16_t a_size = *rc::gen::arbitrary<std::uint16_t>();
  const std::uint16_t b_size = *rc::gen::arbitrary<std::uint16_t>();
  const GuestRange first = GuestRange::make(GuestAddress(a), a_size).value();
  const GuestRange second = GuestRange::make(GuestAddress(b), b_size).value();
  RC_ASSERT(first.overlaps(second) == second.overlaps(first));
  RC_ASSERT(first.overlaps(second) == (a < b + b_size && b < a + a_size));
}

}  // namespace
}  // namespace serai
