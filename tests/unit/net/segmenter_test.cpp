// SPDX-License-Identifier: BSD-2-Clause
#include "net/segmenter.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "support/frames.hpp"

namespace serai::net {
namespace {

using test::Frame;
using test::FramePlan;

std::vector<Frame> split(const Header& header, const Frame& frame) {
  auto segmenter = Segmenter::make(header, static_cast<std::uint32_t>(frame.size()), frame);
  std::vector<Frame> segments;
  if (!segmenter) {
    return segments;
  }
  std::size_t place = segmenter->frame_header_bytes();
  while (segmenter->payload_bytes() != 0) {
    const auto payload = std::span(frame).subspan(place, segmenter->payload_bytes());
    place += payload.size();
    Checksum sum;
    sum.add(payload);
    const auto headers = segmenter->finish(sum);
    Frame segment(headers.begin(), headers.end());
    segment.insert(segment.end(), payload.begin(), payload.end());
    segments.push_back(std::move(segment));
  }
  return segments;
}

std::vector<Frame> split(const FramePlan& plan, std::uint16_t size) {
  return split(test::gso_header(plan, size), test::partial_frame(plan));
}

TEST(Segmenter, SplitsTcpOverIpv4) {
  const FramePlan plan{.tcp_flags = 0x99, .payload = 2500};  // CWR, ACK, PSH, FIN
  const auto segments = split(plan, 1000);
  ASSERT_EQ(segments.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) {
    const Frame& segment = segments[i];
    EXPECT_TRUE(test::checksums_hold(segment, plan)) << i;
    EXPECT_EQ(segment.size(), 54U + (i < 2 ? 1000 : 500));
    EXPECT_EQ(test::get16(segment, 16), segment.size() - 14) << "total length";
    EXPECT_EQ(test::get16(segment, 18), (0xfffe + i) & 0xffff) << "identification";
    EXPECT_EQ(test::get32(segment, 38), static_cast<std::uint32_t>(0xffff'ff00 + i * 1000));
  }
  EXPECT_EQ(test::get16(segments[0], 46) & 0xff, 0x90U) << "CWR only in the first";
  EXPECT_EQ(test::get16(segments[1], 46) & 0xff, 0x10U);
  EXPECT_EQ(test::get16(segments[2], 46) & 0xff, 0x19U) << "PSH and FIN only in the last";
}

TEST(Segmenter, SplitsTcpOverIpv6BehindATag) {
  const FramePlan plan{.vlan = 5, .ipv6 = true, .payload = 3000};
  const auto segments = split(plan, 1400);
  ASSERT_EQ(segments.size(), 3U);
  for (const Frame& segment : segments) {
    EXPECT_TRUE(test::checksums_hold(segment, plan));
    EXPECT_EQ(test::get16(segment, 22), segment.size() - 18 - 40) << "payload length";
  }
}

TEST(Segmenter, SplitsUdp) {
  const FramePlan plan{.udp = true, .payload = 2100};
  const auto segments = split(plan, 1000);
  ASSERT_EQ(segments.size(), 3U);
  for (const Frame& segment : segments) {
    EXPECT_TRUE(test::checksums_hold(segment, plan));
    EXPECT_EQ(test::get16(segment, 38), segment.size() - 34) << "UDP length";
  }
}

TEST(Segmenter, RefusesWhatIsNotWhatTheHeaderSays) {
  const FramePlan plan{.payload = 3000};
  const Frame frame = test::partial_frame(plan);
  const Header header = test::gso_header(plan, 1000);
  ASSERT_EQ(split(header, frame).size(), 4U - 1U);

  const auto refuses = [&](auto change) {
    Header changed_header = header;
    Frame changed_frame = frame;
    change(changed_header, changed_frame);
    return split(changed_header, changed_frame).empty();
  };
  EXPECT_TRUE(refuses([](Header& h, Frame&) { h.gso_type = Header::gso_tcpv6; }));
  EXPECT_TRUE(refuses([](Header& h, Frame&) { h.gso_size = Segmenter::least_gso_size - 1; }));
  EXPECT_TRUE(refuses([](Header& h, Frame&) { h.csum_start = 38; }));
  EXPECT_TRUE(refuses([](Header& h, Frame&) { h.csum_offset = 6; }));
  EXPECT_TRUE(refuses([](Header&, Frame& f) { test::set16(f, 12, 0x0806); }));
  EXPECT_TRUE(refuses([](Header&, Frame& f) { f[14] = std::byte{0x44}; }));
  EXPECT_TRUE(refuses([](Header&, Frame& f) { f[14] = std::byte{0x65}; }));
  EXPECT_TRUE(refuses([](Header&, Frame& f) { f[46] = std::byte{0x40}; })) << "TCP of 16 bytes";
  EXPECT_TRUE(refuses([](Header&, Frame& f) { f.resize(54); })) << "nothing but headers";
  EXPECT_TRUE(refuses([](Header&, Frame& f) { f.resize(30); }));
  EXPECT_TRUE(refuses([](Header& h, Frame&) { h.csum_start = 180; }));
}

RC_GTEST_PROP(SegmenterProperty, NothingIsLostAndEveryChecksumHolds,
              (bool ipv6, bool udp, bool tagged, std::uint16_t payload, std::uint16_t size)) {
  const FramePlan plan{
      .vlan = tagged ? 7 : -1, .ipv6 = ipv6, .udp = udp, .payload = 1U + payload % 60'000U};
  const auto segment = static_cast<std::uint16_t>(64 + size % 4000U);
  if (udp && plan.payload / segment > 1000) {
    return;
  }
  const Frame frame = test::partial_frame(plan);
  const auto segments = split(test::gso_header(plan, segment), frame);
  RC_ASSERT(segments.size() == (plan.payload + segment - 1) / segment);
  Frame joined(frame.begin(),
               frame.begin() + static_cast<std::ptrdiff_t>(test::places_of(plan).payload));
  for (const Frame& part : segments) {
    RC_ASSERT(test::checksums_hold(part, plan));
    joined.insert(joined.end(),
                  part.begin() + static_cast<std::ptrdiff_t>(test::places_of(plan).payload),
                  part.end());
  }
  RC_ASSERT(joined == frame);
}

RC_GTEST_PROP(SegmenterProperty, AnyBytesAreSplitOrRefused,
              (const std::vector<std::uint8_t>& noise, std::uint16_t start, std::uint8_t type)) {
  Frame frame = test::partial_frame({.payload = 400});
  for (std::size_t i = 0; i < noise.size() && i + 12 < frame.size(); ++i) {
    frame[i + 12] = std::byte{noise[i]};
  }
  Header header = test::gso_header({}, 100);
  header.csum_start = start % 300U;
  header.gso_type = type;
  const auto good = checked(header, static_cast<std::uint32_t>(frame.size()), Offloads::all());
  if (good && good->is_gso()) {
    RC_ASSERT(split(*good, frame).size() <= 5U);
  }
}

}  // namespace
}  // namespace serai::net
