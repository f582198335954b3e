// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/result.hpp"

namespace serai::block {

/// The unit of a VirtIO disk's addresses, whatever its logical blocks are.
inline constexpr std::uint32_t sector_bytes = 512;

/// The two ends of a disk, copied into memory: partition tables lie there. Addresses are logical
/// blocks (LBA), numbered from 0.
class DiskEnds {
 public:
  /// `first` are the disk's first bytes, `last` its last ones; `block_bytes` is a power of two from
  /// 512 on, both ends and the disk a whole number of blocks.
  constexpr DiskEnds(std::span<const std::byte> first, std::span<const std::byte> last,
                     std::uint64_t blocks, std::uint32_t block_bytes) noexcept
      : first_(first), last_(last), blocks_(blocks), block_bytes_(block_bytes) {}

  [[nodiscard]] constexpr std::uint64_t blocks() const noexcept { return blocks_; }

  [[nodiscard]] constexpr std::uint32_t block_bytes() const noexcept { return block_bytes_; }

  [[nodiscard]] constexpr std::uint32_t sectors_per_block() const noexcept {
    return block_bytes_ / sector_bytes;
  }

  /// `bytes` bytes from the start of a block on; `out_of_range` unless one end has them all.
  [[nodiscard]] constexpr Result<std::span<const std::byte>> at(
      std::uint64_t block, std::uint64_t bytes) const noexcept {
    if (const auto found = within(first_, block, bytes); found.has_value()) {
      return found;
    }
    const std::uint64_t last_starts = blocks_ - last_.size() / block_bytes_;
    return block < last_starts ? fail(Error::out_of_range)
                               : within(last_, block - last_starts, bytes);
  }

 private:
  [[nodiscard]] constexpr Result<std::span<const std::byte>> within(
      std::span<const std::byte> end, std::uint64_t block, std::uint64_t bytes) const noexcept {
    if (block >= end.size() / block_bytes_ || bytes > end.size() - block * block_bytes_) {
      return fail(Error::out_of_range);
    }
    return end.subspan(block * block_bytes_, bytes);
  }

  std::span<const std::byte> first_;
  std::span<const std::byte> last_;
  std::uint64_t blocks_;
  std::uint32_t block_bytes_;
};

}  // namespace serai::block
