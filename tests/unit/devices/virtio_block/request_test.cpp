// SPDX-License-Identifier: BSD-2-Clause
//
// What is asked for, well or badly, and what the configuration says.
#include <gtest/gtest.h>
#include <string>

#include "harness.hpp"
#include "support/fake_block_backend.hpp"

namespace serai::virtio_block {
namespace {

constexpr std::uint8_t ok = 0;
constexpr std::uint8_t ioerr = 1;
constexpr std::uint8_t unsupp = 2;

constexpr Options named = {.serial = {'d', 'i', 's', 'k', '-', '1'}, .queue_size = 64};

class RequestTest : public testing::Test {
 protected:
  test::FakeBlockBackend disk;
  Guest guest{disk, named};

  RequestTest() { disk.disk = Guest::pattern(disk.disk.size(), 3); }

  void settle() {
    while (!disk.waiting.empty()) {
      disk.finish_all();
      guest.block.back_end_ready();
    }
  }

  /// The status that a request with these parts ends with, wherever its last byte is; 0xff if it
  /// does not end.
  std::uint8_t status_of(const std::vector<Guest::Bytes>& readable,
                         const std::vector<std::uint32_t>& writable) {
    std::vector<test::VirtioDriver::Piece> pieces;
    for (const auto& bytes : readable) {
      const auto address = guest.ram.allocate(bytes.size());
      guest.ram.write(address, bytes);
      pieces.push_back({address, static_cast<std::uint32_t>(bytes.size()), false});
    }
    std::uint64_t last = 0;
    for (const std::uint32_t size : writable) {
      const auto address = guest.ram.allocate(size);
      pieces.push_back({address, size, true});
      last = address + size - 1;
    }
    guest.ram.store(last, std::uint8_t{0xff});
    EXPECT_TRUE(guest.drivers[0]->add(pieces));
    guest.drivers[0]->kick();
    guest.notify();
    settle();
    EXPECT_TRUE(guest.take());
    return guest.ram.load<std::uint8_t>(last);
  }

