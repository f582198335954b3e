// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>

#include "base/result.hpp"

namespace serai::block {

class DiskEnds;
class PartitionTable;

enum class GptCopy : std::uint8_t {
  primary,  ///< behind the disk's first block
  backup,   ///< in its last block
};

/// Adds the partitions of one copy of a GUID partition table (UEFI 2.10, 5.3), both of whose
/// checksums must be right and which no partition may cover. Errors: `bad_value` for damage;
/// `unsupported` for an array of entries that is too large or away from the disk's ends; those of
/// `PartitionTable::add`.
Result<void> read_gpt(const DiskEnds& disk, GptCopy copy, PartitionTable& to) noexcept;

}  // namespace serai::block
