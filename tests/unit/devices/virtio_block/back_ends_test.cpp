// SPDX-License-Identifier: BSD-2-Clause
//
// The device over the back ends that systems have: a disk in memory, and sDDF's block queue.
#include <gtest/gtest.h>
#include <optional>

#include "backends/ram_disk/ram_disk.hpp"
#include "backends/sddf/block_backend.hpp"
#include "harness.hpp"
#include "support/block_queue_fixture.hpp"
#include "support/fake_signal_port.hpp"

namespace serai::virtio_block {
namespace {

constexpr std::uint8_t ok = 0;
constexpr std::uint8_t ioerr = 1;

class OverRamDisk : public testing::Test {
 protected:
  std::vector<std::byte> memory = Guest::pattern(std::size_t{200} * 512, 3);
  RamDisk disk{memory, false};
  Guest guest{disk};
};

TEST_F(OverRamDisk, EveryRequestEndsInTheEventThatBroughtIt) {
  auto expected = memory;
  const auto data = Guest::pattern(std::size_t{5} * 512, 8);
  std::copy(data.begin(), data.end(), expected.begin() + 7 * 512);
  std::fill_n(expected.begin() + 20 * 512, 3 * 512, std::byte{0});
  guest.add_write(7, data);
  guest.add_range(13, 20, 3);
  guest.add_flush();
  guest.add_read(6, 7);
  guest.notify();
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(guest.take_status(), ok);
  }
  EXPECT_EQ(memory, expected);
  const auto answer = guest.take();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, ok);
  EXPECT_TRUE(std::equal(answer->data.begin(), answer->data.end(), memory.begin() + 6 * 512));
  EXPECT_EQ(guest.events.interrupts[0], 1);
  EXPECT_FALSE(guest.block.is_waiting());
}

TEST_F(OverRamDisk, TheEndOfTheDisk) {
  guest.add_write(199, Guest::pattern(512, 1));
  guest.add_write(199, Guest::pattern(1024, 1));
  guest.notify();
  EXPECT_EQ(guest.take_status(), ok);
  EXPECT_EQ(guest.take_status(), ioerr);
}

TEST(OverRamDiskOfMany, MoreFlushesThanIdsEndInOneEvent) {
  std::vector<std::byte> memory(512);
  RamDisk disk(memory, false);
  Guest guest(disk, {.serial = {}, .queue_size = 512});
  constexpr std::size_t count = 200;  // more than requests are worked on, and than the disk has ids
  for (std::size_t i = 0; i < count; ++i) {
    ASSERT_TRUE(guest.drivers[0]->add({Guest::header(4, 0)}, {1}));
  }
  guest.drivers[0]->kick();
  guest.notify();
  EXPECT_EQ(guest.drivers[0]->take_all_used().size(), count);
  EXPECT_EQ(guest.events.interrupts[0], 1);
}

/// A driver that has every entry of the largest queue out at once follows the rules.
class OverRamDiskFull : public testing::Test {
 protected:
  OverRamDiskFull() : queues(1), segments(2048), pool(segments) {
    EXPECT_TRUE(queues[0].enable(ram.memory(), pool, driver.place(), driver.features()));
    block.activate({.features = all_features, .queues = queues, .events = &events});
  }

  ~OverRamDiskFull() override { block.reset(); }

  /// Whether the driver notified.
  bool send(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      EXPECT_TRUE(driver.add({Guest::header(0, 0)}, {512, 1}));
    }
    const bool is_wanted = driver.kick();
    if (is_wanted) {
      block.notify(0);
    }
    return is_wanted;
  }

  static constexpr std::uint16_t size = virtio::Queue::most_size;
  std::vector<std::byte> memory = Guest::pattern(512, 3);
  RamDisk disk{memory, false};
  Block block{disk, {.serial = {}, .queue_size = size}};
  test::GuestRam ram;
  test::VirtioDriver driver{ram, {.size = size, .use_indirect = true, .event_index = true}};
  RecordingEvents events;
  std::vector<virtio::Queue> queues;
  std::vector<virtio::Segment> segments;
  virtio::SegmentPool pool;
};

TEST_F(OverRamDiskFull, TheQueueIsListenedToAfterwards) {
  for (int round = 0; round < 3; ++round) {
    EXPECT_TRUE(send(size));
    EXPECT_EQ(driver.take_all_used().size(), size);
    EXPECT_FALSE(block.is_waiting());
    block.check_progress();
  }
  EXPECT_TRUE(send(1));
  const auto used = driver.take_all_used();
  ASSERT_EQ(used.size(), 1U);
  EXPECT_EQ(used[0].written, 513U) << "data and status";
}

