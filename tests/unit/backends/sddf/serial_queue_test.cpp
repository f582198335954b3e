// SPDX-License-Identifier: BSD-2-Clause
#include "backends/sddf/serial_queue.hpp"

#include <cstddef>
#include <deque>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>
#include <vector>

#include "queue_fixture.hpp"

namespace serai::sddf {
namespace {

TEST(SerialQueue, HasTheLayoutOfSddf) {
  EXPECT_EQ(offsetof(SerialIndices, tail), 0U);
  EXPECT_EQ(offsetof(SerialIndices, head), 4U);
  EXPECT_EQ(offsetof(SerialIndices, producer_signalled), 8U);
}

TEST(SerialQueue, CarriesCharactersInOrderAcrossTheWrap) {
  QueueFixture queue(8);
  SerialProducer producer(queue.memory());
  SerialConsumer consumer(queue.memory());
  EXPECT_EQ(producer.write(bytes_of_text("abcdef")), 6U);
  EXPECT_EQ(take_text(consumer, 4), "abcd");
  EXPECT_EQ(producer.write(bytes_of_text("ghijklmn")), 6U) << "eight fit";
  EXPECT_EQ(producer.room(), 0U);
  EXPECT_EQ(consumer.available(), 8U);
  EXPECT_EQ(take_text(consumer), "efghijkl");
  EXPECT_EQ(take_text(consumer), "");
  EXPECT_TRUE(queue.guards_intact());
}

TEST(SerialQueue, IndicesRunFreelyThroughTheEndOf32Bits) {
  QueueFixture queue(16);
  SerialProducer producer(queue.memory());
  SerialConsumer consumer(queue.memory());
  // 2^32 characters would take long; the other side's index is what the arithmetic depends on.
  queue.indices.head = 0xffff'fff8;
  EXPECT_EQ(producer.room(), 8U);
  queue.indices.tail = 8;
  EXPECT_EQ(consumer.available(), 8U);
}

TEST(SerialQueue, NonsenseFromTheOtherSideMovesNothing) {
  QueueFixture queue(16);
  SerialProducer producer(queue.memory());
  SerialConsumer consumer(queue.memory());
  queue.indices.head = 1;
  EXPECT_EQ(producer.room(), 0U) << "the consumer took what was never sent";
  EXPECT_EQ(producer.write(bytes_of_text("x")), 0U);
  queue.indices.tail = 17;
  EXPECT_EQ(consumer.available(), 0U);
  EXPECT_EQ(take_text(consumer), "");
  EXPECT_EQ(queue.indices.head, 1U) << "not ours to repair";
}

TEST(SerialQueue, WithoutCapacityNothingHappens) {
  SerialProducer producer({});
  SerialConsumer consumer({});
  EXPECT_EQ(producer.write(bytes_of_text("x")), 0U);
  producer.request_signal();
  EXPECT_FALSE(producer.take_notification());
  EXPECT_EQ(take_text(consumer), "");
  EXPECT_FALSE(consumer.take_notification());
}

TEST(SerialQueue, AnOddCapacityIsRoundedDown) {
  EXPECT_EQ(SerialQueueMemory::at(0x1000, 0x2000, 100).data.size(), 64U);
  EXPECT_EQ(SerialQueueMemory::at(0x1000, 0x2000, 0).data.size(), 0U);
}

TEST(SerialQueue, ProducerNotifiesOnlyASleepingConsumer) {
  QueueFixture queue(16);
  SerialProducer producer(queue.memory());
  SerialConsumer consumer(queue.memory());
  EXPECT_FALSE(producer.take_notification());
  producer.write(bytes_of_text("a"));
  EXPECT_TRUE(producer.take_notification());
  producer.write(bytes_of_text("b"));
  EXPECT_FALSE(producer.take_notification()) << "it has yet to take the first";
  take_text(consumer);
  producer.write(bytes_of_text("c"));
  EXPECT_TRUE(producer.take_notification());
}

TEST(SerialQueue, ConsumerNotifiesOnlyAProducerThatAsked) {
  QueueFixture queue(4);
  queue.indices.producer_signalled = 1;
  SerialProducer producer(queue.memory());
  SerialConsumer consumer(queue.memory());
  producer.write(bytes_of_text("abcd"));
  take_text(consumer, 1);
  EXPECT_FALSE(consumer.take_notification());
  producer.request_signal();
  EXPECT_FALSE(consumer.take_notification()) << "nothing was taken since";
  take_text(consumer, 1);
  EXPECT_TRUE(consumer.take_notification());
  EXPECT_EQ(queue.indices.producer_signalled, 1U);
  take_text(consumer, 1);
  EXPECT_FALSE(consumer.take_notification());
}

RC_GTEST_PROP(SerialQueueProperty, HostilePeerNeverBreaksBounds,
              (const std::vector<std::uint32_t>& indices)) {
  QueueFixture queue(32);
  SerialProducer producer(queue.memory());
  SerialConsumer consumer(queue.memory());
  const std::string text(100, 'x');
  for (const std::uint32_t index : indices) {
    queue.indices.head = index;
    RC_ASSERT(producer.write(bytes_of_text(text)) <= 32U);
    queue.indices.tail = index;
    RC_ASSERT(take_text(consumer, 100).size() <= 32U);
    queue.indices.producer_signalled = index;
    static_cast<void>(producer.take_notification());
    static_cast<void>(consumer.take_notification());
  }
  RC_ASSERT(queue.guards_intact());
}

RC_GTEST_PROP(SerialQueueProperty, BehavesLikeAQueue, (const std::vector<std::uint8_t>& steps)) {
  QueueFixture queue(16);
  SerialProducer producer(queue.memory());
  SerialConsumer consumer(queue.memory());
  std::deque<char> model;
  char next = 0;
  for (const std::uint8_t step : steps) {
    const std::size_t count = (step >> 1) % 20;
    if ((step & 1) != 0) {
      std::string text(count, '\0');
      for (char& character : text) {
        character = next++;
      }
      const std::size_t written = producer.write(bytes_of_text(text));
      RC_ASSERT(written == std::min<std::size_t>(count, 16 - model.size()));
      next = static_cast<char>(next - static_cast<char>(count - written));
      model.insert(model.end(), text.begin(), text.begin() + static_cast<std::ptrdiff_t>(written));
    } else {
      const std::string text = take_text(consumer, count);
      RC_ASSERT(text.size() == std::min<std::size_t>(count, model.size()));
      for (const char character : text) {
        RC_ASSERT(character == model.front());
        model.pop_front();
      }
    }
  }
}

/// The two halves as single steps that interleave freely: whenever both sides sleep, nothing may
/// be left undone.
RC_GTEST_PROP(SerialQueueProperty, NoWakeupIsLost, (const std::vector<std::uint8_t>& steps)) {
  QueueFixture queue(4);
  SerialProducer producer(queue.memory());
  SerialConsumer consumer(queue.memory());
  bool consumer_awake = false;
  bool producer_awake = true;
  bool producer_waits = false;
  for (const std::uint8_t step : steps) {
    if ((step & 1) != 0 && producer_awake) {
      const std::string text(1 + (step >> 1) % 6, 'x');
      std::size_t sent = producer.write(bytes_of_text(text));
      producer_waits = sent < text.size();
      if (producer_waits) {
        producer.request_signal();
        sent += producer.write(bytes_of_text(text).subspan(sent));
        producer_waits = sent < text.size();
      }
      consumer_awake = producer.take_notification() || consumer_awake;
      producer_awake = !producer_waits;
    } else if ((step & 1) == 0 && consumer_awake) {
      take_text(consumer, 1 + (step >> 1) % 3);
      producer_awake = consumer.take_notification() || producer_awake;
      consumer_awake = consumer.available() != 0;
    }
    RC_ASSERT(consumer_awake || consumer.available() == 0);
    RC_ASSERT(producer_awake || consumer_awake || producer.room() == 0);
    RC_ASSERT(producer_awake || consumer_awake);
  }
}

}  // namespace
}  // namespace serai::sddf
