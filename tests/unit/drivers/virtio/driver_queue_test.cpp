// SPDX-License-Identifier: BSD-2-Clause
#include "drivers/virtio/driver_queue.hpp"

#include <array>
#include <deque>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>
#include <vector>

#include "drivers/virtio/board_device.hpp"
#include "support/fake_virtio_device.hpp"

namespace serai::drivers {
namespace {

constexpr std::uint64_t dma_physical = 0x8000'0000;
constexpr std::uint64_t data_physical = 0x9000'0000;
constexpr std::uint16_t queue_size = 8;

/// A queue with a device at its other end, and data that the device reaches.
struct Connection {
  explicit Connection(bool event_index)
      : hardware(DeviceType::block, event_index ? feature::event_idx : 0) {
    dma_bytes.fill(std::byte{0xa5});
    hardware.map(dma_physical, dma_bytes);
    hardware.map(data_physical, data);
    EXPECT_TRUE(device.begin(DeviceType::block));
    EXPECT_TRUE(device.negotiate(feature::event_idx));
    EXPECT_TRUE(
        queue.start({.bytes = dma_bytes, .physical = dma_physical}, queue_size, event_index));
    EXPECT_TRUE(device.enable(0, queue.addresses()));
    device.finish();
  }

  Result<void> add(std::uint32_t token, std::size_t pieces = 1) {
    const std::vector<Buffer> buffers(
        pieces, {.physical = data_physical, .bytes = 16, .device_writes = true});
    return queue.add(buffers, token);
  }

