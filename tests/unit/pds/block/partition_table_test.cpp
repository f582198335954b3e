// SPDX-License-Identifier: BSD-2-Clause
#include "pds/block/partition_table.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>
#include <vector>

#include "support/partition_tables.hpp"

namespace serai::block {
namespace {

constexpr std::size_t end_bytes = 24UL * 1024;

/// A disk whose ends are looked at.
struct Disk {
  explicit Disk(std::uint64_t disk_blocks, std::uint32_t bytes_per_block = 512)
      : blocks(disk_blocks), block_bytes(bytes_per_block), bytes(disk_blocks * bytes_per_block) {}

  Result<void> read() {
    const std::size_t size = std::min(end_bytes, bytes.size());
    const auto all = std::span<const std::byte>(bytes);
    return table.read(DiskEnds(all.first(size), all.last(size), blocks, block_bytes));
  }

  std::uint64_t blocks;
  std::uint32_t block_bytes;
  std::vector<std::byte> bytes;
  PartitionTable table;
};

TEST(PartitionTable, AnEmptyDiskHasNone) {
  Disk disk(100);
  EXPECT_TRUE(disk.read());
  EXPECT_EQ(disk.table.kind(), TableKind::none);
  EXPECT_EQ(disk.table.find(1).error(), Error::not_found);
}

TEST(PartitionTable, ReadsAnMbr) {
  Disk disk(1000);
  test::put_mbr_entry(disk.bytes, 0, 0x83, 63, 100);
  test::put_mbr_entry(disk.bytes, 2, 0x83, 163, 837);
  disk.bytes[446] = std::byte{0x80};
  ASSERT_TRUE(disk.read());
  EXPECT_EQ(disk.table.kind(), TableKind::mbr);
  EXPECT_EQ(disk.table.find(1)->first_sector, 63U);
  EXPECT_EQ(disk.table.find(1)->sectors, 100U);
  EXPECT_EQ(disk.table.find(2).error(), Error::not_found);
  EXPECT_EQ(disk.table.find(3)->sectors, 837U);
  EXPECT_EQ(disk.table.find(0).error(), Error::not_found);
}

TEST(PartitionTable, AnExtendedPartitionHoldsItsPlaceOnly) {
  for (const int type : {0x05, 0x0f, 0x85}) {
    Disk disk(1000);
    test::put_mbr_entry(disk.bytes, 0, 0x83, 63, 100);
    test::put_mbr_entry(disk.bytes, 1, static_cast<std::uint8_t>(type), 200, 100);
    ASSERT_TRUE(disk.read());
    EXPECT_TRUE(disk.table.find(1));
    EXPECT_EQ(disk.table.find(2).error(), Error::unsupported);
    test::put_mbr_entry(disk.bytes, 2, 0x83, 250, 100);
    EXPECT_EQ(disk.read(), fail(Error::overlap));
  }
}

TEST(PartitionTable, AnMbrIsRefusedWholeForOneBadEntry) {
  struct Case {
    std::uint32_t first;
    std::uint32_t blocks;
    Error error;
  };

  for (const Case& bad :
       {Case{0, 10, Error::out_of_range}, Case{10, 0, Error::out_of_range},
        Case{1000, 1, Error::out_of_range}, Case{999, 2, Error::out_of_range},
        Case{0xffff'ffff, 0xffff'ffff, Error::out_of_range}, Case{162, 5, Error::overlap},
        Case{1, 63, Error::overlap}, Case{70, 1, Error::overlap}, Case{1, 999, Error::overlap}}) {
    Disk disk(1000);
    test::put_mbr_entry(disk.bytes, 0, 0x83, 63, 100);
    test::put_mbr_entry(disk.bytes, 1, 0x83, bad.first, bad.blocks);
    EXPECT_EQ(disk.read(), fail(bad.error)) << bad.first << '+' << bad.blocks;
    EXPECT_EQ(disk.table.find(1).error(), Error::not_found);
    EXPECT_EQ(disk.table.kind(), TableKind::none);
  }
}

TEST(PartitionTable, ABootSectorIsNoMbr) {
  Disk disk(1000);
  test::put_mbr_entry(disk.bytes, 0, 0x83, 63, 100);
  disk.bytes[446] = std::byte{'t'};
  EXPECT_EQ(disk.read(), fail(Error::bad_value));
}

class GptTest : public testing::TestWithParam<std::uint32_t> {
 protected:
  GptTest() { gpt.entries = {{.first = 40, .last = 99}, {}, {.first = 100, .last = 100}}; }

