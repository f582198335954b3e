// SPDX-License-Identifier: BSD-2-Clause
#include "pds/block/mbr.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include "pds/block/little_endian.hpp"
#include "pds/block/partition_table.hpp"

namespace serai::block {
namespace {

// UEFI 2.10, tables 5-3 and 5-4.
constexpr std::size_t entries_offset = 446;
constexpr std::size_t entry_bytes = 16;
constexpr std::uint32_t entry_count = 4;
constexpr std::size_t signature_offset = 510;
constexpr std::uint16_t signature = 0xaa55;

constexpr std::uint8_t type_empty = 0x00;
constexpr std::uint8_t type_protective = 0xee;
constexpr std::array<std::uint8_t, 3> extended_types = {0x05, 0x0f, 0x85};
constexpr std::uint8_t active_flag = 0x80;

struct Entry {
  std::uint8_t flags = 0;
  std::uint8_t type = 0;
  std::uint32_t first = 0;
  std::uint32_t blocks = 0;
};

// Guest-controlled: a client that has the whole disk writes the table.
Entry entry_at(std::span<const std::byte> sector, std::uint32_t index) noexcept {
  const auto entry = sector.subspan(entries_offset + index * entry_bytes, entry_bytes);
  return {.flags = number_at<std::uint8_t>(entry, 0),
          .type = number_at<std::uint8_t>(entry, 4),
          .first = number_at<std::uint32_t>(entry, 8),
          .blocks = number_at<std::uint32_t>(entry, 12)};
}

Result<void> add(const DiskEnds& disk, const Entry& entry, std::uint32_t number,
                 PartitionTable& to) noexcept {
  // A boot sector of a file system carries the same signature, and code where a table has entries.
  if ((entry.flags & ~active_flag) != 0) {
    return fail(Error::bad_value);
  }
  if (entry.first == 0 || entry.blocks == 0) {
    return fail(Error::out_of_range);
  }
  const bool is_extended = std::ranges::find(extended_types, entry.type) != extended_types.end();
  if (is_extended) {
    to.mark_unusable(number);
  }
  return to.add(disk, number, entry.first, std::uint64_t{entry.first} + entry.blocks - 1);
}

}  // namespace

bool is_mbr(std::span<const std::byte> sector) noexcept {
  return number_at<std::uint16_t>(sector, signature_offset) == signature;
}

bool protects_gpt(std::span<const std::byte> sector) noexcept {
  for (std::uint32_t i = 0; i < entry_count; ++i) {
    if (entry_at(sector, i).type == type_protective) {
      return true;
    }
  }
  return false;
}

Result<void> read_mbr(const DiskEnds& disk, std::span<const std::byte> sector,
                      PartitionTable& to) noexcept {
  for (std::uint32_t i = 0; i < entry_count; ++i) {
    const Entry entry = entry_at(sector, i);
    if (entry.type == type_empty) {
      continue;
    }
    if (const auto added = add(disk, entry, i + 1, to); !added.has_value()) {
      return added;
    }
  }
  return {};
}

}  // namespace serai::block
