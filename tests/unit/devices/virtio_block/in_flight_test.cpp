// SPDX-License-Identifier: BSD-2-Clause
//
// Order among requests in flight, resets, and back ends that come, go and die.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "harness.hpp"
#include "support/fake_block_backend.hpp"

namespace serai::virtio_block {
namespace {

constexpr std::uint8_t ok = 0;
constexpr std::uint8_t ioerr = 1;
constexpr std::uint8_t nothing = 0xff;

class InFlightTest : public testing::Test {
 protected:
  test::FakeBlockBackend disk;
  Guest guest{disk};

  InFlightTest() { disk.disk = Guest::pattern(disk.disk.size(), 1); }

  void settle() {
    while (!disk.waiting.empty()) {
      disk.finish_all();
      guest.block.back_end_ready();
    }
  }

  void finish(std::size_t index = 0, BlockStatus status = BlockStatus::ok) {
    disk.finish(index, status);
    guest.block.back_end_ready();
  }
};

TEST_F(InFlightTest, NeighboursInOneBlockAreNotLost) {
  auto expected = disk.disk;
  for (std::uint64_t sector = 0; sector < 8; ++sector) {
    const auto data = Guest::pattern(512, static_cast<unsigned>(sector) + 50);
    std::copy(data.begin(), data.end(), expected.begin() + static_cast<int>(sector) * 512);
    guest.add_write(sector, data);
  }
  guest.notify();
  EXPECT_EQ(disk.waiting.size(), 1U) << "each waits for the one before";
  settle();
  EXPECT_EQ(disk.disk, expected);
  EXPECT_EQ(guest.drivers[0]->take_all_used().size(), 8U);
}

TEST_F(InFlightTest, APatchWaitsForAWriteOfTheSameBlock) {
  const auto whole = Guest::pattern(2 * 4096, 77);
  const auto part = Guest::pattern(512, 78);
  guest.add_write(8, whole);
  guest.add_write(17, part);
  guest.notify();
  ASSERT_EQ(disk.waiting.size(), 1U);
  finish();
  ASSERT_EQ(disk.waiting.size(), 1U);
  EXPECT_EQ(disk.waiting[0].operation, BlockOperation::read);
  settle();
  auto expected = whole;
  std::copy(part.begin(), part.end(), expected.begin() + 9 * 512);
  EXPECT_TRUE(std::equal(expected.begin(), expected.end(), disk.disk.begin() + 4096));
}

TEST_F(InFlightTest, AWriteWaitsForAPatchOfTheSameBlock) {
  guest.add_write(9, Guest::pattern(512, 78));
  guest.add_write(8, Guest::pattern(4096, 77));
  guest.notify();
  ASSERT_EQ(disk.waiting.size(), 1U);
  finish();
  EXPECT_EQ(disk.waiting.size(), 1U);
  settle();
  const auto expected = Guest::pattern(4096, 77);
  EXPECT_TRUE(std::equal(expected.begin(), expected.end(), disk.disk.begin() + 4096));
}

TEST_F(InFlightTest, OthersDoNotWaitForEachOther) {
  guest.add_write(9, Guest::pattern(512, 78));
  guest.add_write(17, Guest::pattern(512, 78));
  guest.add_write(24, Guest::pattern(4096, 77));
  guest.add_write(24, Guest::pattern(4096, 77));
  guest.add_read(24, 8);
  guest.add_flush();
  guest.notify();
  EXPECT_EQ(disk.waiting.size(), 6U);
  settle();
}

TEST_F(InFlightTest, ResetDropsWhatIsInFlight) {
  guest.add_read(0, 8);
  guest.add_write(8, Guest::pattern(4096, 5));
  guest.add_write(17, Guest::pattern(512, 5));
  guest.add_flush();
  guest.add_read(0, 64 * 8);  // waits for buffers
  guest.notify();
  const auto in_flight = disk.waiting.size();
  guest.restart();
  EXPECT_EQ(disk.in_flight(), in_flight);
  EXPECT_FALSE(disk.has_all_buffers()) << "the back end may yet use them";
  guest.add_read(40, 8);
  guest.notify();
  settle();
  EXPECT_EQ(guest.take_status(), ok);
  EXPECT_FALSE(guest.take()) << "nothing of before the reset";
  EXPECT_TRUE(disk.has_all_buffers());
}

TEST_F(InFlightTest, APatchThatWasDroppedIsNotWrittenBack) {
  const auto before = disk.disk;
  guest.add_write(1, Guest::pattern(512, 5));
  guest.notify();
  guest.restart();
  settle();
  EXPECT_EQ(disk.disk, before);
  EXPECT_TRUE(disk.has_all_buffers());
}

TEST_F(InFlightTest, WhatFollowsAResetWaitsForWritesOfBefore) {
  guest.add_write(8, Guest::pattern(4096, 5));
  guest.notify();
  guest.restart();
  guest.add_write(8, Guest::pattern(4096, 6));
  guest.notify();
  EXPECT_EQ(disk.waiting.size(), 1U);
  finish();
  ASSERT_EQ(disk.waiting.size(), 1U);
  settle();
  EXPECT_EQ(guest.take_status(), ok);
  const auto expected = Guest::pattern(4096, 6);
  EXPECT_TRUE(std::equal(expected.begin(), expected.end(), disk.disk.begin() + 4096));

  guest.add_write(8, Guest::pattern(4096, 7));
  guest.notify();
  guest.restart();
  guest.add_read(10, 1);
  guest.notify();
  EXPECT_EQ(disk.waiting.size(), 1U) << "so does a read: it must not see both";
  settle();
  const auto answer = guest.take();
  ASSERT_TRUE(answer);
  const auto sector = disk.disk.begin() + 10 * 512;
  EXPECT_TRUE(std::equal(answer->data.begin(), answer->data.end(), sector));
}

TEST_F(InFlightTest, ResetTwiceAndWhileIdle) {
  guest.block.reset();
  guest.block.reset();
  guest.block.back_end_ready();
  guest.restart();
  guest.add_read(0, 1);
  guest.notify();
  settle();
  EXPECT_EQ(guest.take_status(), ok);
}

TEST(QueueReset, DropsOnlyItsOwnRequests) {
  test::FakeBlockBackend disk;
  Guest guest(disk, {.queues = 2, .queue_size = 64});
  guest.add_read(0, 40 * 8, 0);  // waits for buffers and holds up the other queue
  guest.add_read(8, 8, 1);
  guest.notify(0);
  guest.notify(1);
  guest.block.reset_queue(0);
  EXPECT_EQ(guest.queues[0].in_flight(), 0);
  EXPECT_FALSE(guest.take(1)) << "the buffers are not back yet";
  while (!disk.waiting.empty()) {
    disk.finish_all();
    guest.block.back_end_ready();
  }
  EXPECT_EQ(guest.take_status(1), ok);
  EXPECT_FALSE(guest.take(0));
  EXPECT_EQ(guest.events.interrupts[0], 0);
}

TEST(SeveralQueues, ShareTheDisk) {
  test::FakeBlockBackend disk;
  disk.disk = Guest::pattern(disk.disk.size(), 9);
  Guest guest(disk, {.queues = 3, .queue_size = 64});
  EXPECT_TRUE((guest.block.offered_features() & feature::mq) != 0);
  EXPECT_EQ(guest.config<std::uint16_t>(34), 3U);
  for (std::size_t queue = 0; queue < 3; ++queue) {
    guest.add_read(queue * 8, 8, queue);
    guest.notify(static_cast<std::uint16_t>(queue));
  }
  EXPECT_EQ(disk.waiting.size(), 3U);
  disk.finish_all();
  guest.block.back_end_ready();
  for (std::uint16_t queue = 0; queue < 3; ++queue) {
    const auto answer = guest.take(queue);
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, ok);
    EXPECT_EQ(answer->data[0], disk.disk[queue * 4096U]);
    EXPECT_EQ(guest.events.interrupts[queue], 1);
  }
}

TEST(SeveralQueues, WaitInTurn) {
  test::FakeBlockBackend disk({.most_requests = 2});
  Guest guest(disk, {.queues = 2, .queue_size = 256});
  for (int i = 0; i < 70; ++i) {
    guest.add_read(0, 1, 0);
    guest.add_read(8, 1, 1);
  }
  guest.notify(0);
  guest.notify(1);
  int rounds = 0;
  while (!disk.waiting.empty() && ++rounds < 1000) {
    disk.finish_all();
    guest.block.back_end_ready();
  }
  EXPECT_EQ(guest.drivers[0]->take_all_used().size(), 70U);
  EXPECT_EQ(guest.drivers[1]->take_all_used().size(), 70U);
}

TEST(LateDisk, IsAnnouncedWhenItIsThere) {
  test::FakeBlockBackend disk;
  disk.ready = false;
  Guest guest(disk);
  EXPECT_EQ(guest.config<std::uint64_t>(0), 0U);
  guest.add_read(0, 8);
  guest.notify();
  guest.block.back_end_ready();
  EXPECT_FALSE(guest.take()) << "it waits";
  disk.ready = true;
  guest.block.back_end_ready();
  EXPECT_EQ(guest.events.config_changes, 1);
  EXPECT_EQ(guest.config<std::uint64_t>(0), 64U * 8);
  disk.finish_all();
  guest.block.back_end_ready();
  EXPECT_EQ(guest.take_status(), ok);
  EXPECT_EQ(guest.events.config_changes, 1);
}

TEST(LateDisk, IsFoundThoughNobodySignals) {
  test::FakeBlockBackend disk;
  disk.ready = false;
  Guest guest(disk);
  EXPECT_TRUE(guest.block.is_waiting());
  for (int seconds = 0; seconds < 60; seconds += 3) {
    guest.block.check_progress();
  }
  disk.ready = true;
  guest.block.check_progress();
  EXPECT_EQ(guest.events.config_changes, 1);
  EXPECT_EQ(guest.config<std::uint64_t>(0), 64U * 8);
  EXPECT_FALSE(guest.block.is_waiting());
  guest.add_read(0, 8);
  guest.notify();
  disk.finish_all();
  guest.block.back_end_ready();
  EXPECT_EQ(guest.take_status(), ok);
}

TEST(LateDisk, ThatComesAfterTheDriverLookedIsAnnouncedWhenItIsReady) {
  test::FakeBlockBackend disk;
  disk.ready = false;
  Guest guest(disk);
  guest.stop();
  EXPECT_EQ(guest.config<std::uint64_t>(0), 0U);
  disk.ready = true;
  guest.block.back_end_ready();
  EXPECT_EQ(guest.events.config_changes, 0) << "there is nobody to tell";
  guest.start();
  EXPECT_EQ(guest.events.config_changes, 1);

  guest.restart();
  EXPECT_EQ(guest.events.config_changes, 1) << "a driver that has not looked knows no other";
}

TEST(LateDisk, IsSeenByTheNextDriver) {
  test::FakeBlockBackend disk;
  disk.ready = false;
  disk.read_only = true;
  Block block(disk, {});
  EXPECT_FALSE(block.is_waiting()) << "there is no driver";
  disk.ready = true;
  block.reset();
  EXPECT_NE(block.offered_features() & feature::ro, 0U);
}

TEST_F(InFlightTest, ADiskThatGoesFailsUntilItComesBack) {
  guest.add_read(0, 40 * 8);
  guest.notify();
  disk.ready = false;
  guest.block.back_end_ready();
  EXPECT_FALSE(guest.take()) << "some of it is still in flight";
  while (!disk.waiting.empty()) {
    finish(0, BlockStatus::error);
  }
  EXPECT_EQ(guest.take()->written, 0U);
  guest.add_write(0, Guest::pattern(512, 1));
  guest.notify();
  EXPECT_EQ(guest.take_status(), ioerr);
  EXPECT_EQ(guest.config<std::uint64_t>(0), 64U * 8) << "a guest would lose its file system";
  disk.ready = true;
  guest.block.back_end_ready();
  EXPECT_EQ(guest.events.config_changes, 0);
  guest.add_write(0, Guest::pattern(512, 1));
  guest.notify();
  settle();
  EXPECT_EQ(guest.take_status(), ok);
}

TEST_F(InFlightTest, ADiskMayGrow) {
  disk.options.blocks = 100;
  guest.block.back_end_ready();
  EXPECT_EQ(guest.events.config_changes, 1);
  EXPECT_EQ(guest.config<std::uint64_t>(0), 800U);
}

TEST_F(InFlightTest, NonsensicalGeometryIsAsIfItWereGone) {
  disk.options.block_bytes = 512;
  guest.block.back_end_ready();
  guest.add_read(0, 1);
  guest.notify();
  EXPECT_EQ(guest.take()->written, 0U) << "blocks cannot change their size";
  disk.options.block_bytes = 4096;
  guest.block.back_end_ready();
}

TEST_F(InFlightTest, ADeadBackEndIsGivenUp) {
  guest.add_read(0, 40 * 8);
  guest.add_write(9, Guest::pattern(512, 2));
  guest.notify();
  guest.block.check_progress();
  EXPECT_FALSE(guest.take()) << "it was perhaps asked just now";
  guest.block.check_progress();
  EXPECT_EQ(guest.take()->written, 0U);
  EXPECT_EQ(guest.take_status(), ioerr);
  guest.add_flush();
  guest.notify();
  EXPECT_EQ(guest.take_status(), ioerr) << "and what comes";

  settle();
  EXPECT_FALSE(guest.take()) << "late answers are dropped";
  EXPECT_TRUE(disk.has_all_buffers());
  guest.add_write(8, Guest::pattern(4096, 2));
  guest.notify();
  settle();
  EXPECT_EQ(guest.take_status(), ok) << "it signalled, so it lives";
}

TEST_F(InFlightTest, ABackEndThatCameBackHasItsTimeAgain) {
  guest.add_flush();
  guest.notify();
  guest.block.check_progress();
  guest.block.check_progress();
  EXPECT_EQ(guest.take_status(), ioerr);
  guest.block.back_end_ready();
  guest.add_read(8, 8);
  guest.notify();
  guest.block.check_progress();
  EXPECT_EQ(guest.take_status(), nothing) << "it was perhaps asked just now";
  settle();
  EXPECT_EQ(guest.take_status(), ok);
}

TEST_F(InFlightTest, ASlowBackEndIsNotGivenUp) {
  for (std::uint64_t i = 0; i < 4; ++i) {
    guest.add_read(i * 8, 8);
  }
  guest.notify();
  for (int i = 0; i < 4; ++i) {
    guest.block.check_progress();
    EXPECT_EQ(guest.take_status(), i == 0 ? nothing : ok);
    finish();
  }
  for (int i = 0; i < 5; ++i) {
    guest.block.check_progress();
  }
  EXPECT_EQ(guest.take_status(), ok);
  guest.add_read(0, 8);
  guest.notify();
  EXPECT_EQ(disk.waiting.size(), 1U) << "idleness is no sign of death";
}

TEST(LateDisk, ThatNeverComesIsGivenUp) {
  test::FakeBlockBackend disk;
  disk.ready = false;
  Guest guest(disk);
  guest.add_flush();
  guest.notify();
  guest.block.check_progress();
  guest.block.check_progress();
  EXPECT_EQ(guest.take_status(), ioerr);
}

/// A model of the disk against the device: what was acknowledged must be there, whatever the order
/// in which the back end works.
RC_GTEST_PROP(BlockProperty, KeepsWhatIsWritten, (const std::vector<std::uint32_t>& steps)) {
  test::FakeBlockBackend disk(
      {.blocks = 6, .most_requests = 5, .most_blocks = 2, .buffer_blocks = 7});
  Guest guest(disk, {.queue_size = 64});
  std::vector<std::byte> model(disk.disk.size());
  std::vector<bool> is_open(model.size() / 512);  // sectors with a write in flight

  struct Write {
    std::uint64_t sector;
    Guest::Bytes data;
  };

  std::map<std::uint16_t, Write> writes;
  const auto collect = [&] {
    while (const auto answer = guest.take()) {
      RC_ASSERT(answer->status == 0);
      const Write write = writes.at(answer->id);
      writes.erase(answer->id);
      std::copy(write.data.begin(), write.data.end(),
                model.begin() + static_cast<std::ptrdiff_t>(write.sector * 512));
      std::fill_n(is_open.begin() + static_cast<std::ptrdiff_t>(write.sector),
                  write.data.size() / 512, false);
    }
  };
  for (const std::uint32_t step : steps) {
    if (step % 3 == 0 && !disk.waiting.empty()) {
      disk.finish(step / 3 % disk.waiting.size());
      guest.block.back_end_ready();
      collect();
    } else if (guest.drivers[0]->room() >= 3) {
      const std::uint64_t sector = step / 3 % is_open.size();
      const std::uint64_t sectors =
          std::min<std::uint64_t>(1 + step / 97 % 20, is_open.size() - sector);
      const auto begin = is_open.begin() + static_cast<std::ptrdiff_t>(sector);
      const auto end = begin + static_cast<std::ptrdiff_t>(sectors);
      if (std::find(begin, end, true) == end) {  // of two at once the order would be open
        std::fill(begin, end, true);
        const auto data = Guest::pattern(sectors * 512, step);
        writes[guest.add_write(sector, data)] = {sector, data};
        guest.notify();
      }
    }
  }
  for (int i = 0; i < 1000 && !disk.waiting.empty(); ++i) {
    disk.finish(disk.waiting.size() - 1);
    guest.block.back_end_ready();
    collect();
  }
  RC_ASSERT(writes.empty());
  RC_ASSERT(disk.disk == model);
  RC_ASSERT(disk.has_all_buffers());
}

}  // namespace
}  // namespace serai::virtio_block
