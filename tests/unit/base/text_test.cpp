// SPDX-License-Identifier: BSD-2-Clause
#include "base/text.hpp"

#include <array>
#include <cinttypes>
#include <cstdio>
#include <gtest/gtest.h>
#include <limits>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>
#include <string>

namespace serai {
namespace {

TEST(Text, JoinsPieces) {
  Text<64> text;
  text << "PC " << Hex{0x40080000} << ' ' << Hex{0x1f, 4} << ", " << 42U << Hex{};
  EXPECT_EQ(text.view(), "PC 0x40080000 0x001f, 420x0");
  text.clear();
  EXPECT_EQ(text.view(), "");
}

TEST(Text, CutsOffWhatDoesNotFit) {
  Text<4> text;
  text << "ab" << 12345U << "x";
  EXPECT_EQ(text.view(), "ab12");
}

RC_GTEST_PROP(TextProperty, FormatsNumbersLikePrintf, (std::uint64_t number)) {
  std::array<char, 64> expected{};
  std::snprintf(expected.data(), expected.size(), "%" PRIu64 " 0x%" PRIx64, number, number);
  Text<64> text;
  text << number << ' ' << Hex{number};
  RC_ASSERT(std::string(text.view()) == std::string(expected.data()));
}

TEST(Text, FormatsTheLargestNumber) {
  Text<64> text;
  text << std::numeric_limits<std::uint64_t>::max();
  EXPECT_EQ(text.view(), "18446744073709551615");
}

}  // namespace
}  // namespace serai
