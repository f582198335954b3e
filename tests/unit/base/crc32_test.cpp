// SPDX-License-Identifier: BSD-2-Clause
#include "base/crc32.hpp"

#include <gtest/gtest.h>
#include <string_view>

namespace serai {
namespace {

std::span<const std::byte> bytes_of(std::string_view text) {
  return std::as_bytes(std::span(text));
}

TEST(Crc32, MatchesTheStandardCheckValue) {
  EXPECT_EQ(Crc32().add(bytes_of("123456789")).value(), 0xcbf43926U);
  EXPECT_EQ(Crc32().value(), 0U);
  EXPECT_EQ(Crc32().add(bytes_of("The quick brown fox jumps over the lazy dog")).value(),
            0x414fa339U);
}

TEST(Crc32, PiecesGiveTheSameAsTheWhole) {
  EXPECT_EQ(Crc32().add(bytes_of("1234")).add(bytes_of("")).add(bytes_of("56789")).value(),
            0xcbf43926U);
}

}  // namespace
}  // namespace serai