  std::uint8_t read_status(std::uint64_t sector, std::uint32_t bytes) {
    return status_of({Guest::header(0, sector)}, {bytes, 1});
  }
};

constexpr std::uint64_t disk_sectors = 64 * 8;

TEST_F(RequestTest, TheEndOfTheDisk) {
  EXPECT_EQ(read_status(disk_sectors - 1, 512), ok);
  EXPECT_EQ(read_status(disk_sectors - 1, 1024), ioerr);
  EXPECT_EQ(read_status(disk_sectors, 512), ioerr);
  EXPECT_EQ(read_status(~std::uint64_t{0}, 512), ioerr);
  EXPECT_EQ(read_status((std::uint64_t{1} << 55), 512), ioerr) << "its byte is 0 again";
  EXPECT_EQ(status_of({Guest::header(1, disk_sectors), Guest::pattern(512, 1)}, {1}), ioerr);
  EXPECT_EQ(status_of({Guest::header(1, disk_sectors - 1), Guest::pattern(512, 1)}, {1}), ok);
}

TEST_F(RequestTest, LengthsAreWholeSectors) {
  EXPECT_EQ(read_status(0, 511), ioerr);
  EXPECT_EQ(read_status(0, 513), ioerr);
  EXPECT_EQ(status_of({Guest::header(1, 0), Guest::pattern(100, 1)}, {1}), ioerr);
  EXPECT_EQ(status_of({Guest::header(0, 0)}, {1}), ok) << "nothing to read";
  EXPECT_EQ(status_of({Guest::header(1, disk_sectors)}, {1}), ok) << "nothing to write";
  EXPECT_EQ(status_of({Guest::header(1, disk_sectors + 1)}, {1}), ioerr);
}

TEST_F(RequestTest, HeadersMayLieInPiecesOrBeTooShort) {
  const auto header = Guest::header(0, 9);
  const Guest::Bytes first(header.begin(), header.begin() + 3);
  const Guest::Bytes second(header.begin() + 3, header.end());
  EXPECT_EQ(status_of({first, second}, {100, 412, 1}), ok);
  EXPECT_EQ(status_of({first}, {512, 1}), ioerr);
  EXPECT_EQ(status_of({header}, {513}), ok) << "the status is the last byte";
}

TEST_F(RequestTest, ARequestWithoutRoomForItsStatusComesBack) {
  guest.drivers[0]->send({Guest::header(0, 0)}, {});
  guest.drivers[0]->send({}, {513});
  guest.notify();
  EXPECT_EQ(guest.take()->written, 0U);
  EXPECT_EQ(guest.take()->written, 0U) << "no header: only the status was written, at the end";
}

TEST_F(RequestTest, UnknownTypesAreUnsupported) {
  for (const std::uint32_t type : {2U, 3U, 5U, 9U, 10U, 12U, 14U, 17U, 0x8000'0000U, ~0U}) {
    EXPECT_EQ(status_of({Guest::header(type, 0)}, {1}), unsupp) << type;
  }
}

TEST_F(RequestTest, GivesItsId) {
  guest.drivers[0]->send({Guest::header(8, 0)}, {20, 1});
  guest.drivers[0]->send({Guest::header(8, 0)}, {4, 1});
  guest.notify();
  const auto whole = guest.take();
  ASSERT_TRUE(whole);
  EXPECT_EQ(whole->status, ok);
  EXPECT_EQ(whole->written, 21U);
  EXPECT_STREQ(reinterpret_cast<const char*>(whole->data.data()), "disk-1");
  EXPECT_EQ(guest.take()->data.size(), 4U);
}

TEST_F(RequestTest, WritesZeroes) {
  auto expected = disk.disk;
  std::fill_n(expected.begin() + 3 * 512, 100 * 512, std::byte{0});
  for (const std::uint32_t flags : {0U, unmap_flag}) {
    guest.add_range(13, 3, 100, flags);
    guest.notify();
    settle();
    EXPECT_EQ(guest.take_status(), ok);
    EXPECT_EQ(disk.disk, expected);
  }
}

TEST_F(RequestTest, RangesAreChecked) {
  const auto status = [&](std::uint32_t type, const std::vector<Guest::Bytes>& data) {
    std::vector<Guest::Bytes> readable{Guest::header(type, 0)};
    readable.insert(readable.end(), data.begin(), data.end());
    return status_of(readable, {1});
  };
  const auto before = disk.disk;
  for (const std::uint32_t type : {11U, 13U}) {
    EXPECT_EQ(status(type, {Guest::range(0, 0, 0)}), ok);
    EXPECT_EQ(status(type, {Guest::range(disk_sectors, 1, 0)}), ioerr);
    EXPECT_EQ(status(type, {Guest::range(~std::uint64_t{0}, 2, 0)}), ioerr);
    EXPECT_EQ(status(type, {Guest::range(0, Block::most_range_sectors + 1, 0)}), ioerr);
    EXPECT_EQ(status(type, {Guest::range(0, 1, 2)}), unsupp);
    EXPECT_EQ(status(type, {Guest::Bytes(15)}), ioerr);
    EXPECT_EQ(status(type, {Guest::Bytes(17)}), ioerr);
    EXPECT_EQ(status(type, {}), ioerr);
  }
  EXPECT_EQ(status(11, {Guest::range(0, 8, unmap_flag)}), unsupp);
  EXPECT_EQ(status(11, {Guest::range(0, 8, 0), Guest::range(100, 8, 0)}), ok);
  EXPECT_EQ(status(13, {Guest::range(0, 8, 0), Guest::range(100, 8, 0)}), ioerr);
  EXPECT_EQ(status(11, std::vector(16, Guest::range(0, 8, 0))), ok);
  EXPECT_EQ(status(11, std::vector(17, Guest::range(0, 8, 0))), ioerr);
  EXPECT_EQ(disk.disk, before) << "a discard keeps the data";
}

TEST_F(RequestTest, TheConfigurationDescribesTheDisk) {
  EXPECT_EQ(guest.config<std::uint64_t>(0), disk_sectors);
  EXPECT_EQ(guest.config<std::uint32_t>(12), 62U);
  EXPECT_EQ(guest.config<std::uint32_t>(20), 512U);
  EXPECT_EQ(guest.config<std::uint8_t>(24), 3U) << "eight sectors a block";
  EXPECT_EQ(guest.config<std::uint16_t>(26), 8U);
  EXPECT_EQ(guest.config<std::uint8_t>(32), 1U);
  EXPECT_EQ(guest.config<std::uint16_t>(34), 1U);
  EXPECT_EQ(guest.config<std::uint32_t>(36), Block::most_range_sectors);
  EXPECT_EQ(guest.config<std::uint32_t>(40), Block::most_discard_segments);
  EXPECT_EQ(guest.config<std::uint32_t>(44), 1U);
  EXPECT_EQ(guest.config<std::uint32_t>(48), Block::most_range_sectors);
  EXPECT_EQ(guest.config<std::uint32_t>(52), 1U);
  EXPECT_EQ(guest.config<std::uint8_t>(56), 0U);
}

TEST_F(RequestTest, OnlyTheCacheModeCanBeWritten) {
  std::array<std::byte, config_bytes> before;
  guest.block.read_config(0, before);
  for (std::uint32_t offset = 0; offset < config_bytes; ++offset) {
    const std::array value = {std::byte{0xff}};
    guest.block.write_config(offset, value);
  }
  std::array<std::byte, config_bytes> after;
  guest.block.read_config(0, after);
  EXPECT_EQ(before, after) << "it was 1 already";
  const std::array<std::byte, 4> wide{};
  guest.block.write_config(32, wide);
  EXPECT_EQ(guest.config<std::uint8_t>(32), 0U);
  guest.block.reset();
  EXPECT_EQ(guest.config<std::uint8_t>(32), 1U) << "as at power-on";
}

TEST_F(RequestTest, TellsWhatItIs) {
  const auto traits = guest.block.traits();
  EXPECT_EQ(traits.id, virtio::DeviceId::block);
  EXPECT_EQ(traits.queue_count, 1U);
  EXPECT_EQ(traits.most_queue_size, 64U);
  EXPECT_EQ(traits.config_bytes, 60U);
  EXPECT_EQ(guest.block.offered_features(), feature::seg_max | feature::blk_size | feature::flush |
                                                feature::topology | feature::config_wce |
                                                feature::discard | feature::write_zeroes);
}

TEST(ReadOnlyDisk, RefusesWrites) {
  for (const bool by_back_end : {false, true}) {
    test::FakeBlockBackend disk;
    disk.read_only = by_back_end;
    Guest guest(disk, {.read_only = !by_back_end, .queue_size = 64});
    EXPECT_EQ(guest.block.offered_features(), feature::seg_max | feature::blk_size |
                                                  feature::flush | feature::topology | feature::ro);
    guest.add_write(0, Guest::pattern(512, 1));
    guest.add_range(11, 0, 8);
    guest.add_range(13, 0, 8);
    guest.add_read(0, 8);
    guest.notify();
    for (int i = 0; i < 3; ++i) {
      EXPECT_EQ(guest.take_status(), ioerr);
    }
    disk.finish_all();
    guest.block.back_end_ready();
    EXPECT_EQ(guest.take_status(), ok);
    EXPECT_EQ(guest.config<std::uint32_t>(48), 0U);
  }
}

TEST(UnnegotiatedRequests, AreUnsupported) {
  test::FakeBlockBackend disk;
  Guest guest(disk, {.queue_size = 64}, feature::flush);
  guest.add_range(11, 0, 8);
  guest.add_range(13, 0, 8);
  guest.notify();
  EXPECT_EQ(guest.take_status(), unsupp);
  EXPECT_EQ(guest.take_status(), unsupp);
}

TEST(BrokenQueue, AsksForAResetOnce) {
  test::FakeBlockBackend disk;
  Guest guest(disk);
  guest.drivers[0]->force_available(9999);
  guest.notify();
  guest.notify();
  EXPECT_EQ(guest.events.resets_asked, 1);
  guest.restart();
  guest.add_read(0, 1);
  guest.notify();
  disk.finish_all();
  guest.block.back_end_ready();
  EXPECT_EQ(guest.take_status(), ok);
}

}  // namespace
}  // namespace serai::virtio_block
