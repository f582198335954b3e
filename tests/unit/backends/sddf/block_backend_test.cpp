// SPDX-License-Identifier: BSD-2-Clause
#include "backends/sddf/block_backend.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <map>
#include <optional>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>
#include <vector>

#include "support/block_queue_fixture.hpp"
#include "support/fake_log_port.hpp"
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

/// What the server takes now, in order; nothing is answered.
std::vector<std::uint32_t> taken(BlockServerQueue& server) {
  std::vector<std::uint32_t> ids;
  while (const auto job = server.pop()) {
    ids.push_back(job->id);
  }
  return ids;
}

using Ids = std::vector<std::uint32_t>;

TEST_F(SddfBlockBackendTest, WhatWasInFlightIsSentAgainOneAfterTheOther) {
  submit(BlockOperation::read, 0, 1, 5);
  const auto buffer = submit(BlockOperation::write, 1, 2, 2);
  submit(BlockOperation::flush, 0, 0, 3);
  ASSERT_TRUE(server.pop()) << "one was taken, the others are left in the ring";
  signals.notified.clear();
  BlockServerQueue second(memory);
  second.announce({.blocks = 100});
  EXPECT_TRUE(backend.geometry());
  EXPECT_FALSE(backend.next_completion());
  backend.flush();
  EXPECT_EQ(signals.notified[channel], 1);
  EXPECT_EQ(taken(second), Ids{5}) << "the one that was first, alone";
  second.answer(5, BlockResult::ok, 1);
  EXPECT_EQ(backend.next_completion()->id, 5U);
  EXPECT_FALSE(backend.next_completion());
  const auto job = second.pop();
  ASSERT_TRUE(job);
  EXPECT_EQ(job->id, 2U);
  EXPECT_EQ(job->code, BlockCode::write);
  EXPECT_EQ(job->block, 1U);
  EXPECT_EQ(job->count, 2U);
  EXPECT_EQ(job->data_offset, std::uint64_t{buffer.first} * block_bytes);
  EXPECT_FALSE(second.pop());
  second.answer(2, BlockResult::ok, 2);
  EXPECT_EQ(backend.next_completion()->status, BlockStatus::ok);
  EXPECT_FALSE(backend.next_completion());
  EXPECT_EQ(taken(second), Ids{3});
  second.answer(3, BlockResult::ok, 0);
  EXPECT_EQ(backend.next_completion()->status, BlockStatus::ok);
  EXPECT_FALSE(backend.next_completion());
}

TEST_F(SddfBlockBackendTest, WhatComesMeanwhileWaitsBehindIt) {
  submit(BlockOperation::read, 0, 1, 0);
  submit(BlockOperation::read, 1, 1, 1);
  BlockServerQueue second(memory);
  second.announce({.blocks = 100});
  EXPECT_TRUE(backend.geometry());
  EXPECT_FALSE(backend.next_completion());
  submit(BlockOperation::read, 2, 1, 2);
  submit(BlockOperation::read, 3, 1, 3);
  for (const std::uint32_t id : {0U, 1U}) {
    EXPECT_EQ(taken(second), Ids{id});
    second.answer(id, BlockResult::ok, 1);
    EXPECT_EQ(backend.next_completion()->id, id);
    EXPECT_FALSE(backend.next_completion());
  }
  EXPECT_EQ(taken(second), (Ids{2, 3})) << "beside each other, as ever";
  submit(BlockOperation::read, 4, 1, 4);
  EXPECT_EQ(taken(second), Ids{4});
}

TEST_F(SddfBlockBackendTest, AnAnswerOfTheEarlierLifeCountsUntilTheNewOneIsKnown) {
  submit(BlockOperation::read, 0, 1, 0);
  submit(BlockOperation::read, 1, 1, 1);
  ASSERT_TRUE(server.pop());
  ASSERT_TRUE(server.pop());
  server.answer(0, BlockResult::ok, 1);
  server.answer(1, BlockResult::ok, 1);
  EXPECT_EQ(backend.next_completion()->id, 0U);
  BlockServerQueue second(memory);
  EXPECT_TRUE(backend.geometry());
  EXPECT_FALSE(backend.next_completion()) << "its answer is known by its life";
  EXPECT_EQ(taken(second), Ids{1});
}

TEST_F(SddfBlockBackendTest, ARequestThatEndedThreeLivesFails) {
  submit(BlockOperation::write, 1, 1, 4);
  submit(BlockOperation::read, 2, 1, 5);
  for (int life = 1; life < 3; ++life) {
    const BlockServerQueue next(memory);
    EXPECT_TRUE(backend.geometry());
    EXPECT_FALSE(backend.next_completion()) << "after " << life << " lives";
  }
  BlockServerQueue last(memory);
  EXPECT_TRUE(backend.geometry());
  const auto completion = backend.next_completion();
  ASSERT_TRUE(completion);
  EXPECT_EQ(completion->id, 4U);
  EXPECT_EQ(completion->status, BlockStatus::error);
  EXPECT_FALSE(backend.next_completion()) << "the other one was in flight in the first life only";
  EXPECT_EQ(taken(last), Ids{5});
  last.answer(5, BlockResult::ok, 1);
  EXPECT_EQ(backend.next_completion()->status, BlockStatus::ok);
}

