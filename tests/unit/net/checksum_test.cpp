// SPDX-License-Identifier: BSD-2-Clause
#include "net/checksum.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "support/frames.hpp"

namespace serai::net {
namespace {

unsigned number(std::array<std::byte, 2> value) {
  return std::to_integer<unsigned>(value[0]) << 8 | std::to_integer<unsigned>(value[1]);
}

TEST(Checksum, AgreesWithTheExampleOfRfc1071) {
  const std::array bytes{std::byte{0x00}, std::byte{0x01}, std::byte{0xf2}, std::byte{0x03},
                         std::byte{0xf4}, std::byte{0xf5}, std::byte{0xf6}, std::byte{0xf7}};
  Checksum checksum;
  checksum.add(bytes);
  EXPECT_EQ(number(checksum.value()), 0x220dU);
}

TEST(Checksum, OfNothingIsAllOnes) {
  EXPECT_EQ(number(Checksum().value()), 0xffffU);
}

TEST(Checksum, UdpNeverSaysThatThereIsNone) {
  Checksum checksum;
  checksum.add_number(0xffff);
  EXPECT_EQ(number(checksum.value()), 0U);
  EXPECT_EQ(number(checksum.udp_value()), 0xffffU);
}

RC_GTEST_PROP(ChecksumProperty, DoesNotDependOnPiecesOrPlaces,
              (const std::vector<std::vector<std::uint8_t>>& pieces)) {
  Checksum checksum;
  std::vector<std::byte> all;
  for (const auto& piece : pieces) {
    for (const std::uint8_t byte : piece) {
      all.push_back(std::byte{byte});
    }
  }
  std::size_t done = 0;
  for (const auto& piece : pieces) {
    checksum.add(std::span(all).subspan(done, piece.size()));
    done += piece.size();
  }
  RC_ASSERT(number(checksum.value()) == (~test::plain_sum(all) & 0xffffU));
}

RC_GTEST_PROP(ChecksumProperty, LongRunsAddUp, (std::uint16_t length, std::uint8_t shift)) {
  std::vector<std::byte> all(std::size_t{length} + 16, std::byte{0xff});
  const auto part = std::span(all).subspan(shift % 16U, length);
  Checksum checksum;
  checksum.add(part);
  RC_ASSERT(number(checksum.value()) == (~test::plain_sum(part) & 0xffffU));
}

}  // namespace
}  // namespace serai::net
