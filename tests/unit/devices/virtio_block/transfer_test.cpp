// SPDX-License-Identifier: BSD-2-Clause
//
// Reads, writes and flushes over a back end that the test steers.
#include <gtest/gtest.h>

#include "harness.hpp"
#include "support/fake_block_backend.hpp"

namespace serai::virtio_block {
namespace {

constexpr std::size_t block_bytes = 4096;

struct Extent {
  std::uint64_t sector;
  std::uint32_t sectors;
};

/// Extents that begin or end inside a block.
constexpr std::array<Extent, 6> uneven = {{{0, 1}, {3, 2}, {7, 2}, {7, 10}, {15, 1}, {5, 43}}};

class TransferTest : public testing::Test {
 protected:
  test::FakeBlockBackend disk;
  Guest guest{disk};

  TransferTest() {
    disk.disk = Guest::pattern(disk.disk.size(), 1);
    disk.stable = disk.disk;
    disk.flushes = 0;
  }

  ~TransferTest() override {
    disk.finish_all();
    guest.block.back_end_ready();
    disk.finish_all();
    guest.block.back_end_ready();
    guest.block.reset();
    EXPECT_TRUE(disk.has_all_buffers());
  }

  Guest::Bytes on_disk(std::uint64_t sector, std::size_t bytes) {
    const auto start = disk.disk.begin() + static_cast<std::ptrdiff_t>(sector * sector_bytes);
    return {start, start + static_cast<std::ptrdiff_t>(bytes)};
  }

  /// Lets everything happen that can happen.
  void settle() {
    while (!disk.waiting.empty()) {
      disk.finish_all();
      guest.block.back_end_ready();
    }
  }
};

TEST_F(TransferTest, ReadsWholeBlocks) {
  guest.add_read(8, 16);
  guest.notify();
  ASSERT_EQ(disk.waiting.size(), 1U);
  EXPECT_EQ(disk.waiting[0].operation, BlockOperation::read);
  EXPECT_EQ(disk.waiting[0].block, 1U);
  EXPECT_EQ(disk.waiting[0].buffer.blocks, 2U);
  EXPECT_EQ(disk.flushes, 1);
  EXPECT_FALSE(guest.take());
  settle();
  const auto answer = guest.take();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 0);
  EXPECT_EQ(answer->written, 2 * block_bytes + 1);
  EXPECT_EQ(answer->data, on_disk(8, 2 * block_bytes));
  EXPECT_EQ(guest.events.interrupts[0], 1);
  EXPECT_FALSE(guest.take());
}

TEST_F(TransferTest, ReadsSectorsInsideAndAcrossBlocks) {
  for (const auto& [sector, sectors] : uneven) {
    guest.add_read(sector, sectors);
    guest.notify();
    settle();
    const auto answer = guest.take();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 0);
    EXPECT_EQ(answer->data, on_disk(sector, std::size_t{sectors} * sector_bytes));
  }
}

TEST_F(TransferTest, WritesWholeBlocksWithoutReading) {
  const auto data = Guest::pattern(2 * block_bytes, 9);
  guest.add_write(16, data);
  guest.notify();
  ASSERT_EQ(disk.waiting.size(), 1U);
  EXPECT_EQ(disk.waiting[0].operation, BlockOperation::write);
  settle();
  const auto answer = guest.take();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 0);
  EXPECT_EQ(answer->written, 1U);
  EXPECT_EQ(on_disk(16, data.size()), data);
}

TEST_F(TransferTest, PatchesBlocksThatAreWrittenInPart) {
  for (const auto& [sector, sectors] : uneven) {
    auto expected = disk.disk;
    const auto data =
        Guest::pattern(std::size_t{sectors} * sector_bytes, static_cast<unsigned>(sector) + 100);
    std::copy(data.begin(), data.end(),
              expected.begin() + static_cast<std::ptrdiff_t>(sector * sector_bytes));
    guest.add_write(sector, data);
    guest.notify();
    settle();
    EXPECT_EQ(guest.take_status(), 0);
    EXPECT_EQ(disk.disk, expected) << "and nothing beside it";
  }
}

