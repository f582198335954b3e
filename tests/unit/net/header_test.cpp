// SPDX-License-Identifier: BSD-2-Clause
#include "net/header.hpp"

#include <cstddef>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "support/frames.hpp"

namespace serai::net {
namespace {

constexpr Header partial{.flags = Header::needs_csum, .csum_start = 34, .csum_offset = 16};

Header gso(std::uint8_t type, std::uint16_t size = 1448) {
  Header header = partial;
  header.gso_type = type;
  header.gso_size = size;
  header.hdr_len = 54;
  return header;
}

TEST(Header, HasTheLayoutOfVirtioNetHdr) {
  EXPECT_EQ(offsetof(Header, gso_type), 1U);
  EXPECT_EQ(offsetof(Header, hdr_len), 2U);
  EXPECT_EQ(offsetof(Header, gso_size), 4U);
  EXPECT_EQ(offsetof(Header, csum_start), 6U);
  EXPECT_EQ(offsetof(Header, csum_offset), 8U);
  EXPECT_EQ(offsetof(Header, num_buffers), 10U);
}

TEST(Header, WhatIsNotAllowedIsIgnoredOrRefused) {
  EXPECT_EQ(checked(partial, 1000, {}), Header{}) << "without the feature the flag means nothing";
  EXPECT_EQ(checked({.flags = Header::data_valid}, 1000, {}), Header{});
  Offloads checksum;
  checksum.add(Offload::checksum);
  EXPECT_EQ(checked(partial, 1000, checksum), partial);
  EXPECT_FALSE(checked(gso(Header::gso_tcpv4), 5000, checksum));
}

TEST(Header, ReservedFieldsComeOutAsZero) {
  const Header odd{.flags = 0xfc,
                   .hdr_len = 7,
                   .gso_size = 8,
                   .csum_start = 9,
                   .csum_offset = 10,
                   .num_buffers = 11};
  EXPECT_EQ(checked(odd, 1000, Offloads::all()), Header{});
}

TEST(Header, TheChecksumLiesInsideTheFrame) {
  EXPECT_TRUE(checked(partial, 52, Offloads::all()));
  EXPECT_FALSE(checked(partial, 51, Offloads::all()));
  Header early = partial;
  early.csum_start = 13;
  EXPECT_FALSE(checked(early, 1000, Offloads::all())) << "inside Ethernet's own header";
  Header far = partial;
  far.csum_start = 0xffff;
  far.csum_offset = 0xffff;
  EXPECT_FALSE(checked(far, 65553, Offloads::all()));
}

TEST(Header, EachKindOfSegmentsNeedsItsOwnFeature) {
  struct Kind {
    std::uint8_t type;
    Offload offload;
  };

  for (const Kind& kind :
       {Kind{Header::gso_tcpv4, Offload::tcp4}, Kind{Header::gso_tcpv6, Offload::tcp6},
        Kind{Header::gso_udp_l4, Offload::udp}}) {
    Offloads allowed;
    allowed.add(Offload::checksum);
    EXPECT_FALSE(checked(gso(kind.type), 5000, allowed));
    allowed.add(kind.offload);
    ASSERT_TRUE(checked(gso(kind.type), 5000, allowed));
    EXPECT_EQ(needs_of(*checked(gso(kind.type), 5000, allowed)), allowed);
  }
}

TEST(Header, SegmentsMustMakeSense) {
  EXPECT_FALSE(checked(gso(Header::gso_tcpv4, 0), 5000, Offloads::all()));
  Header without_checksum = gso(Header::gso_tcpv4);
  without_checksum.flags = 0;
  EXPECT_FALSE(checked(without_checksum, 5000, Offloads::all()));
  EXPECT_FALSE(checked(gso(3), 5000, Offloads::all())) << "UFO";
  EXPECT_FALSE(checked(gso(0x7f), 5000, Offloads::all()));
}

TEST(Header, ExplicitCongestionNeedsItsFeatureAndTcp) {
  const Header ecn = gso(Header::gso_tcpv4 | Header::gso_ecn);
  ASSERT_TRUE(checked(ecn, 5000, Offloads::all()));
  EXPECT_TRUE(needs_of(*checked(ecn, 5000, Offloads::all())).has(Offload::tcp_ecn));
  Offloads without;
  without.add(Offload::checksum);
  without.add(Offload::tcp4);
  EXPECT_FALSE(checked(ecn, 5000, without));
  EXPECT_FALSE(checked(gso(Header::gso_udp_l4 | Header::gso_ecn), 5000, Offloads::all()));
  EXPECT_EQ(checked({.gso_type = Header::gso_ecn}, 5000, Offloads::all()), Header{})
      << "no segments, no meaning";
}

TEST(Header, TheHintAboutTheHeadersIsAtLeastTheChecksumsEnd) {
  Header short_hint = gso(Header::gso_tcpv4);
  short_hint.hdr_len = 0;
  EXPECT_EQ(checked(short_hint, 5000, Offloads::all())->hdr_len, 52);
}

TEST(Header, TheHintAboutTheHeadersIsAtMostTheFrame) {
  Header long_hint = gso(Header::gso_tcpv4);
  for (const unsigned hint : {5000U, 5001U, 0xffffU}) {
    long_hint.hdr_len = static_cast<std::uint16_t>(hint);
    const auto good = checked(long_hint, 5000, Offloads::all());
    ASSERT_TRUE(good) << hint;
    EXPECT_EQ(good->hdr_len, 5000);
  }
  EXPECT_EQ(checked(long_hint, 65'553, Offloads::all())->hdr_len, 0xffff);
  EXPECT_EQ(checked(long_hint, 52, Offloads::all())->hdr_len, 52);
}

RC_GTEST_PROP(HeaderProperty, WhatPassesCanBeReliedOn,
              (std::uint8_t flags, std::uint8_t type, std::uint16_t hdr_len, std::uint16_t size,
               std::uint16_t start, std::uint16_t offset, std::uint16_t frame)) {
  const Header raw{.flags = flags,
                   .gso_type = type,
                   .hdr_len = hdr_len,
                   .gso_size = size,
                   .csum_start = start,
                   .csum_offset = offset};
  const auto good = checked(raw, frame, Offloads::all());
  if (!good) {
    return;
  }
  if ((good->flags & Header::needs_csum) != 0) {
    RC_ASSERT(good->csum_start + good->csum_offset + 2 <= frame);
  }
  if (good->is_gso()) {
    RC_ASSERT(good->gso_size != 0 && good->hdr_len <= frame);
    RC_ASSERT((good->flags & Header::needs_csum) != 0);
  }
  RC_ASSERT(checked(*good, frame, Offloads::all()).value() == *good);
}

}  // namespace
}  // namespace serai::net
