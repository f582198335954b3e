// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstddef>
#include <span>

#include "base/result.hpp"

namespace serai::block {

class DiskEnds;
class PartitionTable;

/// Whether a disk's first sector says that it is a master boot record (UEFI 2.10, 5.2).
[[nodiscard]] bool is_mbr(std::span<const std::byte> sector) noexcept;

/// Whether an MBR only keeps others away from a GPT.
[[nodiscard]] bool protects_gpt(std::span<const std::byte> sector) noexcept;

/// Adds the partitions of an MBR. Errors: `bad_value` for a damaged entry, and those of
/// `PartitionTable::add`.
Result<void> read_mbr(const DiskEnds& disk, std::span<const std::byte> sector,
                      PartitionTable& to) noexcept;

}  // namespace serai::block
