// SPDX-License-Identifier: BSD-2-Clause
#include <algorithm>
#include <gtest/gtest.h>

#include "net_fixture.hpp"

namespace serai::virtio_net {
namespace {

using net::Header;

TEST(NetReceive, CopiesAFrameBehindItsHeader) {
  NetFixture fixture;
  fixture.offer_buffers(4);
  const Frame frame = test::whole_frame({});
  fixture.deliver({}, frame);
  const auto received = fixture.take();
  ASSERT_TRUE(received);
  EXPECT_EQ(received->frame, frame);
  EXPECT_EQ(received->header, (Header{.num_buffers = 1}));
  EXPECT_EQ(fixture.events.interrupts[0], 1);
  EXPECT_EQ(fixture.drivers[0]->in_flight(), 3U) << "no buffer was taken in vain";
}

TEST(NetReceive, WithoutTheExtensionThereIsNoHeaderOnTheWay) {
  NetFixture fixture({.extended = false});
  fixture.offer_buffers(1);
  const Frame frame = test::whole_frame({});
  fixture.deliver({}, frame);
  EXPECT_EQ(fixture.take()->frame, frame);
}

TEST(NetReceive, SegmentsStayTogetherAcrossBuffersOfBothSides) {
  NetFixture fixture;
  fixture.offer_buffers(60, 1500);
  const FramePlan plan{.payload = 60'000};
  const Frame frame = test::partial_frame(plan);
  fixture.deliver(test::gso_header(plan, 1448), frame);
  const auto received = fixture.take();
  ASSERT_TRUE(received);
  EXPECT_EQ(received->frame, frame);
  Header expected = test::gso_header(plan, 1448);
  expected.num_buffers = static_cast<std::uint16_t>((frame.size() + 12 + 1499) / 1500);
  EXPECT_EQ(received->header, expected);
  EXPECT_EQ(fixture.events.interrupts[0], 1);
}

TEST(NetReceive, BatchesAnEvent) {
  NetFixture fixture;
  fixture.offer_buffers(10);
  for (int i = 0; i < 10; ++i) {
    fixture.arrive({}, test::whole_frame({}));
  }
  fixture.backend.flushes = 0;
  fixture.net.back_end_ready();
  EXPECT_EQ(fixture.events.interrupts[0], 1);
  EXPECT_EQ(fixture.backend.flushes, 1);
  EXPECT_EQ(fixture.drivers[0]->take_all_used().size(), 10U);
  EXPECT_TRUE(fixture.backend.wants_arrivals);
}

TEST(NetReceive, FramesWaitForBuffersInOrder) {
  NetFixture fixture;
  fixture.arrive({}, test::whole_frame({.payload = 10}));
  fixture.arrive({}, test::whole_frame({.payload = 20}));
  fixture.net.back_end_ready();
  EXPECT_FALSE(fixture.backend.wants_arrivals) << "nothing could be done with them";
  EXPECT_FALSE(fixture.take());
  EXPECT_TRUE(fixture.drivers[0]->add({}, {2048}));
  EXPECT_TRUE(fixture.drivers[0]->kick()) << "it asks for buffers";
  fixture.net.notify(0);
  EXPECT_EQ(fixture.take()->frame.size(), 64U);
  fixture.offer_buffers(1);
  fixture.net.notify(0);
  EXPECT_EQ(fixture.take()->frame.size(), 74U);
  EXPECT_TRUE(fixture.backend.wants_arrivals);
}

TEST(NetReceive, BuffersAreOfNoInterestWhileNothingWaits) {
  NetFixture fixture;
  EXPECT_TRUE(fixture.drivers[0]->add({}, {2048}));
  EXPECT_FALSE(fixture.drivers[0]->kick());
}

TEST(NetReceive, ALongFrameWaitsForTheLastOfItsBuffers) {
  NetFixture fixture;
  const Frame frame = test::whole_frame({.payload = 5000});
  fixture.offer_buffers(2);
  fixture.deliver({}, frame);
  EXPECT_FALSE(fixture.take());
  fixture.offer_buffers(1);
  fixture.net.notify(0);
  EXPECT_EQ(fixture.take()->frame, frame);
}

TEST(NetReceive, WithoutMergingAFrameFitsOneBufferOrIsDropped) {
  NetFixture fixture({.refused = feature::mrg_rxbuf});
  fixture.offer_buffers(2, 1526);
  fixture.deliver({}, test::whole_frame({.payload = 1515 - 54}));
  EXPECT_EQ(fixture.net.counters().receive_no_fit, 1U);
  const Frame frame = test::whole_frame({.payload = 1514 - 54});
  fixture.deliver({}, frame);
  fixture.deliver({}, frame);
  EXPECT_EQ(fixture.take()->frame, frame) << "the buffer was kept";
  EXPECT_EQ(fixture.take()->frame, frame);
}

TEST(NetReceive, FramesThatNeedTooManyBuffersAreDropped) {
  NetFixture fixture({.queue_size = 128});
  fixture.offer_buffers(100, 16);
  fixture.deliver({}, test::whole_frame({.payload = 2000}));
  EXPECT_EQ(fixture.net.counters().receive_no_fit, 1U);
  const Frame frame = test::whole_frame({.payload = 100});
  fixture.deliver({}, frame);
  const auto received = fixture.take();
  ASSERT_TRUE(received);
  EXPECT_EQ(received->frame, frame);
  EXPECT_EQ(received->header.num_buffers, (154 + 12 + 15) / 16);
}

TEST(NetReceive, BuffersOfOneByteAndOfNoneHoldFramesToo) {
  NetFixture fixture({.queue_size = 128});
  for (int i = 0; i < 40; ++i) {
    ASSERT_TRUE(fixture.drivers[0]->add({}, {1}));
  }
  ASSERT_TRUE(fixture.drivers[0]->add({test::Frame(5)}, {}));
  ASSERT_TRUE(fixture.drivers[0]->add({}, {200}));
  fixture.drivers[0]->kick();
  const Frame frame = test::whole_frame({.payload = 100});
  fixture.deliver({}, frame);
  const auto received = fixture.drivers[0]->take_all_used();
  ASSERT_EQ(received.size(), 42U);
  EXPECT_EQ(received[40].written, 0U);
  EXPECT_EQ(received[41].written, 166U - 40U);
}

TEST(NetReceive, ChecksumsAreCompletedForADriverThatCannot) {
  for (const bool udp : {false, true}) {
    for (const bool ipv6 : {false, true}) {
      NetFixture fixture({.refused = feature::guest_csum});
      fixture.offer_buffers(9, 700);
      const FramePlan plan{.ipv6 = ipv6, .udp = udp, .payload = 4001};
      fixture.deliver(test::partial_header(plan), test::partial_frame(plan));
      const auto received = fixture.take();
      ASSERT_TRUE(received);
      EXPECT_EQ(received->header.flags, 0U);
      EXPECT_EQ(received->frame, test::whole_frame(plan)) << udp << ipv6;
      EXPECT_EQ(fixture.net.counters().checksums, 1U);
    }
  }
}

TEST(NetReceive, AChecksumMayStraddleTwoBuffers) {
  NetFixture fixture({.refused = feature::guest_csum});
  const FramePlan plan{};
  const auto place = static_cast<std::uint32_t>(test::places_of(plan).checksum);
  ASSERT_TRUE(fixture.drivers[0]->add({}, {12 + place + 1}));
  fixture.offer_buffers(1);
  fixture.deliver(test::partial_header(plan), test::partial_frame(plan));
  EXPECT_EQ(fixture.take()->frame, test::whole_frame(plan));
}

TEST(NetReceive, UnfinishedChecksumsPassToADriverThatTakesThem) {
  NetFixture fixture;
  fixture.offer_buffers(1);
  const FramePlan plan{};
  fixture.deliver(test::partial_header(plan), test::partial_frame(plan));
  const auto received = fixture.take();
  ASSERT_TRUE(received);
  EXPECT_EQ(received->header.flags, Header::needs_csum);
  EXPECT_EQ(received->frame, test::partial_frame(plan));
}

TEST(NetReceive, CheckedChecksumsAreSaidOnlyToADriverThatNegotiatedThem) {
  const Header header{.flags = Header::data_valid};
  NetFixture with;
  with.offer_buffers(1);
  with.deliver(header, test::whole_frame({}));
  EXPECT_EQ(with.take()->header.flags, Header::data_valid);
  NetFixture without({.refused = feature::guest_csum});
  without.offer_buffers(1);
  without.deliver(header, test::whole_frame({}));
  EXPECT_EQ(without.take()->header.flags, 0U);
}

TEST(NetReceive, SegmentsAreSplitForADriverThatCannot) {
  const FramePlan plan{.payload = 10'000};
  for (const std::uint64_t refused : {feature::guest_tso4, feature::guest_csum}) {
    NetFixture fixture({.refused = refused});
    fixture.offer_buffers(20);
    fixture.deliver(test::gso_header(plan, 1448), test::partial_frame(plan));
    Frame payload;
    for (int i = 0; i < 7; ++i) {
      const auto received = fixture.take();
      ASSERT_TRUE(received);
      EXPECT_EQ(received->header, (Header{.num_buffers = 1}));
      EXPECT_TRUE(test::checksums_hold(received->frame, plan));
      payload.insert(payload.end(), received->frame.begin() + 54, received->frame.end());
    }
    EXPECT_FALSE(fixture.take());
    const Frame whole = test::partial_frame(plan);
    EXPECT_TRUE(std::equal(payload.begin(), payload.end(), whole.begin() + 54, whole.end()));
    EXPECT_EQ(fixture.events.interrupts[0], 1);
  }
}

TEST(NetReceive, SplittingGoesOnWhereBuffersRanOut) {
  NetFixture fixture({.refused = feature::guest_tso4 | feature::mrg_rxbuf});
  const FramePlan plan{.payload = 3000};
  fixture.offer_buffers(2);
  fixture.arrive(test::gso_header(plan, 1000), test::partial_frame(plan));
  fixture.deliver({}, test::whole_frame({.payload = 77}));
  EXPECT_TRUE(fixture.take());
  EXPECT_TRUE(fixture.take());
  EXPECT_FALSE(fixture.take());
  fixture.offer_buffers(2);
  fixture.net.notify(0);
  EXPECT_TRUE(test::checksums_hold(fixture.take()->frame, plan));
  EXPECT_EQ(fixture.take()->frame.size(), 54U + 77U);
}

TEST(NetReceive, PlainFramesPassUpToTheMtu) {
  NetFixture fixture({.mtu = 1500, .refused = feature::ctrl_vlan});
  fixture.offer_buffers(20);
  for (const int vlan : {-1, 5}) {
    const std::size_t headers = test::places_of({.vlan = vlan}).payload;
    const std::size_t most = 1500 + (vlan >= 0 ? 18 : 14) - headers;
    const Frame longest = test::whole_frame({.vlan = vlan, .payload = most});
    fixture.deliver({}, longest);
    const auto received = fixture.take();
    ASSERT_TRUE(received) << vlan;
    EXPECT_EQ(received->frame, longest);
    fixture.deliver({}, test::whole_frame({.vlan = vlan, .payload = most + 1}));
    const FramePlan unfinished{.vlan = vlan, .payload = most + 1};
    fixture.deliver(test::partial_header(unfinished), test::partial_frame(unfinished));
    EXPECT_FALSE(fixture.take()) << vlan;
  }
  EXPECT_EQ(fixture.net.counters().receive_too_long, 4U);
}

TEST(NetReceive, SegmentsThatStayTogetherMayExceedTheMtu) {
  NetFixture fixture({.mtu = 1500});
  fixture.offer_buffers(20);
  const FramePlan plan{.payload = 9000};
  fixture.deliver(test::gso_header(plan, 1448), test::partial_frame(plan));
  EXPECT_EQ(fixture.take()->frame, test::partial_frame(plan));
}

TEST(NetReceive, SegmentsAreNotSplitIntoFramesBeyondTheMtu) {
  for (const int vlan : {-1, 5}) {
    NetFixture fixture({.mtu = 1500, .refused = feature::guest_tso4 | feature::ctrl_vlan});
    fixture.offer_buffers(20);
    const FramePlan plan{.vlan = vlan, .payload = 2000};
    fixture.deliver(test::gso_header(plan, 1461), test::partial_frame(plan));
    EXPECT_FALSE(fixture.take()) << vlan;
    EXPECT_EQ(fixture.net.counters().receive_too_long, 1U);
    fixture.deliver(test::gso_header(plan, 1460), test::partial_frame(plan));
    EXPECT_EQ(fixture.take()->frame.size(), 1460 + test::places_of(plan).payload);
    EXPECT_TRUE(fixture.take());
    const FramePlan small{.vlan = vlan, .payload = 100};
    fixture.deliver(test::gso_header(small, 8000), test::partial_frame(small));
    EXPECT_TRUE(fixture.take()) << "one short segment";
  }
}

TEST(NetReceive, TheMtuIsNoLimitForADriverThatDoesNotKnowIt) {
  NetFixture fixture({.mtu = 1500, .refused = feature::mtu | feature::guest_tso4});
  fixture.offer_buffers(20);
  const Frame frame = test::whole_frame({.payload = 9000});
  fixture.deliver({}, frame);
  EXPECT_EQ(fixture.take()->frame, frame);
  const FramePlan plan{.payload = 9000};
  fixture.deliver(test::gso_header(plan, 8000), test::partial_frame(plan));
  EXPECT_EQ(fixture.take()->frame.size(), 8054U);
}

TEST(NetReceive, WhatABackEndLiesAboutIsDropped) {
  NetFixture fixture({.refused = feature::guest_tso4});
  fixture.offer_buffers(4);
  const FramePlan plan{.payload = 1000};
  Header header = test::partial_header(plan);
  header.csum_start = 60'000;
  fixture.arrive(header, test::partial_frame(plan));
  header = test::gso_header(plan, 200);
  header.csum_start = 38;
  fixture.arrive(header, test::partial_frame(plan));
  fixture.backend.arrive(Frame(25));
  fixture.backend.arrive_piece(Frame(12), true);
  fixture.backend.arrive_piece(Frame(100), false);
  fixture.backend.arrive(Frame(12 + net::most_frame_bytes + 1));
  fixture.deliver({}, test::whole_frame({}));
  EXPECT_EQ(fixture.net.counters().receive_malformed, 5U);
  EXPECT_EQ(fixture.take()->frame, test::whole_frame({}));
  EXPECT_TRUE(fixture.backend.arrived.empty());
}

TEST(NetReceive, ABackEndThatGivesUpInTheMiddleIsNoHarm) {
  NetFixture fixture;
  fixture.deliver({}, test::whole_frame({.payload = 5000}));
  fixture.backend.up = false;
  fixture.offer_buffers(3);
  fixture.net.notify(0);
  EXPECT_FALSE(fixture.take());
  EXPECT_EQ(fixture.net.counters().receive_no_fit, 1U);
  EXPECT_EQ(fixture.config16(6), 0U);
}

TEST(NetReceive, WhatCameBeforeTheDriverIsDropped) {
  NetFixture fixture;
  fixture.reset();
  EXPECT_FALSE(fixture.backend.wants_arrivals);
  fixture.arrive({}, test::whole_frame({}));
  fixture.net.back_end_ready();
  EXPECT_EQ(fixture.backend.arrived.size(), 1U);
  fixture.activate();
  EXPECT_TRUE(fixture.backend.arrived.empty());
  EXPECT_TRUE(fixture.backend.wants_arrivals);
  EXPECT_EQ(fixture.net.counters().receive_stale, 1U);
}

TEST(NetReceive, ResetsWhileAFrameWaitsLeaveNothingBehind) {
  NetFixture fixture;
  const Frame frame = test::whole_frame({.payload = 5000});
  fixture.offer_buffers(2);
  fixture.deliver({}, frame);
  fixture.reset();
  fixture.activate();
  fixture.offer_buffers(3);
  fixture.deliver({}, frame);
  EXPECT_EQ(fixture.take()->frame, frame);

  fixture.deliver({}, frame);
  fixture.offer_buffers(1);
  fixture.net.notify(0);
  fixture.reset_queue(0);
  fixture.net.back_end_ready();
  EXPECT_EQ(fixture.net.counters().receive_no_fit, 1U) << "there is no queue to wait for";
  fixture.enable(0);
  fixture.offer_buffers(3);
  fixture.deliver({}, frame);
  EXPECT_EQ(fixture.take()->frame, frame);
}

TEST(NetReceive, AFrameThatWaitsForAQueueThatIsGoneHoldsNobodyUp) {
  NetFixture fixture;
  fixture.deliver({}, test::whole_frame({}));
  fixture.reset_queue(0);
  fixture.transmit({}, test::whole_frame({}));
  EXPECT_TRUE(fixture.backend.arrived.empty());
  EXPECT_TRUE(fixture.backend.wants_arrivals);
}

TEST(NetReceive, WorksOnPackedRings) {
  NetFixture fixture({.packed = true});
  const Frame frame = test::whole_frame({.payload = 5000});
  for (int i = 0; i < 100; ++i) {
    fixture.offer_buffers(3);
    fixture.deliver({}, frame);
    ASSERT_EQ(fixture.take()->frame, frame) << i;
  }
}

}  // namespace
}  // namespace serai::virtio_net
