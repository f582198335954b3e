// SPDX-License-Identifier: BSD-2-Clause
#include "pds/block/gpt.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "base/bits.hpp"
#include "base/crc32.hpp"
#include "pds/block/little_endian.hpp"
#include "pds/block/partition_table.hpp"

namespace serai::block {
namespace {

// UEFI 2.10, tables 5-5 and 5-6.
constexpr std::uint64_t signature = 0x5452'4150'2049'4645;  // "EFI PART"
constexpr std::uint32_t revision = 0x0001'0000;
constexpr std::uint32_t least_header_bytes = 92;
constexpr std::size_t checksum_offset = 16;
constexpr std::uint32_t least_entry_bytes = 128;
constexpr std::size_t type_bytes = 16;
constexpr std::size_t entry_first_offset = 32;
constexpr std::size_t entry_last_offset = 40;
constexpr std::uint64_t primary_block = 1;

struct Header {
  std::uint64_t my_block = 0;
  std::uint64_t first_usable = 0;
  std::uint64_t last_usable = 0;
  std::uint64_t entries_block = 0;
  std::uint32_t entry_count = 0;
  std::uint32_t entry_bytes = 0;
  std::uint32_t entries_checksum = 0;

  [[nodiscard]] std::uint64_t array_bytes() const noexcept {
    return std::uint64_t{entry_count} * entry_bytes;
  }
};

std::uint32_t header_checksum(std::span<const std::byte> header) noexcept {
  constexpr std::array<std::byte, sizeof(std::uint32_t)> zero{};
  const std::size_t behind = checksum_offset + zero.size();
  return Crc32().add(header.first(checksum_offset)).add(zero).add(header.subspan(behind)).value();
}

// Guest-controlled: a client that has the whole disk writes the table.
Result<Header> read_header(const DiskEnds& disk, std::uint64_t block) noexcept {
  const auto bytes = disk.at(block, disk.block_bytes());
  if (!bytes.has_value() || number_at<std::uint64_t>(*bytes, 0) != signature ||
      number_at<std::uint32_t>(*bytes, 8) != revision) {
    return fail(Error::bad_value);
  }
  const auto size = number_at<std::uint32_t>(*bytes, 12);
  if (size < least_header_bytes || size > bytes->size() ||
      number_at<std::uint32_t>(*bytes, checksum_offset) != header_checksum(bytes->first(size))) {
    return fail(Error::bad_value);
  }
  const Header header{.my_block = number_at<std::uint64_t>(*bytes, 24),
                      .first_usable = number_at<std::uint64_t>(*bytes, 40),
                      .last_usable = number_at<std::uint64_t>(*bytes, 48),
                      .entries_block = number_at<std::uint64_t>(*bytes, 72),
                      .entry_count = number_at<std::uint32_t>(*bytes, 80),
                      .entry_bytes = number_at<std::uint32_t>(*bytes, 84),
                      .entries_checksum = number_at<std::uint32_t>(*bytes, 88)};
  if (header.my_block != block) {
    return fail(Error::bad_value);
  }
  return header;
}

/// Whether header and entries lie outside of what partitions may use, so that no client of a
/// partition can write them.
bool is_apart(const DiskEnds& disk, const Header& header, GptCopy copy) noexcept {
  const std::uint64_t last = disk.blocks() - 1;
  if (header.first_usable > header.last_usable || header.last_usable >= last ||
      header.first_usable <= primary_block) {
    return false;
  }
  const std::uint64_t blocks =
      align_up(header.array_bytes(), disk.block_bytes()) / disk.block_bytes();
  return copy == GptCopy::primary
             ? header.entries_block > primary_block && header.entries_block < header.first_usable &&
                   blocks <= header.first_usable - header.entries_block
             : header.entries_block > header.last_usable && header.entries_block < last &&
                   blocks <= last - header.entries_block;
}

Result<std::span<const std::byte>> entries_of(const DiskEnds& disk, const Header& header,
                                              GptCopy copy) noexcept {
  const bool good_size =
      is_power_of_two(header.entry_bytes) && header.entry_bytes >= least_entry_bytes;
  if (!good_size || header.entry_count == 0) {
    return fail(Error::bad_value);
  }
  const auto bytes = disk.at(header.entries_block, header.array_bytes());
  if (header.entry_count > PartitionTable::most_partitions || !bytes.has_value()) {
    return fail(Error::unsupported);
  }
  if (!is_apart(disk, header, copy)) {
    return fail(Error::overlap);
  }
  if (Crc32().add(*bytes).value() != header.entries_checksum) {
    return fail(Error::bad_value);
  }
  return bytes;
}

bool is_used(std::span<const std::byte> entry) noexcept {
  return std::ranges::any_of(entry.first(type_bytes),
                             [](std::byte byte) { return byte != std::byte{}; });
}

Result<void> add(const DiskEnds& disk, const Header& header, std::span<const std::byte> entry,
                 std::uint32_t number, PartitionTable& to) noexcept {
  const auto first = number_at<std::uint64_t>(entry, entry_first_offset);
  const auto last = number_at<std::uint64_t>(entry, entry_last_offset);
  if (first < header.first_usable || last > header.last_usable) {
    return fail(Error::out_of_range);
  }
  return to.add(disk, number, first, last);
}

}  // namespace

Result<void> read_gpt(const DiskEnds& disk, GptCopy copy, PartitionTable& to) noexcept {
  const auto header =
      read_header(disk, copy == GptCopy::primary ? primary_block : disk.blocks() - 1);
  if (!header.has_value()) {
    return fail(header.error());
  }
  const auto entries = entries_of(disk, *header, copy);
  if (!entries.has_value()) {
    return fail(entries.error());
  }
  for (std::uint32_t i = 0; i < header->entry_count; ++i) {
    const auto entry = entries->subspan(std::size_t{i} * header->entry_bytes, header->entry_bytes);
    if (!is_used(entry)) {
      continue;
    }
    if (const auto added = add(disk, *header, entry, i + 1, to); !added.has_value()) {
      return added;
    }
  }
  return {};
}

}  // namespace serai::block