TEST_F(TransferTest, SplitsWhatTheBackEndCannotTakeInOne) {
  const auto data = Guest::pattern(30 * block_bytes, 4);
  guest.add_write(8, data);
  guest.notify();
  EXPECT_EQ(disk.waiting.size(), 4U);
  for (const auto& request : disk.waiting) {
    EXPECT_LE(request.buffer.blocks, disk.options.most_blocks);
  }
  settle();
  EXPECT_EQ(guest.take_status(), 0);
  EXPECT_EQ(on_disk(8, data.size()), data);
}

TEST_F(TransferTest, PiecesMayEndInAnyOrder) {
  guest.add_read(0, 30 * 8);
  guest.notify();
  while (!disk.waiting.empty()) {
    disk.finish(disk.waiting.size() - 1);
    guest.block.back_end_ready();
  }
  const auto answer = guest.take();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->data, on_disk(0, 30 * block_bytes));
}

TEST_F(TransferTest, WaitsForBuffersInOrder) {
  guest.add_read(0, 40 * 8);  // more than all buffers
  guest.add_read(400, 8);
  guest.notify();
  EXPECT_EQ(disk.waiting.size(), 4U);
  disk.finish();
  guest.block.back_end_ready();
  EXPECT_EQ(disk.waiting.size(), 4U) << "the rest of the first request takes the buffer";
  EXPECT_EQ(disk.waiting.back().block, 32U);
  settle();
  EXPECT_EQ(guest.take()->data, on_disk(0, 40 * block_bytes));
  EXPECT_EQ(guest.take()->data, on_disk(400, block_bytes));
}

TEST_F(TransferTest, PublishesABatchWithOneInterrupt) {
  for (std::uint64_t i = 0; i < 8; ++i) {
    guest.add_read(i * 8, 8);
  }
  guest.notify();
  EXPECT_EQ(disk.waiting.size(), 8U);
  EXPECT_EQ(disk.flushes, 1);
  settle();
  EXPECT_EQ(guest.events.interrupts[0], 1);
  EXPECT_EQ(guest.drivers[0]->take_all_used().size(), 8U);
}

TEST_F(TransferTest, WantsNoNotificationsWhileMuchIsInFlight) {
  for (std::uint64_t i = 0; i < Block::busy_pieces; ++i) {
    guest.add_read(i * 8, 8);
  }
  guest.notify();
  guest.drivers[0]->add({Guest::header(0, 160)}, {512, 1});
  EXPECT_FALSE(guest.drivers[0]->kick());
  const auto before = disk.submitted;
  disk.finish();
  guest.block.back_end_ready();
  EXPECT_EQ(disk.submitted, before + 1) << "it looks by itself";
  settle();
  EXPECT_EQ(guest.drivers[0]->take_all_used().size(), Block::busy_pieces + 1U);
  guest.drivers[0]->add({Guest::header(0, 0)}, {512, 1});
  EXPECT_TRUE(guest.drivers[0]->kick()) << "nothing is in flight any more";
}

TEST_F(TransferTest, BackEndErrorsBecomeIoErrors) {
  guest.add_read(0, 30 * 8);
  guest.add_write(3, Guest::pattern(512, 1));
  guest.notify();
  disk.finish(1, BlockStatus::error);
  guest.block.back_end_ready();
  settle();
  const auto read = guest.take();
  ASSERT_TRUE(read);
  EXPECT_EQ(read->written, 0U) << "nothing that the driver might read counts as filled";
  EXPECT_EQ(guest.take_status(), 0);

  const auto before = disk.disk;
  guest.add_write(3, Guest::pattern(512, 7));
  guest.notify();
  disk.finish(0, BlockStatus::error);
  guest.block.back_end_ready();
  EXPECT_TRUE(disk.waiting.empty()) << "what could not be read is not written back";
  EXPECT_EQ(guest.take_status(), 1);
  EXPECT_EQ(disk.disk, before);
}

TEST_F(TransferTest, ABackEndThatRefusesEverythingIsAnIoError) {
  disk.refuses_all = true;
  guest.add_read(0, 8);
  guest.add_write(0, Guest::pattern(512, 1));
  guest.add_flush();
  guest.notify();
  EXPECT_EQ(guest.take()->written, 0U);
  EXPECT_EQ(guest.take_status(), 1);
  EXPECT_EQ(guest.take_status(), 1);
}

