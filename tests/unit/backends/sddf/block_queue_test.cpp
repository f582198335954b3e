// SPDX-License-Identifier: BSD-2-Clause
#include "backends/sddf/block_queue.hpp"

#include <deque>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>
#include <string>
#include <vector>

#include "support/block_queue_fixture.hpp"

namespace serai::sddf {
namespace {

constexpr std::uint32_t capacity = 8;
constexpr std::uint32_t data_blocks = 16;

class BlockQueueTest : public testing::Test {
 protected:
  test::BlockQueueFixture fixture{capacity, data_blocks};
  BlockQueueMemory memory = fixture.memory();
  BlockClientQueue client{memory};
  BlockServerQueue server{memory};

  ~BlockQueueTest() override { EXPECT_TRUE(fixture.guards_intact()); }

  /// Whether the server takes this request; if not, that it says why.
  bool takes(BlockCode code, std::uint64_t block, std::uint16_t count, std::uint64_t offset) {
    EXPECT_TRUE(client.push(code, block, count, offset, 77));
    if (server.pop()) {
      server.answer(77, BlockResult::ok, count);
      EXPECT_TRUE(client.pop());
      return true;
    }
    const auto response = client.pop();
    EXPECT_TRUE(response && response->id == 77 &&
                response->result == BlockResult::invalid_parameter && response->blocks_done == 0);
    return false;
  }
};

TEST_F(BlockQueueTest, CarriesRequestsAndResponses) {
  EXPECT_FALSE(server.pop());
  EXPECT_TRUE(client.push(BlockCode::read, 100, 3, 2 * block_bytes, 5));
  EXPECT_TRUE(client.push(BlockCode::flush, 0, 0, 0, 6));
  const auto read = server.pop();
  ASSERT_TRUE(read);
  EXPECT_EQ(read->code, BlockCode::read);
  EXPECT_EQ(read->block, 100U);
  EXPECT_EQ(read->count, 3U);
  EXPECT_EQ(read->data_offset, 2 * block_bytes);
  EXPECT_EQ(read->id, 5U);
  EXPECT_EQ(server.bytes(*read).data(), memory.data.data() + 2 * block_bytes);
  EXPECT_EQ(server.bytes(*read).size(), 3 * block_bytes);
  const auto flush = server.pop();
  ASSERT_TRUE(flush);
  EXPECT_EQ(flush->code, BlockCode::flush);
  EXPECT_EQ(server.in_flight(), 2U);

  EXPECT_FALSE(client.pop());
  server.answer(6, BlockResult::io_error, 0);
  server.answer(5, BlockResult::ok, 3);
  EXPECT_EQ(server.in_flight(), 0U);
  auto response = client.pop();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->id, 6U);
  EXPECT_EQ(response->result, BlockResult::io_error);
  response = client.pop();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->id, 5U);
  EXPECT_EQ(response->blocks_done, 3U);
  EXPECT_FALSE(client.pop());
}

TEST_F(BlockQueueTest, IsFullAtItsCapacity) {
  for (std::uint32_t i = 0; i < capacity; ++i) {
    EXPECT_EQ(client.room(), capacity - i);
    EXPECT_TRUE(client.push(BlockCode::flush, 0, 0, 0, i));
  }
  EXPECT_FALSE(client.push(BlockCode::flush, 0, 0, 0, 0));
  EXPECT_TRUE(server.pop());
  EXPECT_TRUE(client.push(BlockCode::flush, 0, 0, 0, 0));
}

TEST_F(BlockQueueTest, EachSideSignalsOnceABatch) {
  EXPECT_FALSE(client.take_notification());
  client.push(BlockCode::flush, 0, 0, 0, 1);
  client.push(BlockCode::flush, 0, 0, 0, 2);
  EXPECT_TRUE(client.take_notification());
  EXPECT_FALSE(client.take_notification());
  ASSERT_TRUE(server.pop());
  ASSERT_TRUE(server.pop());
  EXPECT_FALSE(server.take_notification());
  server.answer(1, BlockResult::ok, 0);
  server.answer(2, BlockResult::ok, 0);
  EXPECT_TRUE(server.take_notification());
  EXPECT_FALSE(server.take_notification());
}

