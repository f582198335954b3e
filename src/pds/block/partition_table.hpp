// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>

#include "base/result.hpp"
#include "base/static_vector.hpp"
#include "pds/block/disk_ends.hpp"

namespace serai::block {

/// A part of a disk. `first_sector` and `sectors` count 512 bytes each.
struct Partition {
  std::uint32_t number = 0;  ///< from 1 on, as the table numbers it
  std::uint64_t first_sector = 0;
  std::uint64_t sectors = 0;
};

enum class TableKind : std::uint8_t { none, mbr, gpt, gpt_backup };

/// What a disk's partition table says. All partitions lie inside the disk, apart from each other
/// and from the table itself.
class PartitionTable {
 public:
  static constexpr std::size_t most_partitions = 128;

  /// Reads the table at the ends of a disk: a GPT (UEFI 2.10, 5.3) if the MBR says so, from its
  /// backup where the primary is damaged; else the four entries of the MBR. Nothing of it is
  /// trusted: one entry that lies outside the disk, or over another, refuses the whole table, which
  /// then has no partitions. Extended partitions of an MBR hold their place and cannot be used.
  /// Errors: `bad_value` for damage, `out_of_range`, `overlap`, `unsupported` for a table larger
  /// than 128 entries or away from the ends.
  Result<void> read(const DiskEnds& disk) noexcept;

  [[nodiscard]] TableKind kind() const noexcept { return kind_; }

  /// A partition by its number; `not_found`, or `unsupported` for an extended one.
  [[nodiscard]] Result<Partition> find(std::uint32_t number) const noexcept;

  [[nodiscard]] std::span<const Partition> partitions() const noexcept {
    return partitions_.span();
  }

  /// Adds a partition, for those who read tables: blocks `first` to `last` of the disk. Errors:
  /// `out_of_range`, `overlap`, `no_space`.
  Result<void> add(const DiskEnds& disk, std::uint32_t number, std::uint64_t first,
                   std::uint64_t last) noexcept;

  /// Says that a partition cannot be used, although it has its place.
  void mark_unusable(std::uint32_t number) noexcept { unusable_ |= 1U << (number & 31U); }

 private:
  void forget() noexcept;
  Result<void> read_whole(const DiskEnds& disk) noexcept;

  StaticVector<Partition, most_partitions> partitions_;
  std::uint32_t unusable_ = 0;  ///< of an MBR, by number
  TableKind kind_ = TableKind::none;
};

}  // namespace serai::block
