// SPDX-License-Identifier: BSD-2-Clause
#include "tool/model/quantity.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace serai::tool {
namespace {

TEST(Size, IsReadWithAndWithoutUnit) {
  EXPECT_EQ(parse_size("4096"), 4096U);
  EXPECT_EQ(parse_size("64K"), 65536U);
  EXPECT_EQ(parse_size("64KiB"), 65536U);
  EXPECT_EQ(parse_size("256M"), 256U << 20);
  EXPECT_EQ(parse_size("256 MiB"), 256U << 20);
  EXPECT_EQ(parse_size("2G"), 2ULL << 30);
}

TEST(Size, RefusesWhatIsNone) {
  for (const char* text : {"", "M", "-1", "+1", "1.5G", "256MB", "256m", "1T", " 1M", "1M ", "1  M",
                           "0x10", "99999999999999999999", "18446744073709551615K"}) {
    EXPECT_EQ(parse_size(text), std::nullopt) << text;
  }
}

TEST(Size, ComesBackFromItsText) {
  EXPECT_TRUE(rc::check([](std::uint64_t bytes) {
    RC_ASSERT(parse_size(size_literal(bytes)) == bytes);
    if (bytes % 1024 == 0 && bytes != 0) {
      RC_ASSERT(parse_size(format_size(bytes)) == bytes);
    }
  }));
}

TEST(Size, IsShownInTheLargestExactUnit) {
  EXPECT_EQ(format_size(0), "0 bytes");
  EXPECT_EQ(format_size(1025), "1025 bytes");
  EXPECT_EQ(format_size(1024), "1 KiB");
  EXPECT_EQ(format_size(1536U << 20), "1536 MiB");
  EXPECT_EQ(size_literal(3ULL << 30), "3G");
}

TEST(Duration, IsReadWithItsUnit) {
  EXPECT_EQ(parse_duration_us("500us"), 500U);
  EXPECT_EQ(parse_duration_us("5ms"), 5000U);
  EXPECT_EQ(parse_duration_us("2 s"), 2'000'000U);
  for (const char* text : {"", "5", "ms", "5m", "1.5ms", "-5ms", "18446744073709551615s"}) {
    EXPECT_EQ(parse_duration_us(text), std::nullopt) << text;
  }
}

TEST(Duration, ComesBackFromItsText) {
  EXPECT_TRUE(rc::check([](std::uint32_t microseconds) {
    RC_ASSERT(parse_duration_us(format_duration_us(microseconds)) == microseconds);
  }));
}

TEST(Rate, IsReadWithItsUnit) {
  EXPECT_EQ(parse_rate("64kbit"), 64'000U);
  EXPECT_EQ(parse_rate("100Mbit"), 100'000'000U);
  EXPECT_EQ(parse_rate("10 Gbit"), 10'000'000'000U);
  for (const char* text : {"", "100", "Mbit", "100mbit", "100MB", "-1Mbit", "1.5Gbit"}) {
    EXPECT_EQ(parse_rate(text), std::nullopt) << text;
  }
}

TEST(Rate, ComesBackFromItsText) {
  EXPECT_TRUE(
      rc::check([](std::uint32_t rate) { RC_ASSERT(parse_rate(rate_literal(rate)) == rate); }));
}

}  // namespace
}  // namespace serai::tool
