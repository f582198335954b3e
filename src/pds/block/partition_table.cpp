// SPDX-License-Identifier: BSD-2-Clause
#include "pds/block/partition_table.hpp"

#include <algorithm>

#include "pds/block/gpt.hpp"
#include "pds/block/mbr.hpp"

namespace serai::block {
namespace {

bool overlap(const Partition& a, const Partition& b) noexcept {
  return a.first_sector < b.first_sector + b.sectors && b.first_sector < a.first_sector + a.sectors;
}

}  // namespace

Result<void> PartitionTable::read(const DiskEnds& disk) noexcept {
  forget();
  const auto result = read_whole(disk);
  if (!result.has_value()) {
    forget();
  }
  return result;
}

void PartitionTable::forget() noexcept {
  partitions_.clear();
  unusable_ = 0;
  kind_ = TableKind::none;
}

Result<void> PartitionTable::read_whole(const DiskEnds& disk) noexcept {
  const auto mbr = disk.at(0, sector_bytes);
  if (!mbr.has_value() || !is_mbr(*mbr)) {
    return {};
  }
  if (!protects_gpt(*mbr)) {
    kind_ = TableKind::mbr;
    return read_mbr(disk, *mbr, *this);
  }
  kind_ = TableKind::gpt;
  const auto primary = read_gpt(disk, GptCopy::primary, *this);
  if (primary.has_value()) {
    return primary;
  }
  partitions_.clear();
  kind_ = TableKind::gpt_backup;
  // What is wrong with the first copy says more, should both be.
  return read_gpt(disk, GptCopy::backup, *this).has_value() ? Result<void>() : primary;
}

Result<void> PartitionTable::add(const DiskEnds& disk, std::uint32_t number, std::uint64_t first,
                                 std::uint64_t last) noexcept {
  if (first > last || last >= disk.blocks()) {
    return fail(Error::out_of_range);
  }
  const Partition partition{.number = number,
                            .first_sector = first * disk.sectors_per_block(),
                            .sectors = (last - first + 1) * disk.sectors_per_block()};
  const auto meets = [&](const Partition& other) { return overlap(partition, other); };
  if (std::ranges::any_of(partitions_, meets)) {
    return fail(Error::overlap);
  }
  return partitions_.push_back(partition);
}

Result<Partition> PartitionTable::find(std::uint32_t number) const noexcept {
  const auto* const found = std::ranges::find(partitions_, number, &Partition::number);
  if (found == partitions_.end()) {
    return fail(Error::not_found);
  }
  if (number < 32 && (unusable_ >> number & 1U) != 0) {
    return fail(Error::unsupported);
  }
  return *found;
}

}  // namespace serai::block