TEST(OverReadOnlyRamDisk, NothingIsWritten) {
  std::vector<std::byte> memory(1024, std::byte{5});
  const auto before = memory;
  RamDisk disk(memory, true);
  Guest guest(disk);
  guest.add_write(0, Guest::pattern(512, 1));
  guest.add_range(13, 0, 1);
  guest.add_read(1, 1);
  guest.notify();
  EXPECT_EQ(guest.take_status(), ioerr);
  EXPECT_EQ(guest.take_status(), ioerr);
  EXPECT_EQ(guest.take_status(), ok);
  EXPECT_EQ(memory, before);
}

/// A disk of 64 blocks behind sDDF's queue, with a data region of eight.
class OverSddf : public testing::Test {
 protected:
  test::BlockQueueFixture fixture{8, 8};
  sddf::BlockQueueMemory memory = fixture.memory();
  test::FakeSignalPort signals;
  sddf::SddfBlockBackend backend{memory, signals, 1};
  std::vector<std::byte> disk = Guest::pattern(std::size_t{64} * 4096, 2);

  ~OverSddf() override { EXPECT_TRUE(fixture.guards_intact()); }

  void serve_one(sddf::BlockServerQueue& server, const sddf::BlockJob& job) {
    const auto place = disk.begin() + static_cast<std::ptrdiff_t>(job.block * 4096);
    const auto bytes = server.bytes(job);
    if (job.code == sddf::BlockCode::read) {
      std::copy_n(place, bytes.size(), bytes.begin());
    } else if (job.code == sddf::BlockCode::write) {
      std::copy(bytes.begin(), bytes.end(), place);
    }
    server.answer(job.id, sddf::BlockResult::ok, job.count);
  }

  void serve(sddf::BlockServerQueue& server, Guest& guest) {
    do {
      while (const auto job = server.pop()) {
        serve_one(server, *job);
      }
      guest.block.back_end_ready();
    } while (server.has_requests());
  }
};

TEST_F(OverSddf, CarriesUnalignedDataBothWays) {
  sddf::BlockServerQueue server(memory);
  server.announce({.blocks = 64});
  Guest guest(backend);
  auto expected = disk;
  const auto data = Guest::pattern(std::size_t{150} * 512, 8);
  std::copy(data.begin(), data.end(), expected.begin() + 5 * 512);
  guest.add_write(5, data);
  guest.notify();
  EXPECT_EQ(signals.notified[1], 1);
  serve(server, guest);
  EXPECT_EQ(guest.take_status(), ok);
  EXPECT_EQ(disk, expected);
  guest.add_read(5, 150);
  guest.notify();
  serve(server, guest);
  const auto answer = guest.take();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, ok);
  EXPECT_EQ(answer->data, data);
}

TEST_F(OverSddf, AServerMayComeLate) {
  Guest guest(backend);
  EXPECT_EQ(guest.config<std::uint64_t>(0), 0U);
  guest.add_read(0, 8);
  guest.notify();
  sddf::BlockServerQueue server(memory);
  server.announce({.blocks = 64});
  guest.block.back_end_ready();
  EXPECT_EQ(guest.events.config_changes, 1);
  EXPECT_EQ(guest.config<std::uint64_t>(0), 512U);
  serve(server, guest);
  EXPECT_EQ(guest.take_status(), ok);
}

TEST_F(OverSddf, WhatADyingServerLeavesItsSuccessorServes) {
  sddf::BlockServerQueue first(memory);
  first.announce({.blocks = 64});
  Guest guest(backend);
  auto expected = disk;
  const auto patch = Guest::pattern(512, 9);
  const auto whole = Guest::pattern(4096, 10);
  std::copy(patch.begin(), patch.end(), expected.begin() + 3 * 512);
  std::copy(whole.begin(), whole.end(), expected.begin() + 16 * 512);
  guest.add_write(3, patch);
  guest.add_write(16, whole);
  guest.add_flush();
  guest.notify();
  ASSERT_TRUE(first.pop()) << "one was taken, the others are left in the ring";

  sddf::BlockServerQueue second(memory);
  guest.block.check_progress();
  EXPECT_FALSE(guest.take()) << "it has not said that it is ready";
  second.announce({.blocks = 64});
  guest.block.back_end_ready();
  serve(second, guest);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(guest.take_status(), ok);
  }
  EXPECT_EQ(disk, expected);
  EXPECT_FALSE(guest.block.is_waiting());
}

