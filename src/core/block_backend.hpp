// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "base/result.hpp"

namespace serai {

/// What a disk is, as its back end says. Blocks are the back end's unit: 4096 bytes of an sDDF
/// block queue, 512 of a RAM disk.
struct BlockGeometry {
  std::uint64_t blocks = 0;         ///< capacity
  std::uint32_t block_bytes = 0;    ///< a power of two, 512 to 4096
  std::uint32_t most_requests = 0;  ///< in flight at a time
  std::uint32_t most_blocks = 0;    ///< of one request
  bool read_only = false;
};

enum class BlockOperation : std::uint8_t { read, write, flush };

/// Bytes through which a request's data passes, shared with the other side. From `allocate` until
/// `release`. The other side may change them at any time: what is copied out of them is data, never
/// something to be checked and then read again.
struct BlockBuffer {
  std::uint32_t first = 0;   ///< the back end's own number for it
  std::uint32_t blocks = 0;  ///< 0: no buffer
};

struct BlockRequest {
  BlockOperation operation = BlockOperation::read;
  std::uint64_t block = 0;  ///< first; of `flush` unused
  BlockBuffer buffer{};     ///< exactly as long as the request; of `flush` none
  std::uint32_t id = 0;     ///< chosen by the caller, below `most_requests`, not in flight
};

enum class BlockStatus : std::uint8_t { ok, error };

struct BlockCompletion {
  std::uint32_t id = 0;
  BlockStatus status = BlockStatus::error;
};

/// A disk. The other side is hostile, or dead: whatever it does, these functions return in bounded
/// time, stay inside their memory and never name a request that is not in flight.
class BlockBackend {
 public:
  /// Nothing while the other side is not ready.
  [[nodiscard]] virtual std::optional<BlockGeometry> geometry() noexcept = 0;

  /// A buffer of `blocks` blocks in one piece; `no_space` where none is free now.
  [[nodiscard]] virtual Result<BlockBuffer> allocate(std::uint32_t blocks) noexcept = 0;

  /// The bytes of a buffer that is allocated.
  [[nodiscard]] virtual std::span<std::byte> bytes(BlockBuffer buffer) noexcept = 0;

  virtual void release(BlockBuffer buffer) noexcept = 0;

  /// The disk's own bytes where they lie in this program's memory and need no request; else empty.
  /// Only for reading where the disk is read-only.
  [[nodiscard]] virtual std::span<std::byte> direct(std::uint64_t block,
                                                    std::uint32_t blocks) noexcept = 0;

  /// Hands a request over. Errors: `no_space` when the queue is full, `out_of_range` beyond the
  /// capacity.
  virtual Result<void> submit(const BlockRequest& request) noexcept = 0;

  /// The next request that has ended. Its buffer is still allocated.
  [[nodiscard]] virtual std::optional<BlockCompletion> next_completion() noexcept = 0;

  /// Tells the other side once of what was handed over since the last call, if it wants to know.
  /// Call at the end of each event.
  virtual void flush() noexcept = 0;

 protected:
  ~BlockBackend() = default;
};

}  // namespace serai
