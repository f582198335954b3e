// SPDX-License-Identifier: BSD-2-Clause
//
// sDDF's block queues as they lie in memory: a ring of requests and a ring of responses, each
// written by one side and read by the other, and a page that describes the disk. Indices run
// freely; entry i lies at i modulo the capacity, a power of two.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace serai::sddf {

/// The unit of block numbers and counts, whatever the disk's own sectors are.
inline constexpr std::uint32_t block_bytes = 4096;

enum class BlockCode : std::uint32_t { read = 0, write = 1, flush = 2, barrier = 3 };

enum class BlockResult : std::uint32_t {
  ok = 0,
  unspecified = 1,
  invalid_parameter = 2,
  io_error = 3,
  no_device = 4,
};

struct BlockRequestEntry {
  std::uint32_t code;  ///< BlockCode
  std::uint32_t reserved;
  std::uint64_t offset;  ///< of the data, in bytes from the start of the data region
  std::uint64_t block;
  std::uint16_t count;       ///< blocks
  std::uint16_t generation;  ///< which life of the server it is for; 0, as sDDF has it: any
  std::uint32_t id;          ///< chosen by the client, comes back in the response
};

struct BlockResponseEntry {
  std::uint32_t status;       ///< BlockResult
  std::uint16_t blocks_done;  ///< how many succeeded
  std::uint16_t generation;   ///< which life of the server it is from, 0 where sDDF serves
  std::uint32_t id;
};

/// The ring's entries follow the header.
struct BlockRequestHeader {
  std::uint32_t head;     ///< written by the server
  std::uint32_t tail;     ///< written by the client
  std::uint32_t plugged;  ///< its first byte: a hint not to serve yet, which may be ignored
  std::uint32_t reserved;
};

struct BlockResponseHeader {
  std::uint32_t head;  ///< written by the client
  std::uint32_t tail;  ///< written by the server
};

/// What the server says of the disk. Valid while `ready` is not 0.
struct BlockStorageInfo {
  std::array<char, 64> serial;  ///< NUL-terminated
  std::uint8_t read_only;
  std::uint8_t ready;
  std::uint16_t sector_bytes;
  std::uint16_t best_blocks;  ///< best size of a request, in blocks of 4096 bytes
  std::uint16_t queue_depth;
  std::uint16_t cylinders;
  std::uint16_t heads;
  std::uint16_t sectors;
  std::uint16_t reserved;
  std::uint64_t capacity;  ///< in blocks of 4096 bytes
};

/// What follows it in the same page. sDDF knows nothing of it and leaves zeros: then a server that
/// starts again cannot be told from one that is slow.
struct BlockStoragePage {
  BlockStorageInfo info;
  std::uint16_t generation;  ///< counts the server's lives from 1 on, and never becomes 0 again
};

/// Bytes of shared memory that the rings of `capacity` entries take.
constexpr std::uint64_t request_ring_bytes(std::uint32_t capacity) noexcept {
  return sizeof(BlockRequestHeader) + std::uint64_t{capacity} * sizeof(BlockRequestEntry);
}

constexpr std::uint64_t response_ring_bytes(std::uint32_t capacity) noexcept {
  return sizeof(BlockResponseHeader) + std::uint64_t{capacity} * sizeof(BlockResponseEntry);
}

static_assert(sizeof(BlockRequestEntry) == 32);
static_assert(offsetof(BlockRequestEntry, offset) == 8);
static_assert(offsetof(BlockRequestEntry, block) == 16);
static_assert(offsetof(BlockRequestEntry, count) == 24);
static_assert(offsetof(BlockRequestEntry, generation) == 26);
static_assert(offsetof(BlockRequestEntry, id) == 28);
static_assert(sizeof(BlockResponseEntry) == 12);
static_assert(offsetof(BlockResponseEntry, blocks_done) == 4);
static_assert(offsetof(BlockResponseEntry, generation) == 6);
static_assert(offsetof(BlockResponseEntry, id) == 8);
static_assert(sizeof(BlockRequestHeader) == 16);
static_assert(sizeof(BlockResponseHeader) == 8);
static_assert(sizeof(BlockStorageInfo) == 88);
static_assert(offsetof(BlockStorageInfo, read_only) == 64);
static_assert(offsetof(BlockStorageInfo, ready) == 65);
static_assert(offsetof(BlockStorageInfo, queue_depth) == 70);
static_assert(offsetof(BlockStorageInfo, capacity) == 80);
static_assert(offsetof(BlockStoragePage, generation) == 88);

}  // namespace serai::sddf