  alignas(4096) std::array<std::byte, 4096> dma_bytes{};
  std::array<std::byte, 4096> data{};
  test::FakeVirtioDevice hardware;
  BoardDevice device{hardware};
  DriverQueue queue;
};

class DriverQueueTest : public testing::TestWithParam<bool> {
 protected:
  Connection at{GetParam()};
};

INSTANTIATE_TEST_SUITE_P(EventIndex, DriverQueueTest, testing::Bool());

TEST(DriverQueue, RefusesSizesAndMemoryThatItCannotUse) {
  alignas(16) std::array<std::byte, 4096> bytes{};
  DriverQueue queue;
  EXPECT_EQ(queue.start({.bytes = bytes}, 0, false), fail(Error::bad_value));
  EXPECT_EQ(queue.start({.bytes = bytes}, 12, false), fail(Error::bad_value));
  EXPECT_EQ(queue.start({.bytes = bytes}, 512, false), fail(Error::bad_value));
  EXPECT_EQ(queue.start({.bytes = bytes}, 256, false), fail(Error::no_space));
  const auto too_few = std::span(bytes).first(DriverQueue::memory_bytes(8) - 1);
  EXPECT_EQ(queue.start({.bytes = too_few}, 8, false), fail(Error::no_space));
}

TEST(DriverQueue, ThatWasNeverStartedYieldsNothing) {
  DriverQueue queue;
  EXPECT_FALSE(queue.next_used());
  EXPECT_FALSE(queue.publish());
  EXPECT_FALSE(queue.want_interrupt());
  queue.suppress_interrupts();
  EXPECT_EQ(queue.add(std::array{Buffer{}}, 1), fail(Error::no_space));
}

TEST_P(DriverQueueTest, ChainsArriveInOrderWithTheirPieces) {
  const std::array buffers = {
      Buffer{.physical = data_physical, .bytes = 16},
      Buffer{.physical = data_physical + 512, .bytes = 100, .device_writes = true},
      Buffer{.physical = data_physical + 16, .bytes = 1, .device_writes = true}};
  ASSERT_TRUE(at.queue.add(buffers, 77));
  EXPECT_FALSE(at.hardware.pop());  // not shown yet
  EXPECT_TRUE(at.queue.publish());
  const auto chain = at.hardware.pop();
  ASSERT_TRUE(chain);
  ASSERT_EQ(chain->pieces.size(), 3U);
  EXPECT_EQ(chain->pieces[0].bytes.data(), at.data.data());
  EXPECT_FALSE(chain->pieces[0].device_writes);
  EXPECT_EQ(chain->pieces[1].bytes.data(), at.data.data() + 512);
  EXPECT_EQ(chain->pieces[1].bytes.size(), 100U);
  EXPECT_TRUE(chain->pieces[2].device_writes);
  EXPECT_FALSE(at.queue.next_used());
  at.hardware.give_back(0, chain->head, 55);
  const auto used = at.queue.next_used();
  ASSERT_TRUE(used);
  EXPECT_EQ(used->token, 77U);
  EXPECT_EQ(used->bytes, 55U);
  EXPECT_FALSE(at.queue.next_used());
  EXPECT_EQ(at.queue.free(), queue_size);
}

TEST_P(DriverQueueTest, NoMoreDescriptorsThanThereAre) {
  ASSERT_TRUE(at.add(1, 5));
  EXPECT_EQ(at.add(2, 4), fail(Error::no_space));
  ASSERT_TRUE(at.add(2, 3));
  EXPECT_EQ(at.queue.free(), 0);
  EXPECT_EQ(at.add(3), fail(Error::no_space));
  EXPECT_EQ(at.queue.add({}, 3), fail(Error::bad_value));
}

TEST_P(DriverQueueTest, LengthsBeyondTheBufferAreCut) {
  ASSERT_TRUE(at.add(1, 2));
  static_cast<void>(at.queue.publish());
  at.hardware.give_back(0, at.hardware.pop()->head, 0xffff'ffff);
  EXPECT_EQ(at.queue.next_used()->bytes, 32U);
}

TEST_P(DriverQueueTest, AnIdThatIsNotInFlightBreaksTheQueue) {
  for (const std::uint32_t id : {1U, 7U, 8U, 0xffff'ffffU, 0x1'0000U}) {
    Connection fresh(GetParam());
    ASSERT_TRUE(fresh.add(5, 2));  // descriptors 0 and 1, a chain at 0
    ASSERT_TRUE(fresh.add(6));
    static_cast<void>(fresh.queue.publish());
    fresh.hardware.give_back(0, id, 0);
    EXPECT_FALSE(fresh.queue.next_used());
    EXPECT_TRUE(fresh.queue.is_broken());
    fresh.hardware.give_back(0, 0, 0);
    EXPECT_FALSE(fresh.queue.next_used());
    EXPECT_FALSE(fresh.queue.want_interrupt());
    EXPECT_EQ(fresh.add(9), fail(Error::no_space));
  }
}

TEST_P(DriverQueueTest, AChainGivenBackTwiceBreaksTheQueue) {
  ASSERT_TRUE(at.add(5));
  ASSERT_TRUE(at.add(6));
  static_cast<void>(at.queue.publish());
  at.hardware.give_back(0, 0, 0);
  at.hardware.give_back(0, 0, 0);
  EXPECT_EQ(at.queue.next_used()->token, 5U);
  EXPECT_FALSE(at.queue.next_used());
  EXPECT_TRUE(at.queue.is_broken());
}

TEST_P(DriverQueueTest, MoreGivenBackThanTakenBreaksTheQueue) {
  ASSERT_TRUE(at.add(5));
  static_cast<void>(at.queue.publish());
  at.hardware.give_back(0, 0, 0);
  at.hardware.give_back(0, 0, 0);
  EXPECT_FALSE(at.queue.next_used());
  EXPECT_TRUE(at.queue.is_broken());
}

TEST_P(DriverQueueTest, StartsAnewAfterAnything) {
  ASSERT_TRUE(at.add(5));
  static_cast<void>(at.queue.publish());
  at.hardware.give_back(0, 3, 0);
  EXPECT_FALSE(at.queue.next_used());
  ASSERT_TRUE(
      at.queue.start({.bytes = at.dma_bytes, .physical = dma_physical}, queue_size, GetParam()));
  EXPECT_FALSE(at.queue.is_broken());
  EXPECT_EQ(at.queue.free(), queue_size);
  EXPECT_TRUE(at.add(7));
}

TEST_P(DriverQueueTest, AnInterruptComesWhenItIsWanted) {
  ASSERT_TRUE(at.add(5));
  ASSERT_TRUE(at.add(6));
  ASSERT_TRUE(at.add(7));
  static_cast<void>(at.queue.publish());
  at.queue.suppress_interrupts();
  at.hardware.give_back(0, at.hardware.pop()->head, 0);
  EXPECT_EQ(at.hardware.interrupt_status, 0U);
  EXPECT_TRUE(at.queue.want_interrupt());  // it has come meanwhile
  EXPECT_TRUE(at.queue.next_used());
  EXPECT_FALSE(at.queue.want_interrupt());
  at.hardware.give_back(0, at.hardware.pop()->head, 0);
  EXPECT_EQ(at.hardware.interrupt_status, interrupt::used_buffer);
}

TEST(DriverQueue, AnInterruptMayWaitForSeveral) {
  Connection at(true);
  ASSERT_TRUE(at.add(5));
  ASSERT_TRUE(at.add(6));
  static_cast<void>(at.queue.publish());
  EXPECT_FALSE(at.queue.want_interrupt(2));
  at.hardware.give_back(0, at.hardware.pop()->head, 0);
  EXPECT_EQ(at.hardware.interrupt_status, 0U);
  at.hardware.give_back(0, at.hardware.pop()->head, 0);
  EXPECT_EQ(at.hardware.interrupt_status, interrupt::used_buffer);
}

TEST(DriverQueue, NotifiesOnlyADeviceThatSleeps) {
  Connection at(true);
  ASSERT_TRUE(at.add(5));
  EXPECT_TRUE(at.queue.publish());
  EXPECT_FALSE(at.queue.publish());  // nothing new
  ASSERT_TRUE(at.add(6));
  EXPECT_FALSE(at.queue.publish());  // it has not yet looked, so it will
  EXPECT_TRUE(at.hardware.pop());
  EXPECT_TRUE(at.hardware.pop());
  ASSERT_TRUE(at.add(7));
  EXPECT_TRUE(at.queue.publish());
}

// A model of what is in flight, against any order of completion and far beyond a wrap.
RC_GTEST_PROP(DriverQueueProperty, TokensComeBackAsTheDeviceGivesThem, (bool event_index)) {
  Connection at(event_index);
  std::deque<std::pair<std::uint16_t, std::uint32_t>> with_device;
  std::deque<std::uint32_t> expected;
  std::uint32_t token = 0;
  std::size_t used_descriptors = 0;
  std::map<std::uint32_t, std::size_t> lengths;
  for (int step = 0; step < 300; ++step) {
    const int action = *rc::gen::inRange(0, 3);
    if (action == 0) {
      const auto pieces = *rc::gen::inRange<std::size_t>(1, 4);
      const bool fits = used_descriptors + pieces <= queue_size;
      RC_ASSERT(at.add(token, pieces).has_value() == fits);
      if (fits) {
        lengths[token++] = pieces;
        used_descriptors += pieces;
      }
      static_cast<void>(at.queue.publish());
      while (const auto chain = at.hardware.pop()) {
        with_device.emplace_back(chain->head,
                                 token - 1);  // one chain at a time is added and popped
      }
    } else if (action == 1 && !with_device.empty()) {
      const auto which = *rc::gen::inRange<std::size_t>(0, with_device.size());
      const auto [head, of] = with_device[which];
      with_device.erase(with_device.begin() + static_cast<std::ptrdiff_t>(which));
      at.hardware.give_back(0, head, 0);
      expected.push_back(of);
    } else {
      const auto used = at.queue.next_used();
      RC_ASSERT(used.has_value() == !expected.empty());
      if (used) {
        RC_ASSERT(used->token == expected.front());
        used_descriptors -= lengths[used->token];
        expected.pop_front();
      }
    }
    RC_ASSERT(at.queue.in_flight() == used_descriptors);
  }
  RC_ASSERT(!at.queue.is_broken());
}

}  // namespace
}  // namespace serai::drivers