  static constexpr std::uint64_t blocks = 300;
  Disk disk{blocks, GetParam()};
  test::Gpt gpt{blocks, GetParam()};
  std::uint64_t per_block = GetParam() / 512;
};

INSTANTIATE_TEST_SUITE_P(BlockBytes, GptTest, testing::Values(512, 4096));

TEST_P(GptTest, IsRead) {
  gpt.write(disk.bytes);
  ASSERT_TRUE(disk.read());
  EXPECT_EQ(disk.table.kind(), TableKind::gpt);
  EXPECT_EQ(disk.table.partitions().size(), 2U);
  EXPECT_EQ(disk.table.find(1)->first_sector, 40 * per_block);
  EXPECT_EQ(disk.table.find(1)->sectors, 60 * per_block);
  EXPECT_EQ(disk.table.find(2).error(), Error::not_found);
  EXPECT_EQ(disk.table.find(3)->sectors, per_block);
}

TEST_P(GptTest, EveryDamagedByteIsFoundAndTheBackupRead) {
  gpt.write(disk.bytes);
  const std::size_t header = GetParam();
  const std::size_t array = 2UL * GetParam();
  for (const std::size_t place :
       {header, header + 8, header + 12, header + 16, header + 24, header + 40, header + 72,
        header + 91, array, array + 32, array + 2 * 128 + 40, array + 128 * 128 - 1}) {
    Disk damaged = disk;
    damaged.bytes[place] ^= std::byte{0x10};
    ASSERT_TRUE(damaged.read()) << place;
    EXPECT_EQ(damaged.table.kind(), TableKind::gpt_backup) << place;
    EXPECT_EQ(damaged.table.partitions().size(), 2U);
    EXPECT_EQ(damaged.table.find(1)->first_sector, 40 * per_block);
    damaged.bytes[damaged.bytes.size() - GetParam()] ^= std::byte{1};
    EXPECT_FALSE(damaged.read());
    EXPECT_EQ(damaged.table.find(1).error(), Error::not_found);
  }
}

TEST_P(GptTest, AHeaderThatIsNotWhereItSaysIsNone) {
  gpt.write(disk.bytes);
  const auto second = std::span(disk.bytes).subspan(GetParam(), GetParam());
  test::put(second, 24, std::uint64_t{2});
  test::put(second, 16, std::uint32_t{0});
  test::put(second, 16, Crc32().add(second.first(92)).value());
  ASSERT_TRUE(disk.read());
  EXPECT_EQ(disk.table.kind(), TableKind::gpt_backup);
}

TEST_P(GptTest, WithoutItsProtectionItIsNone) {
  gpt.write(disk.bytes);
  disk.bytes[510] = std::byte{0};
  EXPECT_TRUE(disk.read());
  EXPECT_EQ(disk.table.kind(), TableKind::none);
}

TEST_P(GptTest, RefusesEntriesThatOverlapOrLieOutside) {
  struct Case {
    test::GptEntry entry;
    Error error;
  };

  const std::uint64_t first = 2 + gpt.array_blocks();
  const std::uint64_t last = blocks - 2 - gpt.array_blocks();
  for (const Case& bad :
       {Case{{99, 99}, Error::overlap}, Case{{first, last}, Error::overlap},
        Case{{50, 60}, Error::overlap}, Case{{first, 40}, Error::overlap},
        Case{{200, 199}, Error::out_of_range}, Case{{200, last + 1}, Error::out_of_range},
        Case{{first - 1, first}, Error::out_of_range},
        Case{{200, ~std::uint64_t{0}}, Error::out_of_range},
        Case{{~std::uint64_t{0}, ~std::uint64_t{0}}, Error::out_of_range}}) {
    gpt.entries.resize(3);
    gpt.entries.push_back(bad.entry);
    gpt.write(disk.bytes);
    EXPECT_EQ(disk.read(), fail(bad.error)) << bad.entry.first << ' ' << bad.entry.last;
    EXPECT_TRUE(disk.table.partitions().empty());
  }
}

TEST_P(GptTest, TheTableLiesOutsideWhatPartitionsMayUse) {
  gpt.first_usable = 1;
  gpt.write(disk.bytes);
  EXPECT_EQ(disk.read(), fail(Error::overlap));
  gpt.first_usable = 2;  // over the primary's entries, but not the backup's
  gpt.write(disk.bytes);
  EXPECT_TRUE(disk.read());
  EXPECT_EQ(disk.table.kind(), TableKind::gpt_backup);
  gpt.first_usable = 0;
  for (const std::uint64_t last : {blocks - 1, blocks, ~std::uint64_t{0}}) {
    gpt.last_usable = last;  // the backup's header, and beyond
    gpt.write(disk.bytes);
    EXPECT_EQ(disk.read(), fail(Error::overlap));
  }
  gpt.first_usable = 1 + gpt.array_blocks();
  gpt.last_usable = 0;
  gpt.write_copy(disk.bytes, 1, blocks - 1, 2);
  gpt.write_copy(disk.bytes, blocks - 1, 1, 3);  // a backup's array where partitions are
  EXPECT_EQ(disk.read(), fail(Error::overlap));
}

TEST_P(GptTest, EntriesInTheMiddleOfAPartitionCountForNothing) {
  gpt.count = 4;
  gpt.write_copy(disk.bytes, 1, blocks - 1, 5);
  test::put_mbr_entry(disk.bytes, 0, 0xee, 1, 0xffff'ffff);
  EXPECT_EQ(disk.read(), fail(Error::overlap));
}

TEST_P(GptTest, RefusesArraysThatItDoesNotKnow) {
  gpt.entry_bytes = 192;
  gpt.write(disk.bytes);
  EXPECT_EQ(disk.read(), fail(Error::bad_value));
  gpt.entry_bytes = 64;
  gpt.write(disk.bytes);
  EXPECT_EQ(disk.read(), fail(Error::bad_value));
  gpt.entry_bytes = 128;
  gpt.count = 129;
  gpt.write(disk.bytes);
  EXPECT_EQ(disk.read(), fail(Error::unsupported));
  gpt.count = 4;
  gpt.entry_bytes = 256;
  gpt.write(disk.bytes);
  EXPECT_TRUE(disk.read());
  EXPECT_EQ(disk.table.find(3)->sectors, per_block);
}

TEST(PartitionTable, DisksThatAreTooSmallForTheirTable) {
  for (const std::uint64_t blocks : {1U, 2U, 3U, 30U}) {
    Disk disk(blocks);
    test::put_mbr_entry(disk.bytes, 0, 0xee, 1, 0xffff'ffff);
    EXPECT_EQ(disk.read(), fail(Error::bad_value));
  }
}

// Whatever a table says: what is accepted lies inside the disk, apart from each other and the
// table.
RC_GTEST_PROP(PartitionTableProperty, AcceptedPartitionsNeverMeet, ()) {
  constexpr std::uint64_t blocks = 200;
  Disk disk(blocks);
  test::Gpt gpt(blocks);
  gpt.count = 8;
  const auto place = rc::gen::inRange<std::uint64_t>(0, blocks + 5);
  for (int i = 0; i < 4; ++i) {
    gpt.entries.push_back({.first = *place, .last = *place});
  }
  gpt.write(disk.bytes);
  if (!disk.read().has_value()) {
    return;
  }
  std::vector<bool> taken(blocks);
  for (const Partition& partition : disk.table.partitions()) {
    for (std::uint64_t i = 0; i < partition.sectors; ++i) {
      const std::uint64_t sector = partition.first_sector + i;
      RC_ASSERT(sector >= 4 && sector < blocks - 3);
      RC_ASSERT(!taken[sector]);
      taken[sector] = true;
    }
  }
}

}  // namespace
}  // namespace serai::block