TEST_F(BlockQueueTest, TheServerRefusesWhatMakesNoSense) {
  const std::uint64_t end = std::uint64_t{data_blocks} * block_bytes;
  EXPECT_TRUE(takes(BlockCode::read, 0, data_blocks, 0));
  EXPECT_TRUE(takes(BlockCode::write, 0, 1, end - block_bytes));
  EXPECT_FALSE(takes(BlockCode::read, 0, 0, 0)) << "nothing";
  EXPECT_FALSE(takes(BlockCode::read, 0, data_blocks + 1, 0)) << "longer than the data";
  EXPECT_FALSE(takes(BlockCode::write, 0, 1, end)) << "behind the data";
  EXPECT_FALSE(takes(BlockCode::write, 0, 2, end - block_bytes)) << "over the end";
  EXPECT_FALSE(takes(BlockCode::write, 0, 1, ~std::uint64_t{0} - block_bytes + 1)) << "wraps";
  EXPECT_FALSE(takes(BlockCode::write, 0, 1, 512)) << "unaligned";
  EXPECT_FALSE(takes(BlockCode::read, ~std::uint64_t{0}, 2, 0)) << "blocks wrap";
  EXPECT_FALSE(takes(static_cast<BlockCode>(4), 0, 1, 0)) << "no such code";
  EXPECT_FALSE(takes(static_cast<BlockCode>(0xffff'ffff), 0, 1, 0)) << "no such code";
  EXPECT_TRUE(takes(BlockCode::flush, ~std::uint64_t{0}, 9, 1)) << "only the code counts";
}

TEST_F(BlockQueueTest, TheServerTakesNoMoreThanItCanAnswer) {
  for (std::uint32_t i = 0; i < 2 * capacity; ++i) {
    client.push(BlockCode::flush, 0, 0, 0, i);
    if (i % 2 == 0 && server.pop()) {
      server.answer(i, BlockResult::ok, 0);
    }
  }
  while (server.pop()) {
  }
  EXPECT_EQ(server.in_flight(), 0U) << "all the room is taken by answers";
  EXPECT_FALSE(server.has_requests());
  ASSERT_TRUE(client.pop());
  EXPECT_TRUE(server.has_requests());
  EXPECT_TRUE(server.pop());
  EXPECT_FALSE(server.pop());
}

TEST_F(BlockQueueTest, RefusedRequestsAlsoNeedRoomForTheirAnswers) {
  for (std::uint32_t i = 0; i < 3 * capacity; ++i) {
    client.push(BlockCode::read, 0, 0, 0, i);
    EXPECT_FALSE(server.pop());
  }
  std::uint32_t answers = 0;
  while (client.pop()) {
    ++answers;
  }
  EXPECT_EQ(answers, capacity);
}

TEST_F(BlockQueueTest, NonsenseIndicesMoveNothing) {
  memory.request_header->tail = capacity + 1;
  EXPECT_FALSE(server.has_requests());
  EXPECT_FALSE(server.pop());
  memory.response_header->tail = capacity + 1;
  EXPECT_FALSE(client.pop());
  memory.request_header->head = 1;
  EXPECT_EQ(client.room(), 0U);
  EXPECT_FALSE(client.push(BlockCode::flush, 0, 0, 0, 0));
}

TEST_F(BlockQueueTest, DescribesTheDiskOnceItIsReady) {
  EXPECT_FALSE(client.description());
  server.announce({.blocks = 1000,
                   .read_only = true,
                   .sector_bytes = 4096,
                   .best_blocks = 16,
                   .serial = "disk-1"});
  const auto disk = client.description();
  ASSERT_TRUE(disk);
  EXPECT_EQ(disk->blocks, 1000U);
  EXPECT_TRUE(disk->read_only);
  EXPECT_EQ(disk->sector_bytes, 4096U);
  EXPECT_EQ(disk->best_blocks, 16U);
  EXPECT_STREQ(memory.storage_info->info.serial.data(), "disk-1");
  EXPECT_EQ(memory.storage_info->info.queue_depth, capacity);
  server.announce({.blocks = 1, .serial = std::string(100, 'x')});
  EXPECT_EQ(std::string(memory.storage_info->info.serial.data()), std::string(63, 'x'));
  server.withdraw();
  EXPECT_FALSE(client.description());
}

TEST_F(BlockQueueTest, AServerThatStartsAgainServesNothingOfItsEarlierLife) {
  EXPECT_TRUE(client.server_has_restarted()) << "the fixture's client was first";
  EXPECT_FALSE(client.server_has_restarted());
  server.announce({.blocks = 9});
  client.push(BlockCode::flush, 0, 0, 0, 1);
  client.push(BlockCode::flush, 0, 0, 0, 2);
  ASSERT_TRUE(server.pop());
  server.answer(1, BlockResult::ok, 0);

  BlockServerQueue second(memory);
  EXPECT_FALSE(client.description()) << "not ready before it says so";
  EXPECT_FALSE(second.pop()) << "pushed for the first life";
  client.push(BlockCode::flush, 0, 0, 0, 3);
  EXPECT_FALSE(second.pop()) << "the client does not know yet";
  EXPECT_TRUE(client.server_has_restarted());
  EXPECT_FALSE(client.pop()) << "answered in the first life";
  client.push(BlockCode::flush, 0, 0, 0, 4);
  const auto job = second.pop();
  ASSERT_TRUE(job);
  EXPECT_EQ(job->id, 4U);
  second.answer(4, BlockResult::ok, 0);
  const auto response = client.pop();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->id, 4U);
}

TEST_F(BlockQueueTest, TheCountOfLivesPassesOverZero) {
  memory.storage_info->generation = 0xffff;
  const BlockServerQueue next(memory);
  EXPECT_EQ(memory.storage_info->generation, 1U);
}

TEST_F(BlockQueueTest, EitherSideMayStartAgain) {
  client.push(BlockCode::flush, 0, 0, 0, 1);
  ASSERT_TRUE(server.pop());
  server.answer(1, BlockResult::ok, 0);
  client.push(BlockCode::flush, 0, 0, 0, 2);
  BlockClientQueue second_client(memory);
  EXPECT_TRUE(second_client.pop());
  EXPECT_FALSE(second_client.pop());
  BlockServerQueue second_server(memory);
  const auto job = second_server.pop();
  ASSERT_TRUE(job) << "a client of sDDF names no life";
  EXPECT_EQ(job->id, 2U);
}

TEST(BlockQueueMemory, RoundsDown) {
  const auto memory =
      BlockQueueMemory::at({.data = 0x10000, .data_bytes = 3 * block_bytes - 1, .capacity = 100});
  EXPECT_EQ(memory.capacity(), 64U);
  EXPECT_EQ(memory.data.size(), 2 * block_bytes);
}

TEST(BlockQueueIndices, RunFreelyThroughTheEndOf32Bits) {
  test::BlockQueueFixture fixture(capacity, data_blocks);
  const BlockQueueMemory memory = fixture.memory();
  memory.request_header->head = memory.request_header->tail = 0xffff'fffd;
  memory.response_header->head = memory.response_header->tail = 0xffff'fffd;
  BlockClientQueue client(memory);
  BlockServerQueue server(memory);
  for (std::uint32_t i = 0; i < 4 * capacity; ++i) {
    ASSERT_TRUE(client.push(BlockCode::read, i, 1, 0, i));
    const auto job = server.pop();
    ASSERT_TRUE(job);
    EXPECT_EQ(job->block, i);
    server.answer(job->id, BlockResult::ok, 1);
    const auto response = client.pop();
    ASSERT_TRUE(response);
    EXPECT_EQ(response->id, i);
  }
}

RC_GTEST_PROP(BlockQueueProperty, HostilePeersNeverBreakBounds,
              (const std::vector<std::uint32_t>& numbers)) {
  test::BlockQueueFixture fixture(capacity, data_blocks);
  const BlockQueueMemory memory = fixture.memory();
  BlockClientQueue client(memory);
  BlockServerQueue server(memory);
  for (const std::uint32_t number : numbers) {
    memory.request_header->head = number;
    static_cast<void>(client.push(static_cast<BlockCode>(number % 5), number,
                                  static_cast<std::uint16_t>(number % 20),
                                  std::uint64_t{number % 20} * block_bytes, number));
    memory.response_header->head = number * 3;
    memory.request_header->tail = number;
    const auto job = server.pop();
    if (job) {
      RC_ASSERT(server.bytes(*job).size() == std::size_t{job->count} * block_bytes);
      server.answer(job->id, BlockResult::ok, job->count);
    }
    memory.response_header->tail = number;
    static_cast<void>(client.pop());
  }
  RC_ASSERT(fixture.guards_intact());
}

}  // namespace
}  // namespace serai::sddf
