// SPDX-License-Identifier: BSD-2-Clause
#include "backends/sddf/block_backend.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <map>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>
#include <vector>

#include "support/block_queue_fixture.hpp"
#include "support/fake_signal_port.hpp"

namespace serai::sddf {
namespace {

constexpr ChannelId channel = 3;
constexpr std::uint32_t capacity = 8;
constexpr std::uint32_t data_blocks = 16;

class SddfBlockBackendTest : public testing::Test {
 protected:
  test::BlockQueueFixture fixture{capacity, data_blocks};
  BlockQueueMemory memory = fixture.memory();
  test::FakeSignalPort signals;
  SddfBlockBackend backend{memory, signals, channel};
  BlockServerQueue server{memory};

  SddfBlockBackendTest() {
    server.announce({.blocks = 100});
    EXPECT_TRUE(backend.geometry());
  }

  ~SddfBlockBackendTest() override { EXPECT_TRUE(fixture.guards_intact()); }

  BlockBuffer submit(BlockOperation operation, std::uint64_t block, std::uint32_t blocks,
                     std::uint32_t id) {
    const BlockBuffer buffer = blocks == 0 ? BlockBuffer{} : *backend.allocate(blocks);
    EXPECT_TRUE(
        backend.submit({.operation = operation, .block = block, .buffer = buffer, .id = id}));
    return buffer;
  }
};

TEST_F(SddfBlockBackendTest, SaysWhatTheServerSays) {
  auto geometry = backend.geometry();
  ASSERT_TRUE(geometry);
  EXPECT_EQ(geometry->blocks, 100U);
  EXPECT_EQ(geometry->block_bytes, 4096U);
  EXPECT_EQ(geometry->most_requests, capacity);
  EXPECT_EQ(geometry->most_blocks, data_blocks / 4);
  EXPECT_FALSE(geometry->read_only);
  server.announce({.blocks = 7, .read_only = true});
  geometry = backend.geometry();
  EXPECT_EQ(geometry->blocks, 7U);
  EXPECT_TRUE(geometry->read_only);
  server.withdraw();
  EXPECT_FALSE(backend.geometry());
  server.announce({.blocks = std::uint64_t{1} << 53});
  EXPECT_FALSE(backend.geometry()) << "its bytes cannot be counted";
}

TEST_F(SddfBlockBackendTest, CarriesDataBothWays) {
  const auto out = submit(BlockOperation::write, 5, 2, 1);
  backend.bytes(out)[4096] = std::byte{42};
  EXPECT_EQ(signals.notified[channel], 0);
  backend.flush();
  backend.flush();
  EXPECT_EQ(signals.notified[channel], 1);
  const auto job = server.pop();
  ASSERT_TRUE(job);
  EXPECT_EQ(job->code, BlockCode::write);
  EXPECT_EQ(job->block, 5U);
  EXPECT_EQ(job->count, 2U);
  EXPECT_EQ(server.bytes(*job)[4096], std::byte{42});
  server.answer(job->id, BlockResult::ok, 2);
  const auto completion = backend.next_completion();
  ASSERT_TRUE(completion);
  EXPECT_EQ(completion->id, 1U);
  EXPECT_EQ(completion->status, BlockStatus::ok);
  EXPECT_FALSE(backend.next_completion());
  backend.release(out);
}

TEST_F(SddfBlockBackendTest, ErrorsAndShortTransfersFail) {
  submit(BlockOperation::read, 0, 2, 0);
  submit(BlockOperation::read, 0, 2, 1);
  submit(BlockOperation::flush, 0, 0, 2);
  while (const auto job = server.pop()) {
    server.answer(job->id, job->id == 0 ? BlockResult::io_error : BlockResult::ok,
                  job->id == 0 ? 2 : 1);
  }
  EXPECT_EQ(backend.next_completion()->status, BlockStatus::error);
  EXPECT_EQ(backend.next_completion()->status, BlockStatus::error) << "one of two blocks";
  EXPECT_EQ(backend.next_completion()->status, BlockStatus::ok);
}

TEST_F(SddfBlockBackendTest, BelievesOnlyIdsInFlightAndOnce) {
  submit(BlockOperation::read, 0, 1, 3);
  ASSERT_TRUE(server.pop());
  server.answer(3, BlockResult::ok, 1);
  memory.responses[1] = {.status = 0, .blocks_done = 1, .generation = 1, .id = 3};
  memory.responses[2] = {.status = 0, .blocks_done = 1, .generation = 1, .id = 4};
  memory.responses[3] = {.status = 0, .blocks_done = 1, .generation = 1, .id = 0xffff'ffff};
  memory.responses[4] = {.status = 0, .blocks_done = 1, .generation = 1, .id = capacity};
  memory.response_header->tail = 5;
  EXPECT_EQ(backend.next_completion()->id, 3U);
  EXPECT_FALSE(backend.next_completion());
  EXPECT_EQ(memory.response_header->head, 5U);
}

TEST_F(SddfBlockBackendTest, RefusesWhatLiesBeyondTheDisk) {
  const auto buffer = *backend.allocate(2);
  BlockRequest request{.operation = BlockOperation::read, .block = 98, .buffer = buffer, .id = 0};
  EXPECT_TRUE(backend.submit(request));
  request.id = 1;
  for (const std::uint64_t block : {std::uint64_t{99}, std::uint64_t{100}, ~std::uint64_t{0}}) {
    request.block = block;
    EXPECT_EQ(backend.submit(request).error(), Error::out_of_range);
  }
}

TEST_F(SddfBlockBackendTest, IsFullWhenTheServerIsSlowOrLies) {
  for (std::uint32_t id = 0; id < capacity; ++id) {
    submit(BlockOperation::flush, 0, 0, id);
  }
  while (const auto job = server.pop()) {
    server.answer(job->id, BlockResult::ok, 0);
  }
  while (backend.next_completion()) {
  }
  memory.request_header->head = 3;
  EXPECT_TRUE(backend.submit({.operation = BlockOperation::flush, .buffer = {}, .id = 0}));
  memory.request_header->head = 1000;
  EXPECT_EQ(backend.submit({.operation = BlockOperation::flush, .buffer = {}, .id = 1}).error(),
            Error::no_space);
}

TEST_F(SddfBlockBackendTest, AServerThatStartsAgainHasLostWhatWasInFlight) {
  submit(BlockOperation::read, 0, 1, 2);
  submit(BlockOperation::write, 1, 1, 5);
  ASSERT_TRUE(server.pop());
  BlockServerQueue second(memory);
  EXPECT_FALSE(backend.geometry()) << "it has not said that it is ready";
  auto completion = backend.next_completion();
  ASSERT_TRUE(completion);
  EXPECT_EQ(completion->id, 2U);
  EXPECT_EQ(completion->status, BlockStatus::error);
  completion = backend.next_completion();
  ASSERT_TRUE(completion);
  EXPECT_EQ(completion->id, 5U);
  EXPECT_EQ(completion->status, BlockStatus::error);
  EXPECT_FALSE(backend.next_completion());

  second.announce({.blocks = 100});
  EXPECT_TRUE(backend.geometry());
  submit(BlockOperation::read, 7, 1, 2);
  const auto job = second.pop();
  ASSERT_TRUE(job);
  EXPECT_EQ(job->block, 7U) << "not what was meant for the first life";
  second.answer(2, BlockResult::ok, 1);
  EXPECT_EQ(backend.next_completion()->status, BlockStatus::ok);
}

TEST(BlockAllocator, TakesTheLowestRunThatFits) {
  BlockAllocator<128> blocks(100);
  EXPECT_EQ(blocks.take(60), 0U);
  EXPECT_EQ(blocks.take(10), 60U);
  EXPECT_EQ(blocks.take(31), std::nullopt);
  EXPECT_EQ(blocks.take(30), 70U);
  EXPECT_EQ(blocks.take(1), std::nullopt);
  blocks.give_back(60, 10);
  EXPECT_EQ(blocks.take(11), std::nullopt);
  EXPECT_EQ(blocks.take(4), 60U);
  EXPECT_EQ(blocks.take(6), 64U);
}

RC_GTEST_PROP(BlockAllocatorProperty, NeverGivesABlockTwice,
              (const std::vector<std::uint16_t>& steps)) {
  constexpr std::uint32_t count = 150;
  BlockAllocator<192> blocks(count);
  std::map<std::uint32_t, std::uint32_t> taken;
  std::vector<bool> used(count);
  for (const std::uint16_t step : steps) {
    if (step % 3 == 0 && !taken.empty()) {
      auto run = taken.begin();
      std::advance(run, step % taken.size());
      blocks.give_back(run->first, run->second);
      std::fill_n(used.begin() + run->first, run->second, false);
      taken.erase(run);
      continue;
    }
    const std::uint32_t size = 1 + step % 70;
    const auto model = std::search_n(used.begin(), used.end(), size, false);
    const auto first = blocks.take(size);
    RC_ASSERT(first.has_value() == (model != used.end()));
    if (first) {
      RC_ASSERT(*first == static_cast<std::uint32_t>(model - used.begin()));
      std::fill_n(model, size, true);
      taken[*first] = size;
    }
  }
}

}  // namespace
}  // namespace serai::sddf