TEST_F(TransferTest, FlushEndsAfterTheBackEndsFlush) {
  guest.add_write(0, Guest::pattern(block_bytes, 5));
  guest.notify();
  settle();
  EXPECT_EQ(guest.take_status(), 0);
  EXPECT_NE(disk.stable, disk.disk);
  guest.add_flush();
  guest.notify();
  ASSERT_EQ(disk.waiting.size(), 1U);
  EXPECT_EQ(disk.waiting[0].operation, BlockOperation::flush);
  guest.block.back_end_ready();
  EXPECT_FALSE(guest.take());
  settle();
  const auto answer = guest.take();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 0);
  EXPECT_EQ(answer->written, 1U);
  EXPECT_EQ(disk.stable, disk.disk);
}

TEST_F(TransferTest, AFailedFlushIsAnIoError) {
  guest.add_flush();
  guest.notify();
  disk.finish(0, BlockStatus::error);
  guest.block.back_end_ready();
  EXPECT_EQ(guest.take_status(), 1);
}

TEST_F(TransferTest, WriteThroughFlushesBeforeAWriteEnds) {
  guest.set_writeback(false);
  guest.add_write(1, Guest::pattern(3 * block_bytes, 5));
  guest.notify();
  int flushes = 0;
  while (!disk.waiting.empty()) {
    EXPECT_FALSE(guest.take());
    flushes += disk.waiting[0].operation == BlockOperation::flush ? 1 : 0;
    disk.finish();
    guest.block.back_end_ready();
  }
  EXPECT_EQ(flushes, 1);
  EXPECT_EQ(guest.take_status(), 0);
  EXPECT_EQ(disk.stable, disk.disk);
  guest.add_read(0, 8);
  guest.notify();
  settle();
  EXPECT_EQ(guest.take_status(), 0) << "reads need no flush";
}

TEST_F(TransferTest, WriteThroughReportsAFailedFlush) {
  guest.set_writeback(false);
  guest.add_write(0, Guest::pattern(block_bytes, 5));
  guest.notify();
  disk.finish();
  guest.block.back_end_ready();
  ASSERT_EQ(disk.waiting.size(), 1U);
  disk.finish(0, BlockStatus::error);
  guest.block.back_end_ready();
  EXPECT_EQ(guest.take_status(), 1);
}

/// A write whose data has reached the back end waits for its flush.
void expect_flush_after_write(Guest& guest, test::FakeBlockBackend& disk) {
  guest.add_write(0, Guest::pattern(block_bytes, 5));
  guest.notify();
  disk.finish();
  guest.block.back_end_ready();
  ASSERT_EQ(disk.waiting.size(), 1U);
  EXPECT_EQ(disk.waiting[0].operation, BlockOperation::flush);
}

TEST(WriteThrough, IsWhatADriverGetsThatKnowsNothingOfCaches) {
  test::FakeBlockBackend disk;
  Guest guest(disk, {.queue_size = 64}, 0);
  expect_flush_after_write(guest, disk);
}

TEST(WriteThrough, IsWhatADriverGetsThatCannotFlush) {
  test::FakeBlockBackend disk;
  Guest guest(disk, {.queue_size = 64}, feature::config_wce);
  EXPECT_EQ(guest.config<std::uint8_t>(32), 0);
  expect_flush_after_write(guest, disk);
  disk.finish_all();
  guest.block.back_end_ready();
  EXPECT_EQ(guest.take_status(), 0);
  guest.restart();
  EXPECT_EQ(guest.config<std::uint8_t>(32), 0) << "after a reset too";
}

TEST(WriteThrough, NeedsBeNegotiated) {
  test::FakeBlockBackend disk;
  Guest guest(disk, {.queue_size = 64}, feature::flush);
  guest.set_writeback(false);
  EXPECT_EQ(guest.config<std::uint8_t>(32), 1) << "the field is not the driver's";
  guest.add_write(0, Guest::pattern(block_bytes, 5));
  guest.notify();
  disk.finish();
  guest.block.back_end_ready();
  EXPECT_EQ(guest.take_status(), 0);
}

}  // namespace
}  // namespace serai::virtio_block
