// SPDX-License-Identifier: BSD-2-Clause
#include <gtest/gtest.h>

#include "net_fixture.hpp"

namespace serai::virtio_net {
namespace {

using net::Header;

TEST(NetTransmit, CopiesAFrameBehindItsHeader) {
  NetFixture fixture;
  const Frame frame = test::whole_frame({});
  fixture.transmit({}, frame);
  ASSERT_EQ(fixture.backend.sent.size(), 1U);
  EXPECT_EQ(fixture.backend.sent[0], test::with_header({}, frame));
  EXPECT_EQ(fixture.drivers[1]->take_used()->written, 0U);
  EXPECT_EQ(fixture.events.interrupts[1], 1);
  EXPECT_EQ(fixture.backend.flushes, 1);
}

TEST(NetTransmit, WithoutTheExtensionThereIsNoHeader) {
  NetFixture fixture({.extended = false});
  const Frame frame = test::whole_frame({});
  fixture.transmit({}, frame);
  ASSERT_EQ(fixture.backend.sent.size(), 1U);
  EXPECT_EQ(fixture.backend.sent[0], frame);
}

TEST(NetTransmit, BatchesAnEvent) {
  NetFixture fixture;
  for (int i = 0; i < 5; ++i) {
    fixture.put({}, test::whole_frame({}));
  }
  fixture.net.notify(1);
  EXPECT_EQ(fixture.backend.sent.size(), 5U);
  EXPECT_EQ(fixture.events.interrupts[1], 1);
  EXPECT_EQ(fixture.backend.flushes, 1);
  EXPECT_TRUE(fixture.backend.sent.size() == fixture.drivers[1]->take_all_used().size());
}

TEST(NetTransmit, SegmentsStayTogetherAcrossBuffers) {
  NetFixture fixture;
  const FramePlan plan{.payload = 60'000};
  const Frame frame = test::partial_frame(plan);
  fixture.transmit(test::gso_header(plan, 1448), frame);
  ASSERT_EQ(fixture.backend.sent.size(), 1U);
  EXPECT_EQ(fixture.backend.sent[0], test::with_header(test::gso_header(plan, 1448), frame));
  EXPECT_EQ(fixture.backend.pieces_sent[0], (frame.size() + 12 + 2047) / 2048);
}

TEST(NetTransmit, AFrameThatFillsItsBuffersExactlyTakesNoMore) {
  NetFixture fixture;
  const Frame frame = test::whole_frame({.payload = 2 * 2048 - 12 - 54});
  fixture.transmit({}, frame);
  EXPECT_EQ(fixture.backend.pieces_sent.at(0), 2U);
}

TEST(NetTransmit, WaitsForRoomAndGoesOnWhenThereIsSome) {
  NetFixture fixture;
  fixture.backend.room = 2;
  const Frame frame = test::whole_frame({});
  for (int i = 0; i < 4; ++i) {
    fixture.put({}, frame);
  }
  fixture.net.notify(1);
  EXPECT_EQ(fixture.backend.sent.size(), 2U);
  EXPECT_EQ(fixture.backend.room_signals, 1);
  EXPECT_FALSE(fixture.backend.has_claimed());
  fixture.drivers[1]->take_all_used();
  fixture.put({}, frame);
  fixture.backend.room = 100;
  fixture.net.back_end_ready();
  EXPECT_EQ(fixture.backend.sent.size(), 5U);
  EXPECT_EQ(fixture.drivers[1]->take_all_used().size(), 3U);
}

TEST(NetTransmit, APacketOfManyBuffersIsSentWholeOrNotAtAll) {
  NetFixture fixture;
  fixture.backend.room = 29;
  const FramePlan plan{.payload = 60'000};
  fixture.transmit(test::gso_header(plan, 1448), test::partial_frame(plan));
  EXPECT_TRUE(fixture.backend.sent.empty());
  fixture.backend.room = 30;
  fixture.net.back_end_ready();
  EXPECT_EQ(fixture.backend.sent.size(), 1U);
}

TEST(NetTransmit, NotificationsAreOffWhileItWaits) {
  NetFixture fixture;
  fixture.backend.room = 0;
  fixture.put({}, test::whole_frame({}));
  fixture.net.notify(1);
  EXPECT_TRUE(fixture.drivers[1]->add({test::with_header({}, test::whole_frame({}))}, {}));
  EXPECT_FALSE(fixture.drivers[1]->kick());
  fixture.backend.room = 10;
  fixture.net.back_end_ready();
  EXPECT_TRUE(fixture.drivers[1]->add({test::with_header({}, test::whole_frame({}))}, {}));
  EXPECT_TRUE(fixture.drivers[1]->kick());
}

TEST(NetTransmit, MalformedFramesAreReturnedUnsent) {
  NetFixture fixture;
  fixture.drivers[1]->send({Frame(11)}, {});
  fixture.drivers[1]->send({Frame(12 + 13)}, {});
  fixture.drivers[1]->send({Frame(12), Frame(65'554)}, {});
  fixture.drivers[1]->send({}, {64});
  const FramePlan plan{.payload = 3000};
  Header header = test::gso_header(plan, 0);
  fixture.put(header, test::partial_frame(plan));
  header = test::partial_header(plan);
  header.csum_offset = 60'000;
  fixture.put(header, test::partial_frame(plan));
  fixture.net.notify(1);
  EXPECT_TRUE(fixture.backend.sent.empty());
  EXPECT_EQ(fixture.drivers[1]->take_all_used().size(), 6U);
  EXPECT_EQ(fixture.net.counters().transmit_malformed, 5U);
  EXPECT_EQ(fixture.net.counters().transmit_too_long, 1U);
  EXPECT_EQ(fixture.events.resets_wanted, 0);
}

TEST(NetTransmit, AHintBeyondTheFrameIsNoReasonToDropIt) {
  NetFixture fixture;
  const FramePlan plan{.payload = 3000};
  Header header = test::gso_header(plan, 1448);
  header.hdr_len = 0xffff;
  const Frame frame = test::partial_frame(plan);
  fixture.transmit(header, frame);
  ASSERT_EQ(fixture.backend.sent.size(), 1U);
  header.hdr_len = static_cast<std::uint16_t>(frame.size());
  EXPECT_EQ(fixture.backend.sent[0], test::with_header(header, frame));
}

TEST(NetTransmit, OffloadsThatWereNotNegotiatedAreNotSent) {
  NetFixture fixture({.refused = feature::host_tso4});
  const FramePlan plan{.payload = 3000};
  fixture.transmit(test::gso_header(plan, 1448), test::partial_frame(plan));
  EXPECT_TRUE(fixture.backend.sent.empty());
  EXPECT_EQ(fixture.net.counters().transmit_malformed, 1U);

  NetFixture without_csum({.refused = feature::csum});
  without_csum.transmit(test::gso_header(plan, 1448), test::partial_frame(plan));
  EXPECT_TRUE(without_csum.backend.sent.empty()) << "segments need checksums";
}

TEST(NetTransmit, TheMtuIsALimitExceptForSegments) {
  NetFixture fixture({.mtu = 1500});
  EXPECT_EQ(fixture.config16(10), 1500U);
  fixture.transmit({}, test::whole_frame({.payload = 1500 + 18 - 54}));
  EXPECT_EQ(fixture.backend.sent.size(), 1U);
  fixture.transmit({}, test::whole_frame({.payload = 1500 + 19 - 54}));
  EXPECT_EQ(fixture.backend.sent.size(), 1U);
  EXPECT_EQ(fixture.net.counters().transmit_too_long, 1U);
  const FramePlan plan{.payload = 3000};
  fixture.transmit(test::gso_header(plan, 1448), test::partial_frame(plan));
  EXPECT_EQ(fixture.backend.sent.size(), 2U);
}

TEST(NetTransmit, WhatDoesNotFitOneBufferIsDroppedWithoutTheExtension) {
  NetFixture fixture({.extended = false});
  fixture.transmit({}, test::whole_frame({.payload = 2048 - 54}));
  fixture.transmit({}, test::whole_frame({.payload = 2049 - 54}));
  EXPECT_EQ(fixture.backend.sent.size(), 1U);
  EXPECT_EQ(fixture.net.counters().transmit_too_long, 1U);
}

TEST(NetTransmit, ABrokenBackEndTakesTheLinkDownAndFramesAreDropped) {
  NetFixture fixture;
  EXPECT_EQ(fixture.config16(6), 1U);
  fixture.backend.up = false;
  fixture.transmit({}, test::whole_frame({}));
  EXPECT_EQ(fixture.drivers[1]->take_all_used().size(), 1U) << "no hang";
  EXPECT_EQ(fixture.net.counters().transmit_link_down, 1U);
  EXPECT_EQ(fixture.events.config_changes, 1);
  EXPECT_EQ(fixture.config16(6), 0U);
  fixture.net.back_end_ready();
  EXPECT_EQ(fixture.events.config_changes, 1) << "told once";
}

TEST(NetTransmit, WhatWaitsIsDroppedWhenTheLinkBreaks) {
  NetFixture fixture({.pairs = 2});
  fixture.backend.room = 0;
  fixture.transmit({}, test::whole_frame({}));
  fixture.transmit({}, test::whole_frame({}), 3);
  EXPECT_TRUE(fixture.drivers[1]->take_all_used().empty());
  fixture.backend.up = false;
  fixture.net.notify(0);
  EXPECT_EQ(fixture.config16(6), 0U);
  for (const std::uint16_t queue : {std::uint16_t{1}, std::uint16_t{3}}) {
    EXPECT_EQ(fixture.drivers[queue]->take_all_used().size(), 1U) << "any event drops it";
    EXPECT_EQ(fixture.events.interrupts[queue], 1);
    EXPECT_TRUE(fixture.drivers[queue]->add({test::with_header({}, test::whole_frame({}))}, {}));
    EXPECT_TRUE(fixture.drivers[queue]->kick()) << "later frames are to be told of";
  }
  EXPECT_EQ(fixture.net.counters().transmit_link_down, 2U);
  EXPECT_TRUE(fixture.backend.sent.empty());
}

TEST(NetTransmit, NothingWaitsForALinkThatIsFoundBroken) {
  NetFixture fixture;
  fixture.backend.room_is_a_lie = true;
  fixture.put({}, test::whole_frame({}));
  fixture.transmit({}, test::whole_frame({}));
  EXPECT_EQ(fixture.config16(6), 0U);
  EXPECT_EQ(fixture.events.config_changes, 1);
  EXPECT_EQ(fixture.drivers[1]->take_all_used().size(), 2U);
  EXPECT_EQ(fixture.events.interrupts[1], 1);
  EXPECT_EQ(fixture.net.counters().transmit_link_down, 2U);
}

TEST(NetTransmit, ABrokenQueueAsksForAReset) {
  NetFixture fixture;
  fixture.drivers[1]->force_available(9999);
  fixture.net.notify(1);
  EXPECT_EQ(fixture.events.resets_wanted, 1);
  fixture.net.notify(1);
  EXPECT_EQ(fixture.events.resets_wanted, 1);
  fixture.reset();
  fixture.activate();
  fixture.transmit({}, test::whole_frame({}));
  EXPECT_EQ(fixture.backend.sent.size(), 1U) << "usable again";
}

TEST(NetTransmit, WorksOnPackedRingsAndAfterAResetOfTheQueue) {
  NetFixture fixture({.packed = true});
  fixture.transmit({}, test::whole_frame({}));
  EXPECT_EQ(fixture.backend.sent.size(), 1U);
  fixture.backend.room = 0;
  fixture.transmit({}, test::whole_frame({}));
  fixture.reset_queue(1);
  fixture.backend.room = 5;
  fixture.net.back_end_ready();
  EXPECT_EQ(fixture.backend.sent.size(), 1U) << "what waited is gone";
  fixture.enable(1);
  fixture.transmit({}, test::whole_frame({}));
  EXPECT_EQ(fixture.backend.sent.size(), 2U);
}

}  // namespace
}  // namespace serai::virtio_net