TEST_F(SddfBlockBackendTest, WhatDoesNotFitIntoTheRingIsSentLater) {
  for (std::uint32_t id = 0; id < capacity; ++id) {
    submit(BlockOperation::flush, 0, 0, id);
  }
  BlockServerQueue second(memory);
  EXPECT_TRUE(backend.geometry());
  EXPECT_FALSE(backend.next_completion()) << "the ring is full of what was for the first life";
  EXPECT_EQ(taken(second), Ids{});
  for (std::uint32_t id = 0; id < capacity; ++id) {
    EXPECT_FALSE(backend.next_completion());
    EXPECT_EQ(taken(second), Ids{id});
    second.answer(id, BlockResult::ok, 0);
    EXPECT_EQ(backend.next_completion()->status, BlockStatus::ok);
  }
}

TEST_F(SddfBlockBackendTest, SaysSometimesThatItsServerStartedAgain) {
  test::BlockQueueFixture other(capacity, data_blocks);
  test::FakeLogPort log;
  SddfBlockBackend reporting(other.memory(), signals, channel, {.log = &log, .name = "root"});
  for (int life = 1; life <= 20; ++life) {
    BlockServerQueue next(other.memory());
    next.announce({.blocks = 100});
    EXPECT_TRUE(reporting.geometry());
  }
  EXPECT_EQ(log.lines.size(), 5U) << "after 1, 2, 4, 8 and 16 deaths";
  EXPECT_EQ(log.lines.at(1), "disk root: its server began life 3; 0 requests are sent again");
}

TEST_F(SddfBlockBackendTest, ADiskThatIsBeingStartedAgainIsNotGone) {
  BlockServerQueue second(memory);
  const auto geometry = backend.geometry();
  ASSERT_TRUE(geometry);
  EXPECT_EQ(geometry->blocks, 100U) << "what it was before";
  second.announce({.blocks = 90});
  EXPECT_EQ(backend.geometry()->blocks, 90U);
  second.withdraw();
  EXPECT_FALSE(backend.geometry()) << "this one was there, and is gone";
}

RC_GTEST_PROP(SddfBlockBackendProperty, EveryRequestEndsOnceWhateverDies,
              (const std::vector<std::uint8_t>& steps)) {
  test::BlockQueueFixture fixture(capacity, data_blocks);
  const BlockQueueMemory memory = fixture.memory();
  test::FakeSignalPort signals;
  SddfBlockBackend backend(memory, signals, channel);
  std::optional<BlockServerQueue> server(memory);
  server->announce({.blocks = 100});
  RC_ASSERT(backend.geometry().has_value());
  std::map<std::uint32_t, bool> in_flight;
  std::vector<BlockJob> jobs;
  const auto drain = [&] {
    while (const auto completion = backend.next_completion()) {
      RC_ASSERT(in_flight.erase(completion->id) == 1);
    }
  };
  const auto take = [&] {
    while (const auto job = server->pop()) {
      RC_ASSERT(in_flight.contains(job->id));
      RC_ASSERT(job->block == 10 + job->id);
      jobs.push_back(*job);
    }
  };
  const auto answer = [&](std::size_t at) {
    server->answer(jobs[at].id, BlockResult::ok, jobs[at].count);
    jobs.erase(jobs.begin() + static_cast<std::ptrdiff_t>(at));
  };
  for (const std::uint8_t step : steps) {
    const std::uint32_t id = step % capacity;
    if (step < 100 && !in_flight.contains(id)) {
      const BlockRequest request{.operation = BlockOperation::read,
                                 .block = 10 + id,
                                 .buffer = {.first = id, .blocks = 1},
                                 .id = id};
      if (backend.submit(request)) {
        in_flight[id] = true;
      }
    } else if (step < 150) {
      take();
    } else if (step < 200 && !jobs.empty()) {
      answer(step % jobs.size());
    } else if (step < 220) {
      drain();
    } else if (step < 235) {
      jobs.clear();
      server.emplace(memory);
      server->announce({.blocks = 100});
    } else {
      RC_ASSERT(backend.geometry().has_value());
    }
  }
  for (std::uint32_t round = 0; round < 2 * capacity + 2; ++round) {
    RC_ASSERT(backend.geometry().has_value());
    drain();
    take();
    while (!jobs.empty()) {
      answer(0);
    }
  }
  drain();
  RC_ASSERT(in_flight.empty());
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
