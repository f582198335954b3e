// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "base/crc32.hpp"

namespace serai::test {

template <class Number>
void put(std::span<std::byte> bytes, std::size_t offset, Number value) {
  std::memcpy(bytes.subspan(offset, sizeof(value)).data(), &value, sizeof(value));
}

/// Writes an entry of an MBR and its signature. `slot` counts from 0.
inline void put_mbr_entry(std::span<std::byte> disk, std::size_t slot, std::uint8_t type,
                          std::uint32_t first, std::uint32_t blocks) {
  const std::size_t offset = 446 + slot * 16;
  put(disk, offset + 4, type);
  put(disk, offset + 8, first);
  put(disk, offset + 12, blocks);
  put(disk, 510, std::uint16_t{0xaa55});
}

struct GptEntry {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
};

/// A GUID partition table as partitioning tools write it, for a test to spoil before `write`.
struct Gpt {
  explicit Gpt(std::uint64_t disk_blocks, std::uint32_t bytes_per_block = 512)
      : blocks(disk_blocks), block_bytes(bytes_per_block) {}

  [[nodiscard]] std::uint64_t array_blocks() const {
    return (std::uint64_t{count} * entry_bytes + block_bytes - 1) / block_bytes;
  }

  void write(std::span<std::byte> disk) const {
    put_mbr_entry(disk, 0, 0xee, 1, 0xffff'ffff);
    write_copy(disk, 1, blocks - 1, 2);
    write_copy(disk, blocks - 1, 1, blocks - 1 - array_blocks());
  }

  void write_copy(std::span<std::byte> disk, std::uint64_t my_block, std::uint64_t other_block,
                  std::uint64_t array_block) const {
    std::vector<std::byte> array(std::size_t{count} * entry_bytes);
    for (std::size_t i = 0; i < entries.size(); ++i) {
      const auto entry = std::span(array).subspan(i * entry_bytes, entry_bytes);
      if (entries[i].last != 0) {
        put(entry, 0, std::uint64_t{0x1122'3344'5566'7788});
        put(entry, 32, entries[i].first);
        put(entry, 40, entries[i].last);
      }
    }
    if (array_block < blocks && array.size() <= (blocks - array_block) * block_bytes) {
      std::memcpy(disk.subspan(array_block * block_bytes).data(), array.data(), array.size());
    }
    const auto header = disk.subspan(my_block * block_bytes, block_bytes);
    put(header, 0, std::uint64_t{0x5452'4150'2049'4645});
    put(header, 8, std::uint32_t{0x0001'0000});
    put(header, 12, std::uint32_t{92});
    put(header, 16, std::uint32_t{0});
    put(header, 24, my_block);
    put(header, 32, other_block);
    put(header, 40, first_usable != 0 ? first_usable : 2 + array_blocks());
    put(header, 48, last_usable != 0 ? last_usable : blocks - 2 - array_blocks());
    put(header, 72, array_block);
    put(header, 80, count);
    put(header, 84, entry_bytes);
    put(header, 88, Crc32().add(array).value());
    put(header, 16, Crc32().add(header.first(92)).value());
  }

  std::uint64_t blocks;
  std::uint32_t block_bytes;
  std::vector<GptEntry> entries;
  std::uint64_t first_usable = 0;  ///< 0: behind the array
  std::uint64_t last_usable = 0;
  std::uint32_t count = 128;
  std::uint32_t entry_bytes = 128;
};

}  // namespace serai::test
