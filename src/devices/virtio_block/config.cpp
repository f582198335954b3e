// SPDX-License-Identifier: BSD-2-Clause
//
// Features, the configuration space and what is known of the disk.
#include <algorithm>
#include <bit>

#include "devices/virtio_block/block.hpp"

namespace serai::virtio_block {
namespace {

/// Keeps the bytes of one piece inside 32 bits.
constexpr std::uint32_t most_piece_bytes = 1U << 30;

/// Whether a back end's description can be worked with.
bool makes_sense(const BlockGeometry& disk) noexcept {
  return is_power_of_two(disk.block_bytes) && disk.block_bytes >= sector_bytes &&
         disk.block_bytes <= 4096 && disk.blocks <= ~std::uint64_t{0} / disk.block_bytes &&
         disk.most_requests != 0 && disk.most_blocks != 0;
}

}  // namespace

std::uint64_t Block::offered_features() const noexcept {
  std::uint64_t features =
      feature::seg_max | feature::blk_size | feature::flush | feature::topology;
  if (is_read_only()) {
    features |= feature::ro;
  } else {
    features |= feature::config_wce | feature::discard | feature::write_zeroes;
  }
  if (options_.queues > 1) {
    features |= feature::mq;
  }
  return features;
}

bool Block::is_read_only() const noexcept {
  return options_.read_only || disk_.read_only;
}

bool Block::is_negotiated(std::uint64_t bits) const noexcept {
  return (active_.features & bits) != 0;
}

// 5.2.6.2: writes must be stable when they end if the driver neither can flush nor asked for a
// cache, or if it has switched the cache off.
bool Block::is_write_through() const noexcept {
  return is_negotiated(feature::config_wce) ? !writeback_ : !is_negotiated(feature::flush);
}

std::uint64_t Block::disk_sectors() const noexcept {
  return (disk_.blocks << block_shift_) / sector_bytes;
}

Config Block::config() const noexcept {
  const bool writes = !is_read_only();
  return {.capacity = disk_sectors(),
          .size_max = 0,
          .seg_max = options_.queue_size - 2U,  // header and status need one each
          .cylinders = 0,
          .heads = 0,
          .sectors = 0,
          .blk_size = sector_bytes,
          .physical_block_exp = static_cast<std::uint8_t>(
              disk_is_known_ ? std::countr_zero(disk_.block_bytes) - std::countr_zero(sector_bytes)
                             : 0),
          .alignment_offset = 0,
          .min_io_size =
              static_cast<std::uint16_t>(disk_is_known_ ? disk_.block_bytes / sector_bytes : 1),
          .opt_io_size = 0,
          .writeback = static_cast<std::uint8_t>(writeback_ ? 1 : 0),
          .unused0 = 0,
          .num_queues = options_.queues,
          .max_discard_sectors = writes ? most_range_sectors : 0,
          .max_discard_seg = writes ? most_discard_segments : 0,
          .discard_sector_alignment = 1,
          .max_write_zeroes_sectors = writes ? most_range_sectors : 0,
          .max_write_zeroes_seg = writes ? 1U : 0,
          .write_zeroes_may_unmap = 0,
          .unused1 = {}};
}

void Block::read_config(std::uint32_t offset, std::span<std::byte> to) noexcept {
  SERAI_ASSERT(offset <= config_bytes && to.size() <= config_bytes - offset);
  unseen_change_.read();
  const Config all = config();
  const auto bytes = std::bit_cast<std::array<std::byte, sizeof(all)>>(all);
  std::copy_n(bytes.begin() + offset, to.size(), to.begin());
}

void Block::write_config(std::uint32_t offset, std::span<const std::byte> bytes) noexcept {
  constexpr std::uint32_t place = offsetof(Config, writeback);
  const bool may = active_.events == nullptr || is_negotiated(feature::config_wce);
  if (may && offset <= place && place - offset < bytes.size()) {
    writeback_ = bytes[place - offset] != std::byte{0};
  }
}

void Block::look_at_disk() noexcept {
  const auto now = back_end_.geometry();
  // A back end whose blocks change their size while requests are cut into them is broken.
  const bool is_good =
      now && makes_sense(*now) && (!disk_is_known_ || now->block_bytes == disk_.block_bytes);
  disk_is_gone_ = disk_is_known_ && !is_good;
  if (!is_good) {
    return;
  }
  const bool has_changed = !disk_is_known_ || now->blocks != disk_.blocks;
  if (!disk_is_known_) {
    // That nothing came of it until now says nothing about what will.
    gave_up_ = false;
    was_idle_ = false;
  }
  disk_ = *now;
  disk_.most_requests = std::min<std::uint32_t>(disk_.most_requests, PieceTable::most);
  disk_.most_blocks = std::min(disk_.most_blocks, most_piece_bytes / disk_.block_bytes);
  block_shift_ = static_cast<unsigned>(std::countr_zero(disk_.block_bytes));
  disk_is_known_ = true;
  if (has_changed && active_.events != nullptr) {
    active_.events->config_changed();
  } else if (has_changed) {
    unseen_change_.changed();
  }
}

}  // namespace serai::virtio_block
