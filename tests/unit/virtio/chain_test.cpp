// SPDX-License-Identifier: BSD-2-Clause
#include "virtio/chain.hpp"

#include <gtest/gtest.h>
#include <vector>

#include "queue_fixture.hpp"

namespace serai::virtio {
namespace {

TEST(SegmentPool, HandsOutEachSegmentOnce) {
  std::array<Segment, 3> storage{};
  SegmentPool pool(storage);
  EXPECT_EQ(pool.capacity(), 3U);
  const auto first = pool.take();
  const auto second = pool.take();
  const auto third = pool.take();
  EXPECT_NE(first, second);
  EXPECT_NE(second, third);
  EXPECT_NE(first, third);
  EXPECT_EQ(pool.take(), SegmentPool::none);
  EXPECT_EQ(pool.free(), 0U);
  pool[first].next = third;
  pool.give_back(first, third, 2);
  EXPECT_EQ(pool.free(), 2U);
  EXPECT_EQ(pool.take(), first);
  EXPECT_EQ(pool.take(), third);
  EXPECT_EQ(pool.take(), SegmentPool::none);
  pool.reset();
  EXPECT_EQ(pool.free(), 3U);
}

/// A chain of three readable pieces (3, 1 and 4 bytes), then three writable ones (1, 5 and 2).
class ChainTest : public testing::Test {
 protected:
  ChainTest() {
    EXPECT_TRUE(part.enable());
    part.driver.send(
        {VirtioDriver::bytes("abc"), VirtioDriver::bytes("d"), VirtioDriver::bytes("efgh")},
        {1, 5, 2});
  }

  QueueFixture part{{}};
};

TEST_F(ChainTest, ReadsAcrossSegments) {
  auto chain = part.queue.pop();
  ASSERT_TRUE(chain);
  EXPECT_EQ(chain->readable_bytes(), 8U);
  EXPECT_EQ(chain->writable_bytes(), 8U);
  auto reader = chain->reader();
  VirtioDriver::Bytes two(2);
  ASSERT_TRUE(reader.read(two));
  EXPECT_EQ(two, VirtioDriver::bytes("ab"));
  ASSERT_TRUE(reader.read({}));
  VirtioDriver::Bytes three(3);
  ASSERT_TRUE(reader.read(three));
  EXPECT_EQ(three, VirtioDriver::bytes("cde"));
  EXPECT_EQ(reader.remaining(), 3U);
  VirtioDriver::Bytes four(4, std::byte{0});
  EXPECT_EQ(reader.read(four).error(), Error::out_of_range);
  EXPECT_EQ(four, VirtioDriver::Bytes(4, std::byte{0}));
  ASSERT_TRUE(reader.skip(1));
  EXPECT_EQ(reader.skip(3).error(), Error::out_of_range);
  EXPECT_EQ(reader.read_some(four), 2U);
  EXPECT_EQ(four[0], std::byte{'g'});
  EXPECT_EQ(four[1], std::byte{'h'});
  EXPECT_EQ(reader.remaining(), 0U);
  EXPECT_EQ(reader.read_some(four), 0U);
  // Another reader begins at the start.
  EXPECT_EQ(chain->reader().remaining(), 8U);
  part.queue.complete(std::move(*chain), 0);
}

TEST_F(ChainTest, WritesAcrossSegments) {
  auto chain = part.queue.pop();
  ASSERT_TRUE(chain);
  auto writer = chain->writer();
  ASSERT_TRUE(writer.write(VirtioDriver::bytes("01")));
  ASSERT_TRUE(writer.skip(2));
  EXPECT_EQ(writer.remaining(), 4U);
  EXPECT_EQ(writer.write(VirtioDriver::bytes("45678")).error(), Error::out_of_range);
  EXPECT_EQ(writer.skip(5).error(), Error::out_of_range);
  EXPECT_EQ(writer.write_some(VirtioDriver::bytes("45678")), 4U);
  EXPECT_EQ(writer.remaining(), 0U);
  part.queue.complete(std::move(*chain), 8);
  EXPECT_TRUE(part.queue.publish());
  const auto used = part.driver.take_used();
  ASSERT_TRUE(used);
  auto expected = VirtioDriver::bytes("01..4567");
  expected[2] = expected[3] = std::byte{0xee};
  EXPECT_EQ(used->data, expected);
}

TEST_F(ChainTest, MovesFromHandToHand) {
  auto chain = part.queue.pop();
  ASSERT_TRUE(chain);
  Chain other = std::move(*chain);
  EXPECT_EQ(other.readable_bytes(), 8U);
  *chain = std::move(other);
  EXPECT_EQ(chain->writable_bytes(), 8U);
  part.queue.complete(std::move(*chain), 0);
  EXPECT_EQ(part.pool.free(), part.pool.capacity());
}

TEST_F(ChainTest, ADroppedChainIsOurOwnMistake) {
  EXPECT_DEATH({ const auto dropped = part.queue.pop(); }, "pool_ == nullptr");
}

TEST_F(ChainTest, AClaimOfMoreThanTheRoomIsCutShort) {
  auto chain = part.queue.pop();
  ASSERT_TRUE(chain);
  part.queue.complete(std::move(*chain), 9);
  EXPECT_TRUE(part.queue.publish());
  const auto used = part.driver.take_used();
  ASSERT_TRUE(used);
  EXPECT_EQ(used->written, 8U);
}

}  // namespace
}  // namespace serai::virtio
