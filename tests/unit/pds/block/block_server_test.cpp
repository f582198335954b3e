// SPDX-License-Identifier: BSD-2-Clause
#include "pds/block/block_server.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "block_server_rig.hpp"
#include "support/partition_tables.hpp"

namespace serai::block {
namespace {

using sddf::BlockCode;
using sddf::BlockResult;
using Type = test::FakeDisk::Type;

constexpr std::size_t disk_sectors = 4096;

bool all_are(std::span<const std::byte> bytes, std::byte value) {
  return std::ranges::all_of(bytes, [&](std::byte byte) { return byte == value; });
}

std::span<std::byte> sectors(test::FakeDisk& disk, std::size_t first, std::size_t count) {
  return std::span(disk.contents).subspan(first * 512, count * 512);
}

class BlockServerTest : public testing::Test {
 protected:
  Rig rig{disk_sectors};
};

TEST_F(BlockServerTest, ServesTheWholeDisk) {
  RigClient& client = rig.add();
  rig.begin_and_survey();
  const auto disk = client.queue.description();
  ASSERT_TRUE(disk);
  EXPECT_EQ(disk->blocks, disk_sectors / 8);
  EXPECT_FALSE(disk->read_only);
  EXPECT_EQ(disk->sector_bytes, 512);
  EXPECT_STREQ(client.fixture.memory().storage_info->info.serial.data(), "SERIAL-0");
  EXPECT_GE(rig.signals.notified[client.channel], 1);

  std::ranges::fill(client.block(3), std::byte{7});
  std::ranges::fill(client.block(4), std::byte{8});
  EXPECT_EQ(rig.ask(client, BlockCode::write, 100, 2, 3), BlockResult::ok);
  EXPECT_TRUE(all_are(sectors(rig.disk, 800, 8), std::byte{7}));
  EXPECT_TRUE(all_are(sectors(rig.disk, 808, 8), std::byte{8}));
  EXPECT_EQ(rig.ask(client, BlockCode::read, 101, 1, 9), BlockResult::ok);
  EXPECT_TRUE(all_are(client.block(9), std::byte{8}));
  EXPECT_TRUE(all_are(client.block(8), std::byte{0}));
}

TEST_F(BlockServerTest, APartitionMayBeginAndEndAnywhere) {
  test::put_mbr_entry(rig.disk.contents, 0, 0x83, 63, 85);
  RigClient& client = rig.add(1);
  rig.begin_and_survey();
  EXPECT_EQ(client.queue.description()->blocks, 10U);
  EXPECT_TRUE(rig.log.has("vm0 has 10 blocks of 4096 bytes from sector 63"));
  EXPECT_TRUE(rig.log.has("the last 5 sectors are no whole block"));
  std::ranges::fill(client.block(0), std::byte{5});
  EXPECT_EQ(rig.ask(client, BlockCode::write, 9), BlockResult::ok);
  EXPECT_TRUE(all_are(sectors(rig.disk, 63 + 72, 8), std::byte{5}));
  EXPECT_TRUE(all_are(sectors(rig.disk, 63 + 80, 8), std::byte{0}));
}

TEST_F(BlockServerTest, NobodyLeavesHisPartition) {
  test::put_mbr_entry(rig.disk.contents, 0, 0x83, 8, 80);
  test::put_mbr_entry(rig.disk.contents, 1, 0x83, 88, 80);
  RigClient& client = rig.add(1);
  rig.begin_and_survey();
  const auto before = rig.disk.contents;
  const std::size_t asked = rig.disk.seen.size();
  for (const BlockCode code : {BlockCode::read, BlockCode::write}) {
    EXPECT_EQ(rig.ask(client, code, 10, 1), BlockResult::invalid_parameter);
    EXPECT_EQ(rig.ask(client, code, 9, 2), BlockResult::invalid_parameter);
    EXPECT_EQ(rig.ask(client, code, 0, 11), BlockResult::invalid_parameter);
    EXPECT_EQ(rig.ask(client, code, ~std::uint64_t{0} - 1, 1), BlockResult::invalid_parameter);
    EXPECT_EQ(rig.ask(client, code, std::uint64_t{1} << 61, 1), BlockResult::invalid_parameter);
    EXPECT_EQ(rig.ask(client, code, 0, 0), BlockResult::invalid_parameter);
    EXPECT_EQ(rig.ask(client, code, 0, 2, RigClient::data_blocks - 1),
              BlockResult::invalid_parameter);
  }
  EXPECT_EQ(rig.disk.seen.size(), asked);
  EXPECT_EQ(rig.disk.contents, before);
  EXPECT_EQ(rig.ask(client, BlockCode::read, 0, 10), BlockResult::ok);
}

TEST_F(BlockServerTest, WhoMayOnlyReadDoesNotWrite) {
  RigClient& client = rig.add(0, true);
  rig.begin_and_survey();
  EXPECT_TRUE(client.queue.description()->read_only);
  EXPECT_EQ(rig.ask(client, BlockCode::write), BlockResult::invalid_parameter);
  EXPECT_EQ(rig.ask(client, BlockCode::read), BlockResult::ok);
}

TEST(BlockServer, AReadOnlyDiskIsSoForAll) {
  Rig rig(disk_sectors, test::FakeDisk::read_only_feature);
  RigClient& client = rig.add();
  rig.begin_and_survey();
  EXPECT_TRUE(client.queue.description()->read_only);
  EXPECT_EQ(rig.ask(client, BlockCode::write), BlockResult::invalid_parameter);
}

TEST_F(BlockServerTest, AFlushFollowsTheWritesBeforeIt) {
  RigClient& client = rig.add();
  rig.begin_and_survey();
  rig.disk.seen.clear();
  client.push(BlockCode::write, 0, 1, 0, 1);
  client.push(BlockCode::read, 1, 1, 1, 2);
  client.push(BlockCode::flush, 0, 0, 0, 3);
  client.push(BlockCode::write, 2, 1, 2, 4);
  rig.server->notified(client.channel);
  rig.disk.take();
  ASSERT_EQ(rig.disk.seen, (std::vector{Type::write, Type::read}));
  rig.disk.finish(0);  // the write; the read need not have ended
  rig.interrupt();
  rig.disk.take();
  EXPECT_EQ(rig.disk.seen, (std::vector{Type::write, Type::read, Type::flush, Type::write}));
  rig.settle();
  EXPECT_EQ(rig.disk.flushes, 1);
  EXPECT_EQ(client.queue.pop()->id, 1U);
  EXPECT_EQ(client.queue.pop()->id, 2U);
  const auto flushed = client.queue.pop();
  EXPECT_EQ(flushed->id, 3U);
  EXPECT_EQ(flushed->result, BlockResult::ok);
}

TEST_F(BlockServerTest, AFlushThatFailsSaysSo) {
  RigClient& client = rig.add();
  rig.begin_and_survey();
  client.push(BlockCode::flush, 0, 0, 0, 3);
  rig.server->notified(client.channel);
  rig.disk.take();
  rig.disk.finish(0, 1);
  rig.interrupt();
  EXPECT_EQ(client.queue.pop()->result, BlockResult::io_error);
}

TEST_F(BlockServerTest, NothingPassesABarrier) {
  RigClient& client = rig.add();
  rig.begin_and_survey();
  rig.disk.seen.clear();
  client.push(BlockCode::read, 1, 1, 1, 1);
  client.push(BlockCode::barrier, 0, 0, 0, 2);
  client.push(BlockCode::read, 2, 1, 2, 3);
  rig.server->notified(client.channel);
  rig.disk.take();
  EXPECT_EQ(rig.disk.seen, (std::vector{Type::read}));
  rig.disk.finish();
  rig.interrupt();
  rig.disk.take();
  EXPECT_EQ(rig.disk.seen, (std::vector{Type::read, Type::flush}));
  rig.disk.finish();
  rig.interrupt();
  rig.disk.take();
  EXPECT_EQ(rig.disk.seen, (std::vector{Type::read, Type::flush, Type::read}));
}

TEST_F(BlockServerTest, AnotherClientsFlushDelaysNobody) {
  RigClient& first = rig.add(0, true);
  RigClient& second = rig.add(0, true);
  rig.begin_and_survey();
  rig.disk.seen.clear();
  first.push(BlockCode::barrier, 0, 0, 0, 1);
  first.push(BlockCode::read, 0, 1, 0, 2);
  second.push(BlockCode::read, 0, 1, 0, 1);
  rig.server->notified(first.channel);
  rig.disk.take();
  EXPECT_EQ(rig.disk.seen, (std::vector{Type::flush, Type::read}));
}

TEST(BlockServer, WithoutACacheAFlushEndsWithTheWritesBeforeIt) {
  Rig rig(disk_sectors, 0);
  RigClient& client = rig.add();
  rig.begin_and_survey();
  EXPECT_TRUE(rig.log.has("without a cache to flush"));
  client.push(BlockCode::write, 0, 1, 0, 1);
  client.push(BlockCode::flush, 0, 0, 0, 2);
  rig.server->notified(client.channel);
  EXPECT_FALSE(client.queue.pop());
  rig.settle();
  EXPECT_EQ(client.queue.pop()->id, 1U);
  EXPECT_EQ(client.queue.pop()->id, 2U);
  EXPECT_EQ(rig.disk.flushes, 0);
}

TEST_F(BlockServerTest, ErrorsOfTheDiskAreTold) {
  RigClient& client = rig.add();
  rig.begin_and_survey();
  client.push(BlockCode::read, 0, 4, 0, 1);
  rig.server->notified(client.channel);
  rig.disk.take();
  rig.disk.finish(0, 1);
  rig.interrupt();
  const auto response = client.queue.pop();
  EXPECT_EQ(response->result, BlockResult::io_error);
  EXPECT_EQ(response->blocks_done, 0);
}

TEST_F(BlockServerTest, ABusyClientLeavesSlotsToOthers) {
  rig.disk.hardware.most_queue_size = 32;  // ten slots
  RigClient& busy = rig.add(0, true);
  RigClient& other = rig.add(0, true);
  rig.begin_and_survey();
  for (std::uint32_t id = 0; id < RigClient::capacity; ++id) {
    busy.push(BlockCode::read, id, 1, 0, id);
  }
  rig.server->notified(busy.channel);
  rig.disk.take();
  EXPECT_EQ(rig.disk.waiting.size(), 5U);
  other.push(BlockCode::read, 200, 1, 0, 1);
  rig.server->notified(other.channel);
  rig.disk.take();
  ASSERT_EQ(rig.disk.waiting.size(), 6U);
  EXPECT_EQ(rig.disk.waiting.back().sector, 1600U);
  rig.settle();
  for (std::uint32_t id = 0; id < RigClient::capacity; ++id) {
    EXPECT_EQ(busy.queue.pop()->id, id);
  }
}

TEST_F(BlockServerTest, ClientsTakeTurns) {
  rig.disk.hardware.most_queue_size = 4;  // one slot
  RigClient& first = rig.add(0, true);
  RigClient& second = rig.add(0, true);
  rig.begin_and_survey();
  for (std::uint32_t id = 0; id < 4; ++id) {
    first.push(BlockCode::read, id, 1, 0, id);
    second.push(BlockCode::read, 100 + id, 1, 0, id);
  }
  rig.server->notified(first.channel);
  std::vector<std::uint64_t> order;
  for (rig.disk.take(); !rig.disk.waiting.empty(); rig.disk.take()) {
    order.push_back(rig.disk.waiting.front().sector / 800);
    rig.disk.finish();
    rig.interrupt();
  }
  ASSERT_EQ(order.size(), 8U);
  for (std::size_t i = 1; i < order.size(); ++i) {
    EXPECT_NE(order[i], order[i - 1]);
  }
}

TEST_F(BlockServerTest, OneSignalForAllThatEndedInAnEvent) {
  RigClient& client = rig.add();
  rig.begin_and_survey();
  for (std::uint32_t id = 0; id < 8; ++id) {
    client.push(BlockCode::read, id, 1, id, id);
  }
  const int kicks = rig.disk.hardware.notifications;
  rig.server->notified(client.channel);
  EXPECT_EQ(rig.disk.hardware.notifications, kicks + 1);
  rig.disk.take();
  while (!rig.disk.waiting.empty()) {
    rig.disk.finish();
  }
  rig.signals.notified.clear();
  rig.signals.acknowledged.clear();
  rig.interrupt();
  EXPECT_EQ(rig.signals.notified[client.channel], 1);
  EXPECT_EQ(rig.signals.acknowledged[Rig::device_channel], 1);
  EXPECT_EQ(rig.disk.hardware.interrupt_status, 0U);
}

TEST_F(BlockServerTest, ClientsWaitUntilTheDiskIsKnown) {
  RigClient& client = rig.add();
  client.push(BlockCode::read, 0, 1, 0, 1);
  rig.begin();
  EXPECT_FALSE(client.queue.description());
  client.push(BlockCode::read, 0, 1, 0, 2);
  rig.server->notified(client.channel);
  EXPECT_FALSE(client.queue.pop());
  rig.settle();
  EXPECT_EQ(client.queue.pop()->result, BlockResult::ok);
}

TEST_F(BlockServerTest, WithoutItsPartitionAClientHasNoDevice) {
  test::put_mbr_entry(rig.disk.contents, 0, 0x83, 8, 80);
  RigClient& client = rig.add(2);
  RigClient& other = rig.add(1);
  rig.begin_and_survey();
  EXPECT_FALSE(client.queue.description());
  EXPECT_EQ(rig.ask(client, BlockCode::read), BlockResult::no_device);
  EXPECT_EQ(rig.ask(client, BlockCode::flush), BlockResult::no_device);
  EXPECT_TRUE(rig.log.has("vm0 has no partition 2"));
  EXPECT_EQ(rig.ask(other, BlockCode::read), BlockResult::ok);
}

TEST_F(BlockServerTest, ABadTableLeavesNoPartitions) {
  test::put_mbr_entry(rig.disk.contents, 0, 0x83, 8, 80);
  test::put_mbr_entry(rig.disk.contents, 1, 0x83, 80, 80);
  RigClient& client = rig.add(1);
  rig.begin_and_survey();
  EXPECT_EQ(rig.ask(client, BlockCode::read), BlockResult::no_device);
  EXPECT_TRUE(rig.log.has("the partition table contradicts itself"));
}

TEST_F(BlockServerTest, EndsOfTheDiskThatCannotBeReadLeaveTheWholeDisk) {
  RigClient& whole = rig.add();
  rig.begin();
  for (rig.disk.take(); !rig.disk.waiting.empty(); rig.disk.take()) {
    rig.disk.finish(0, 1);
    rig.interrupt();
  }
  EXPECT_EQ(whole.queue.description()->blocks, disk_sectors / 8);
  EXPECT_STREQ(whole.fixture.memory().storage_info->info.serial.data(), "vm0");
}

TEST(BlockServer, ADiskOfAnotherTypeIsNoDevice) {
  Rig rig(disk_sectors);
  rig.disk.hardware.type = drivers::DeviceType::network;
  RigClient& client = rig.add();
  rig.begin();
  EXPECT_EQ(rig.ask(client, BlockCode::read), BlockResult::no_device);
  EXPECT_GE(rig.signals.notified[client.channel], 1);
  EXPECT_TRUE(rig.log.has("cannot be used"));
}

TEST(BlockServer, TooLittleMemoryIsNoDevice) {
  Rig rig(disk_sectors);
  rig.dma.resize(16UL * 1024);
  RigClient& client = rig.add();
  rig.begin();
  EXPECT_EQ(rig.ask(client, BlockCode::read), BlockResult::no_device);
}

TEST(BlockServer, EmptyAndTinyDisksAreServed) {
  for (const std::size_t count : {0U, 1U, 7U, 8U, 9U}) {
    Rig rig(count);
    RigClient& client = rig.add();
    rig.begin_and_survey();
    EXPECT_EQ(client.queue.description()->blocks, count / 8);
    EXPECT_EQ(rig.ask(client, BlockCode::read),
              count >= 8 ? BlockResult::ok : BlockResult::invalid_parameter);
  }
}

TEST_F(BlockServerTest, ADiskThatBreaksARuleIsStopped) {
  RigClient& client = rig.add();
  rig.begin_and_survey();
  client.push(BlockCode::read, 0, 1, 0, 1);
  client.push(BlockCode::flush, 0, 0, 0, 2);
  client.push(BlockCode::barrier, 0, 0, 0, 3);
  rig.server->notified(client.channel);
  const int resets = rig.disk.hardware.resets;
  rig.disk.hardware.give_back(0, 77, 0);
  rig.interrupt();
  EXPECT_EQ(rig.disk.hardware.resets, resets + 1);
  EXPECT_FALSE(client.queue.description());
  EXPECT_EQ(client.queue.pop()->result, BlockResult::io_error);
  EXPECT_EQ(client.queue.pop()->result, BlockResult::io_error);
  EXPECT_EQ(client.queue.pop()->result, BlockResult::no_device);
  EXPECT_EQ(rig.ask(client, BlockCode::read), BlockResult::no_device);
}

TEST_F(BlockServerTest, ADiskThatAsksForAResetIsStopped) {
  RigClient& client = rig.add();
  rig.begin_and_survey();
  rig.disk.hardware.status |= drivers::status::device_needs_reset;
  rig.disk.hardware.raise(drivers::interrupt::configuration);
  rig.interrupt();
  EXPECT_EQ(rig.ask(client, BlockCode::read), BlockResult::no_device);
}

TEST_F(BlockServerTest, StartsAgainInTheMiddleOfRequests) {
  RigClient& client = rig.add();
  rig.begin_and_survey();
  client.push(BlockCode::write, 0, 1, 0, 1);
  client.push(BlockCode::flush, 0, 0, 0, 2);
  rig.server->notified(client.channel);
  rig.disk.take();
  client.push(BlockCode::read, 0, 1, 0, 3);

  const int acknowledged = rig.signals.acknowledged[Rig::device_channel];
  rig.begin_and_survey();
  EXPECT_EQ(rig.signals.acknowledged[Rig::device_channel], acknowledged + 1 + 3);
  EXPECT_FALSE(client.queue.pop());
  EXPECT_TRUE(client.queue.server_has_restarted());
  EXPECT_TRUE(client.queue.description());
  std::ranges::fill(client.block(0), std::byte{9});
  EXPECT_EQ(rig.ask(client, BlockCode::write, 5), BlockResult::ok);
  EXPECT_TRUE(all_are(sectors(rig.disk, 40, 8), std::byte{9}));
  EXPECT_EQ(rig.ask(client, BlockCode::flush), BlockResult::ok);
}

TEST_F(BlockServerTest, CrashesWhereItIsToldTo) {
  RigClient& client = rig.add();
  // The server's functions do not throw: the crash is only noted, as if it came later.
  static int crashes = 0;
  const auto begin = [&] {
    rig.begin();
    rig.server->crash_after(2, []() noexcept { ++crashes; });
    rig.settle();
  };
  for (int life = 0; life < 2; ++life) {
    crashes = 0;
    begin();
    EXPECT_EQ(crashes, 0) << "looking at the disk does not count";
    static_cast<void>(client.queue.server_has_restarted());
    EXPECT_EQ(rig.ask(client, BlockCode::read), BlockResult::ok);
    EXPECT_EQ(rig.ask(client, BlockCode::read), BlockResult::ok);
    EXPECT_EQ(crashes, 0);
    static_cast<void>(rig.ask(client, BlockCode::read));
    EXPECT_EQ(crashes, 1);
    static_cast<void>(rig.ask(client, BlockCode::read));
    EXPECT_EQ(crashes, 1);
  }
}

TEST_F(BlockServerTest, OffersNoCalls) {
  rig.begin_and_survey();
  EXPECT_EQ(rig.server->called(1, {}).label, 1U);
}

// Two partitions, any requests in any order: each client sees what it wrote, and nothing else
// moves.
RC_GTEST_PROP(BlockServerProperty, EachSeesItsOwnPartition, ()) {
  Rig rig(disk_sectors);
  test::put_mbr_entry(rig.disk.contents, 0, 0x83, 63, 170);
  test::put_mbr_entry(rig.disk.contents, 1, 0x83, 233, 200);
  rig.add(1);
  rig.add(2);
  rig.begin_and_survey();
  const std::array<std::uint64_t, 2> blocks = {21, 25};
  std::array<std::vector<std::byte>, 2> expected = {std::vector<std::byte>(blocks[0]),
                                                    std::vector<std::byte>(blocks[1])};
  for (int step = 0; step < 60; ++step) {
    const auto who = *rc::gen::inRange<std::size_t>(0, 2);
    RigClient& client = *rig.clients[who];
    const auto at = *rc::gen::inRange<std::uint64_t>(0, blocks[who] + 2);
    const bool writes = *rc::gen::arbitrary<bool>();
    const auto value = static_cast<std::byte>(step + 1);
    std::ranges::fill(client.block(0), value);
    const auto result = rig.ask(client, writes ? BlockCode::write : BlockCode::read, at);
    RC_ASSERT((result == BlockResult::ok) == (at < blocks[who]));
    if (at < blocks[who] && writes) {
      expected[who][at] = value;
    } else if (at < blocks[who]) {
      RC_ASSERT(all_are(client.block(0), expected[who][at]));
    }
  }
  RC_ASSERT(all_are(sectors(rig.disk, 1, 62), std::byte{0}));
  RC_ASSERT(all_are(sectors(rig.disk, 63 + 168, 2), std::byte{0}));
  RC_ASSERT(all_are(sectors(rig.disk, 433, 1000), std::byte{0}));
}

}  // namespace
}  // namespace serai::block
