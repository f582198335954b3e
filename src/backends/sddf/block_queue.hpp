// SPDX-License-Identifier: BSD-2-Clause
//
// Both ends of sDDF's block queues. Each end keeps its own indices privately; what the other side
// writes is copied once, checked and then used.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "backends/sddf/block_layout.hpp"

namespace serai::sddf {

/// Where a block queue is mapped: virtual addresses in this PD.
struct BlockQueueAddresses {
  std::uint64_t requests = 0;
  std::uint64_t responses = 0;
  std::uint64_t storage_info = 0;
  std::uint64_t data = 0;
  std::uint64_t data_bytes = 0;
  std::uint32_t capacity = 0;  ///< entries of both rings
};

/// One block queue as it is mapped in this PD. Owns nothing.
struct BlockQueueMemory {
  BlockRequestHeader* request_header = nullptr;
  std::span<BlockRequestEntry> requests;  ///< as many as `responses`, a power of two
  BlockResponseHeader* response_header = nullptr;
  std::span<BlockResponseEntry> responses;
  BlockStoragePage* storage_info = nullptr;
  std::span<std::byte> data;  ///< a whole number of blocks, at most 2^32 - 1

  /// A queue by its addresses. A capacity that is no power of two is rounded down, a data region to
  /// whole blocks.
  [[nodiscard]] static BlockQueueMemory at(const BlockQueueAddresses& addresses) noexcept;

  [[nodiscard]] std::uint32_t capacity() const noexcept {
    return static_cast<std::uint32_t>(requests.size());
  }
};

/// What a disk is, in blocks of 4096 bytes.
struct BlockDescription {
  std::uint64_t blocks = 0;
  bool read_only = false;
  std::uint16_t sector_bytes = 512;  ///< of the medium
  std::uint16_t best_blocks = 1;     ///< best size of a request
  // NOLINTNEXTLINE(readability-redundant-member-init): initializers may leave it out.
  std::string_view serial{};  ///< the first 63 characters count
};

struct BlockResponse {
  std::uint32_t id = 0;
  BlockResult result = BlockResult::unspecified;
  std::uint16_t blocks_done = 0;
};

/// The client's end: hands requests in, takes responses out. One per queue. A request belongs to
/// the life of the server that was known when it was pushed: a later life neither serves nor
/// answers it, where both sides are ours.
class BlockClientQueue {
 public:
  /// Goes on from where the rings are, so that a client may start after its server.
  explicit BlockClientQueue(const BlockQueueMemory& memory) noexcept;

  /// The disk, while the server says that it is ready. The serial number is not copied.
  [[nodiscard]] std::optional<BlockDescription> description() const noexcept;

  /// Whether the server has begun a new life since the last call, and lost what was in flight.
  [[nodiscard]] bool server_has_restarted() noexcept;

  /// How many requests fit. None where the server's index makes no sense.
  [[nodiscard]] std::uint32_t room() const noexcept;

  /// Appends a request of whose values nothing is checked; false when the ring is full.
  bool push(BlockCode code, std::uint64_t block, std::uint16_t count, std::uint64_t data_offset,
            std::uint32_t id) noexcept;

  /// The next response of the server's present life. The id is whatever the server wrote.
  [[nodiscard]] std::optional<BlockResponse> pop() noexcept;

  /// Whether anything was pushed since the last call, of which the server must be told.
  [[nodiscard]] bool take_notification() noexcept;

  [[nodiscard]] const BlockQueueMemory& memory() const noexcept { return memory_; }

 private:
  BlockQueueMemory memory_;
  std::uint32_t request_tail_ = 0;
  std::uint32_t response_head_ = 0;
  std::uint16_t generation_ = 0;
  bool pushed_ = false;
};

/// A request that has been checked against the data region; not against the disk.
struct BlockJob {
  BlockCode code = BlockCode::flush;
  std::uint16_t count = 0;        ///< blocks; of flush and barrier 0
  std::uint32_t id = 0;           ///< to be handed back; not necessarily unique
  std::uint64_t block = 0;        ///< first; `block + count` does not overflow
  std::uint64_t data_offset = 0;  ///< from the start of the data region, a multiple of 4096
};

/// The server's end: takes requests, gives responses. One per client and life of the server.
class BlockServerQueue {
 public:
  /// Begins a new life of the server, in which nothing is ready yet: what an earlier one left in
  /// flight is lost, and the client learns of it when it is next signalled.
  explicit BlockServerQueue(const BlockQueueMemory& memory) noexcept;

  /// Describes the disk and says that it is ready. The client hears of it when it is signalled.
  void announce(const BlockDescription& disk) noexcept;

  /// Says that the disk is gone. What is in flight is still answered.
  void withdraw() const noexcept;

  /// The next request that makes sense. Others are answered at once: at most as many in a call as
  /// the ring has entries. Every request taken must be answered once; none is taken whose response
  /// might find no room.
  [[nodiscard]] std::optional<BlockJob> pop() noexcept;

  /// Whether `pop` might find something.
  [[nodiscard]] bool has_requests() const noexcept;

  /// Answers a request that was taken. `blocks_done` counts for reads and writes.
  void answer(std::uint32_t id, BlockResult result, std::uint16_t blocks_done) noexcept;

  /// The bytes of a job's data: the client may change them at any time.
  [[nodiscard]] std::span<std::byte> bytes(const BlockJob& job) const noexcept {
    return memory_.data.subspan(job.data_offset, std::size_t{job.count} * block_bytes);
  }

  /// Requests taken and not yet answered.
  [[nodiscard]] std::uint32_t in_flight() const noexcept { return in_flight_; }

  /// Whether anything was answered since the last call, of which the client must be told.
  [[nodiscard]] bool take_notification() noexcept;

 private:
  [[nodiscard]] std::uint32_t waiting() const noexcept;
  [[nodiscard]] bool has_room_for_response() const noexcept;

  struct Entry {
    BlockJob job;
    std::uint16_t generation = 0;
  };

  [[nodiscard]] Entry take_entry() noexcept;
  [[nodiscard]] bool makes_sense(const BlockJob& job) const noexcept;
  void push_response(std::uint32_t id, BlockResult result, std::uint16_t blocks_done) noexcept;

  BlockQueueMemory memory_;
  std::uint32_t request_head_ = 0;
  std::uint32_t response_tail_ = 0;
  std::uint32_t in_flight_ = 0;
  std::uint16_t generation_ = 0;
  bool answered_ = false;
};

}  // namespace serai::sddf
