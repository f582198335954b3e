// SPDX-License-Identifier: BSD-2-Clause
#include "backends/ram_disk/ram_disk.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/assert.hpp"
#include "base/bits.hpp"

namespace serai {

void RamDisk::load(std::span<std::byte> disk, std::span<const std::byte> image) noexcept {
  const std::size_t copied = std::min(disk.size(), image.size());
  if (copied != 0) {
    std::memcpy(disk.data(), image.data(), copied);
  }
  if (copied != disk.size()) {
    std::memset(disk.data() + copied, 0, disk.size() - copied);
  }
}

std::optional<BlockGeometry> RamDisk::geometry() noexcept {
  return BlockGeometry{.blocks = disk_.size() / block_bytes,
                       .block_bytes = block_bytes,
                       .most_requests = most_requests,
                       .most_blocks = 0xffff'ffff,
                       .read_only = read_only_};
}

Result<BlockBuffer> RamDisk::allocate(std::uint32_t /*blocks*/) noexcept {
  return fail(Error::no_space);
}

std::span<std::byte> RamDisk::bytes(BlockBuffer /*buffer*/) noexcept {
  return {};
}

void RamDisk::release(BlockBuffer /*buffer*/) noexcept {}

std::span<std::byte> RamDisk::direct(std::uint64_t block, std::uint32_t blocks) noexcept {
  const std::uint64_t all = disk_.size() / block_bytes;
  if (blocks > all || block > all - blocks) {
    return {};
  }
  return disk_.subspan(block * block_bytes, std::size_t{blocks} * block_bytes);
}

Result<void> RamDisk::submit(const BlockRequest& request) noexcept {
  if (request.operation != BlockOperation::flush) {
    return fail(Error::unsupported);
  }
  SERAI_ASSERT(request.id < most_requests && !test_bit(flushed_, request.id));
  flushed_ |= bit(request.id);
  return {};
}

std::optional<BlockCompletion> RamDisk::next_completion() noexcept {
  if (flushed_ == 0) {
    return std::nullopt;
  }
  const auto id = static_cast<std::uint32_t>(std::countr_zero(flushed_));
  flushed_ &= flushed_ - 1;
  return BlockCompletion{.id = id, .status = BlockStatus::ok};
}

}  // namespace serai
