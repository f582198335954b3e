// SPDX-License-Identifier: BSD-2-Clause
#include "tool/check/mac.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace serai::tool {
namespace {

TEST(Mac, IsReadAsPeopleWriteIt) {
  EXPECT_EQ(parse_mac("52:54:00:12:34:56"), (Mac{0x52, 0x54, 0, 0x12, 0x34, 0x56}));
  EXPECT_EQ(parse_mac("FE:dc:BA:98:76:54"), (Mac{0xfe, 0xdc, 0xba, 0x98, 0x76, 0x54}));
  for (const char* text :
       {"", "52:54:00:12:34", "52:54:00:12:34:56:78", "52-54-00-12-34-56", "52:54:00:12:34:5g",
        "525:4:00:12:34:56", "52:54:00:12:34: 6", "52:54:00:12:34:-6"}) {
    EXPECT_EQ(parse_mac(text), std::nullopt) << text;
  }
}

TEST(Mac, ComesBackFromItsText) {
  EXPECT_TRUE(rc::check([](const Mac& mac) { RC_ASSERT(parse_mac(format_mac(mac)) == mac); }));
}

TEST(Mac, OfAGroupOrOfNobodyIsNoStations) {
  EXPECT_TRUE(is_station({0x52, 0, 0, 0, 0, 0}));
  EXPECT_FALSE(is_station({0x53, 0, 0, 0, 0, 0}));
  EXPECT_FALSE(is_station({}));
}

TEST(Mac, IsDerivedFromANameAndAlwaysTheSame) {
  EXPECT_TRUE(rc::check([](const std::string& name, unsigned attempt) {
    const Mac mac = derived_mac(name, attempt);
    RC_ASSERT(is_station(mac));
    RC_ASSERT(mac == derived_mac(name, attempt));
  }));
  EXPECT_NE(derived_mac("a/lan/0", 0), derived_mac("a/lan/0", 1));
  EXPECT_NE(derived_mac("a/lan/0", 0), derived_mac("b/lan/0", 0));
}

}  // namespace
}  // namespace serai::tool
