// SPDX-License-Identifier: BSD-2-Clause
#include "backends/sddf/packet_queue.hpp"

#include <cstddef>
#include <cstring>
#include <gtest/gtest.h>

#include "packet_fixture.hpp"

namespace serai::sddf {
namespace {

/// sDDF's own declaration of a descriptor, by its facts.
struct SddfDescriptor {
  std::uint64_t io_or_offset;
  std::uint16_t len;
  std::uint8_t oid : 6;
};

TEST(PacketQueue, HasTheLayoutOfSddf) {
  EXPECT_EQ(offsetof(PacketIndices, tail), 0U);
  EXPECT_EQ(offsetof(PacketIndices, head), 2U);
  EXPECT_EQ(offsetof(PacketIndices, consumer_signalled), 4U);
  EXPECT_EQ(sizeof(SddfDescriptor), sizeof(SharedPacketDescriptor));

  DirectionMemory memory(4, 64);
  PacketProducer producer(memory.active());
  producer.put({.offset = 0x1040, .bytes = 1514, .owner = 5, .more = true});
  SddfDescriptor seen{};
  std::memcpy(&seen, memory.active().descriptors.data(), sizeof(seen));
  EXPECT_EQ(seen.io_or_offset, 0x1040U);
  EXPECT_EQ(seen.len, 1514U);
  EXPECT_EQ(seen.oid, 5U) << "our flag must not be seen by sDDF";
}

TEST(PacketQueue, ReadsWhatSddfWritesWhateverItsPadding) {
  DirectionMemory memory(4, 64);
  SddfDescriptor written{};
  std::memset(static_cast<void*>(&written), 0xfe, sizeof(written));
  written.io_or_offset = 0x80;
  written.len = 60;
  written.oid = 1;
  std::memcpy(memory.active().descriptors.data(), &written, sizeof(written));
  memory.active().indices->tail = 1;
  PacketConsumer consumer(memory.active());
  ASSERT_EQ(consumer.available(4), 1U);
  const PacketDescriptor descriptor = consumer.get(0);
  EXPECT_EQ(descriptor.offset, 0x80U);
  EXPECT_EQ(descriptor.bytes, 60U);
  EXPECT_EQ(descriptor.owner, 1U);
}

TEST(PacketQueue, EntersEveryBufferOnce) {
  DirectionMemory memory(4, 64);
  memory.free().enter_all(64);
  PacketConsumer consumer(memory.free());
  ASSERT_EQ(consumer.available(4), 4U);
  for (std::uint32_t i = 0; i < 4; ++i) {
    EXPECT_EQ(consumer.get(i).offset, 64U * i);
  }
}

TEST(PacketQueue, IndicesRunFreelyThroughTheEndOf16Bits) {
  DirectionMemory memory(8, 64);
  PacketProducer producer(memory.active());
  PacketConsumer consumer(memory.active());
  for (std::uint32_t i = 0; i < 70'000; ++i) {
    ASSERT_EQ(producer.room(8), 8U) << i;
    producer.put({.offset = i});
    producer.put({.offset = i + 1});
    producer.publish();
    ASSERT_EQ(consumer.available(8), 2U) << i;
    ASSERT_EQ(consumer.get(1).offset, i + 1);
    consumer.release(2);
  }
}

TEST(PacketQueue, NothingIsVisibleBeforeItIsPublished) {
  DirectionMemory memory(4, 64);
  PacketProducer producer(memory.active());
  PacketConsumer consumer(memory.active());
  producer.put({});
  EXPECT_EQ(consumer.available(1), 0U);
  producer.publish();
  EXPECT_EQ(consumer.available(1), 1U);
}

TEST(PacketQueue, AConsumerThatTookWhatWasNeverThereIsBroken) {
  DirectionMemory memory(4, 64);
  PacketProducer producer(memory.active());
  producer.put({});
  producer.publish();
  memory.active().indices->head = 2;
  EXPECT_EQ(producer.room(4), 0U);
  EXPECT_TRUE(producer.is_broken());
  memory.active().indices->head = 1;
  EXPECT_EQ(producer.room(4), 0U) << "for ever";
}

TEST(PacketQueue, AConsumerThatGoesBackIsBroken) {
  DirectionMemory memory(4, 64);
  PacketProducer producer(memory.active());
  producer.put({});
  producer.publish();
  memory.active().indices->head = 1;
  EXPECT_EQ(producer.room(4), 4U);
  memory.active().indices->head = 0;
  EXPECT_EQ(producer.room(5), 0U);
  EXPECT_TRUE(producer.is_broken());
}

TEST(PacketQueue, AProducerThatOverfillsOrGoesBackIsBroken) {
  DirectionMemory memory(4, 64);
  PacketConsumer overfilled(memory.active());
  memory.active().indices->tail = 5;
  EXPECT_EQ(overfilled.available(1), 0U);
  EXPECT_TRUE(overfilled.is_broken());

  PacketConsumer went_back(memory.active());
  memory.active().indices->tail = 3;
  EXPECT_EQ(went_back.available(1), 3U);
  memory.active().indices->tail = 2;
  EXPECT_EQ(went_back.available(3), 3U) << "what was seen stays";
  EXPECT_EQ(went_back.available(4), 0U);
  EXPECT_TRUE(went_back.is_broken());
}

TEST(PacketQueue, NotifiesOnlyAConsumerThatAsked) {
  DirectionMemory memory(4, 64);
  PacketProducer producer(memory.active());
  PacketConsumer consumer(memory.active());
  EXPECT_FALSE(producer.take_notification()) << "nothing was published";
  producer.put({});
  producer.publish();
  EXPECT_TRUE(producer.take_notification()) << "in new memory the flag asks";
  EXPECT_EQ(memory.active().indices->consumer_signalled, 1U);
  producer.put({});
  producer.publish();
  EXPECT_FALSE(producer.take_notification());
  consumer.request_signal();
  EXPECT_FALSE(producer.take_notification()) << "nothing new";
  producer.put({});
  producer.publish();
  EXPECT_TRUE(producer.take_notification());
  consumer.request_signal();
  consumer.cancel_signal();
  producer.publish();
  EXPECT_FALSE(producer.take_notification());
}

}  // namespace
}  // namespace serai::sddf