TEST_F(OverSddf, AServerThatDiesBetweenReadAndWriteOfAPatch) {
  sddf::BlockServerQueue first(memory);
  first.announce({.blocks = 64});
  Guest guest(backend);
  auto expected = disk;
  const auto data = Guest::pattern(512, 9);
  std::copy(data.begin(), data.end(), expected.begin() + 3 * 512);
  guest.add_write(3, data);
  guest.notify();
  serve_one(first, *first.pop());
  guest.block.back_end_ready();
  const auto write = first.pop();
  ASSERT_TRUE(write);
  EXPECT_EQ(write->code, sddf::BlockCode::write);
  // Half of it is on the disk when the server dies.
  const auto bytes = first.bytes(*write);
  std::copy_n(bytes.begin(), 2048, disk.begin());

  sddf::BlockServerQueue second(memory);
  second.announce({.blocks = 64});
  guest.block.back_end_ready();
  serve(second, guest);
  EXPECT_EQ(guest.take_status(), ok);
  EXPECT_EQ(disk, expected);
}

TEST_F(OverSddf, ARequestThatKillsEveryServerFailsAndTheOthersDoNot) {
  std::optional<sddf::BlockServerQueue> server(memory);
  server->announce({.blocks = 64});
  Guest guest(backend);
  const auto poison = Guest::pattern(4096, 9);
  guest.add_write(16, poison);
  guest.add_read(24, 8);
  guest.add_read(32, 8);
  guest.notify();
  int deaths = 0;
  while (guest.block.is_waiting() && deaths < 10) {
    const auto job = server->pop();
    if (!job) {
      guest.block.back_end_ready();
    } else if (job->code == sddf::BlockCode::write) {
      ++deaths;
      server.emplace(memory);
      server->announce({.blocks = 64});
      guest.block.back_end_ready();
    } else {
      serve_one(*server, *job);
    }
  }
  EXPECT_EQ(deaths, 3);
  EXPECT_EQ(guest.take_status(), ioerr);
  EXPECT_EQ(guest.take_status(), ok);
  EXPECT_EQ(guest.take_status(), ok);
}

TEST_F(OverSddf, AGuestMayResetWhileTheServerIsDead) {
  sddf::BlockServerQueue first(memory);
  first.announce({.blocks = 64});
  Guest guest(backend);
  const auto before = Guest::pattern(4096, 9);
  const auto after = Guest::pattern(4096, 10);
  guest.add_write(16, before);
  guest.notify();
  ASSERT_TRUE(first.pop());
  guest.restart();
  guest.add_write(16, after);
  guest.notify();
  sddf::BlockServerQueue second(memory);
  second.announce({.blocks = 64});
  guest.block.back_end_ready();
  serve(second, guest);
  EXPECT_EQ(guest.take_status(), ok);
  EXPECT_TRUE(std::equal(after.begin(), after.end(), disk.begin() + 16 * 512))
      << "the write of before the reset comes first";
  for (int i = 0; i < 30; ++i) {
    guest.add_read(0, 16);  // buffers and ids are all there again
    guest.notify();
    serve(second, guest);
    EXPECT_EQ(guest.take_status(), ok);
  }
}

TEST_F(OverSddf, AServerThatComesBackTooLate) {
  sddf::BlockServerQueue first(memory);
  first.announce({.blocks = 64});
  Guest guest(backend);
  const auto data = Guest::pattern(4096, 9);
  guest.add_write(16, data);
  guest.notify();
  for (int i = 0; i < 3; ++i) {
    guest.block.check_progress();
  }
  EXPECT_EQ(guest.take_status(), ioerr) << "never a hang";
  sddf::BlockServerQueue second(memory);
  second.announce({.blocks = 64});
  guest.block.back_end_ready();
  guest.add_read(16, 8);
  guest.notify();
  serve(second, guest);
  const auto answer = guest.take();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, ok);
  EXPECT_EQ(answer->data, data) << "a write of unknown fate ends before anything is read there";
}

TEST_F(OverSddf, AReadOnlyDiskComesBackReadOnly) {
  sddf::BlockServerQueue first(memory);
  first.announce({.blocks = 64, .read_only = true});
  Guest guest(backend);
  guest.add_read(8, 8);
  guest.add_write(8, Guest::pattern(512, 1));
  guest.notify();
  EXPECT_EQ(guest.take_status(), ioerr);
  sddf::BlockServerQueue second(memory);
  second.announce({.blocks = 64, .read_only = true});
  guest.block.back_end_ready();
  serve(second, guest);
  EXPECT_EQ(guest.take_status(), ok);
}

}  // namespace
}  // namespace serai::virtio_block
