// SPDX-License-Identifier: BSD-2-Clause
//
// What VirtIO 1.2, 5.2 (Block Device) lays down: numbers and layouts, all little-endian.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/bits.hpp"

namespace serai::virtio_block {

/// The unit of positions and lengths, whatever the disk's own blocks are.
inline constexpr std::uint32_t sector_bytes = 512;

/// 5.2.3 Feature bits.
namespace feature {
inline constexpr std::uint64_t seg_max = bit(2);
inline constexpr std::uint64_t ro = bit(5);
inline constexpr std::uint64_t blk_size = bit(6);
inline constexpr std::uint64_t flush = bit(9);
inline constexpr std::uint64_t topology = bit(10);
inline constexpr std::uint64_t config_wce = bit(11);
inline constexpr std::uint64_t mq = bit(12);
inline constexpr std::uint64_t discard = bit(13);
inline constexpr std::uint64_t write_zeroes = bit(14);
}  // namespace feature

/// 5.2.4 Device configuration layout, without what belongs to features that are never offered.
struct Config {
  std::uint64_t capacity;  ///< sectors
  std::uint32_t size_max;
  std::uint32_t seg_max;
  std::uint16_t cylinders;
  std::uint8_t heads;
  std::uint8_t sectors;
  std::uint32_t blk_size;
  std::uint8_t physical_block_exp;
  std::uint8_t alignment_offset;
  std::uint16_t min_io_size;
  std::uint32_t opt_io_size;
  std::uint8_t writeback;
  std::uint8_t unused0;
  std::uint16_t num_queues;
  std::uint32_t max_discard_sectors;
  std::uint32_t max_discard_seg;
  std::uint32_t discard_sector_alignment;
  std::uint32_t max_write_zeroes_sectors;
  std::uint32_t max_write_zeroes_seg;
  std::uint8_t write_zeroes_may_unmap;
  std::array<std::uint8_t, 3> unused1;
};

inline constexpr std::uint16_t config_bytes = 60;

/// 5.2.6 Device operation: the types of requests.
enum class RequestType : std::uint32_t {
  in = 0,
  out = 1,
  flush = 4,
  get_id = 8,
  discard = 11,
  write_zeroes = 13,
};

/// The start of every request.
struct RequestHeader {
  RequestType type;
  std::uint32_t reserved;
  std::uint64_t sector;
};

/// What a discard or write zeroes request says of one range.
struct RangeSegment {
  std::uint64_t sector;
  std::uint32_t num_sectors;
  std::uint32_t flags;
};

inline constexpr std::uint32_t unmap_flag = 1;

inline constexpr std::size_t id_bytes = 20;

/// The last byte of every request.
enum class Status : std::uint8_t { ok = 0, ioerr = 1, unsupp = 2 };

static_assert(offsetof(Config, seg_max) == 12);
static_assert(offsetof(Config, blk_size) == 20);
static_assert(offsetof(Config, min_io_size) == 26);
static_assert(offsetof(Config, writeback) == 32);
static_assert(offsetof(Config, num_queues) == 34);
static_assert(offsetof(Config, max_discard_sectors) == 36);
static_assert(offsetof(Config, max_write_zeroes_sectors) == 48);
static_assert(offsetof(Config, write_zeroes_may_unmap) == 56);
static_assert(offsetof(Config, unused1) + 3 == config_bytes);
static_assert(sizeof(RequestHeader) == 16);
static_assert(sizeof(RangeSegment) == 16);

}  // namespace serai::virtio_block
