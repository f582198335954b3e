// SPDX-License-Identifier: BSD-2-Clause
//
// A hostile disk: a good partition table, spoilt as the input says, with checksums put right again
// if it asks for that. What is accepted lies inside the disk, apart from the rest and the table.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/assert.hpp"
#include "pds/block/partition_table.hpp"
#include "support/partition_tables.hpp"

namespace {

using namespace serai::block;

constexpr std::uint64_t blocks = 120;
constexpr std::size_t end_bytes = 24UL * 1024;

/// Makes a header's checksums right, whatever it says now.
void put_right(std::span<std::byte> disk, std::size_t block_bytes, std::uint64_t block) {
  const auto header = disk.subspan(block * block_bytes, block_bytes);
  std::uint64_t array_block = 0;
  std::uint32_t count = 0;
  std::uint32_t entry_bytes = 0;
  std::uint32_t size = 0;
  std::memcpy(&array_block, header.data() + 72, 8);
  std::memcpy(&count, header.data() + 80, 4);
  std::memcpy(&entry_bytes, header.data() + 84, 4);
  std::memcpy(&size, header.data() + 12, 4);
  const std::uint64_t bytes = std::uint64_t{count} * entry_bytes;
  if (array_block < blocks && bytes <= disk.size() - array_block * block_bytes) {
    const auto array = disk.subspan(array_block * block_bytes, bytes);
    serai::test::put(header, 88, serai::Crc32().add(array).value());
  }
  if (size >= 92 && size <= block_bytes) {
    serai::test::put(header, 16, std::uint32_t{0});
    serai::test::put(header, 16, serai::Crc32().add(header.first(size)).value());
  }
}

void check(const PartitionTable& table, std::uint64_t sectors, std::uint64_t first_allowed) {
  std::vector<bool> taken(sectors);
  for (const Partition& partition : table.partitions()) {
    SERAI_ASSERT(partition.number >= 1 && partition.sectors != 0);
    SERAI_ASSERT(partition.first_sector >= first_allowed && partition.first_sector < sectors);
    SERAI_ASSERT(partition.sectors <= sectors - partition.first_sector);
    for (std::uint64_t i = 0; i < partition.sectors; ++i) {
      SERAI_ASSERT(!taken[partition.first_sector + i]);
      taken[partition.first_sector + i] = true;
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) {
    return 0;
  }
  const std::uint32_t block_bytes = (data[0] & 1) != 0 ? 4096 : 512;
  const bool checksums = (data[0] & 2) != 0;
  std::vector<std::byte> disk(blocks * block_bytes);
  serai::test::Gpt gpt(blocks, block_bytes);
  gpt.count = (data[0] & 4) != 0 ? 128 : 8;
  gpt.entries = {{.first = 50, .last = 59}, {.first = 60, .last = 60}};
  gpt.write(disk);
  // Each change: a place from either end, and a value.
  for (std::size_t i = 1; i + 3 <= size; i += 3) {
    const std::size_t place = data[i] | (data[i + 1] & 0x7fU) << 8;
    const bool from_end = (data[i + 1] & 0x80) != 0;
    if (place < disk.size()) {
      disk[from_end ? disk.size() - 1 - place : place] = static_cast<std::byte>(data[i + 2]);
    }
  }
  if (checksums) {
    put_right(disk, block_bytes, 1);
    put_right(disk, block_bytes, blocks - 1);
  }
  const auto all = std::span<const std::byte>(disk);
  const std::size_t ends = std::min(end_bytes, disk.size());
  const DiskEnds view(all.first(ends), all.last(ends), blocks, block_bytes);
  PartitionTable table;
  const auto result = table.read(view);
  SERAI_ASSERT(result.has_value() || table.partitions().empty());
  const std::uint64_t per_block = block_bytes / 512;
  const bool is_gpt = table.kind() == TableKind::gpt || table.kind() == TableKind::gpt_backup;
  // The last block is the backup's header.
  check(table, (is_gpt ? blocks - 1 : blocks) * per_block, (is_gpt ? 2 : 1) * per_block);
  return 0;
}
