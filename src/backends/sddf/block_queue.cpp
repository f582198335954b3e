// SPDX-License-Identifier: BSD-2-Clause
#include "backends/sddf/block_queue.hpp"

#include <algorithm>
#include <atomic>
#include <bit>

#include "base/assert.hpp"
#include "base/bits.hpp"

namespace serai::sddf {
namespace {

constexpr std::uint64_t most_data_bytes = std::uint64_t{0xffff'ffff} * block_bytes;

template <class Number>
Number load_acquire(Number& shared) noexcept {
  return std::atomic_ref(shared).load(std::memory_order_acquire);
}

/// Copies once what the other side may be changing.
template <class Number>
Number load(Number& shared) noexcept {
  return std::atomic_ref(shared).load(std::memory_order_relaxed);
}

template <class Number>
void store_release(Number& shared, Number value) noexcept {
  std::atomic_ref(shared).store(value, std::memory_order_release);
}

template <class Number>
void store(Number& shared, Number value) noexcept {
  std::atomic_ref(shared).store(value, std::memory_order_relaxed);
}

/// How many entries lie between two free-running indices; none where that makes no sense.
std::uint32_t distance(std::uint32_t head, std::uint32_t tail, std::uint32_t capacity) noexcept {
  const std::uint32_t count = tail - head;
  return count <= capacity ? count : 0;
}

std::uint32_t free_entries(std::uint32_t head, std::uint32_t tail,
                           std::uint32_t capacity) noexcept {
  const std::uint32_t used = tail - head;
  return used <= capacity ? capacity - used : 0;
}

/// The entry at a free-running index.
template <class Entry>
Entry& entry_at(std::span<Entry> ring, std::uint32_t index) noexcept {
  return ring[index & (ring.size() - 1)];
}

}  // namespace

BlockQueueMemory BlockQueueMemory::at(const BlockQueueAddresses& addresses) noexcept {
  const std::uint32_t capacity = std::bit_floor(addresses.capacity);
  const std::uint64_t data_bytes =
      align_down(std::min(addresses.data_bytes, most_data_bytes), block_bytes);
  // Safety: the addresses come from the checked configuration, whose author mapped the regions
  // here, readable and writable where this end writes, for the whole life of this PD.
  return {
      .request_header = reinterpret_cast<BlockRequestHeader*>(addresses.requests),
      .requests = {reinterpret_cast<BlockRequestEntry*>(addresses.requests +
                                                        sizeof(BlockRequestHeader)),
                   capacity},
      .response_header = reinterpret_cast<BlockResponseHeader*>(addresses.responses),
      .responses = {reinterpret_cast<BlockResponseEntry*>(addresses.responses +
                                                          sizeof(BlockResponseHeader)),
                    capacity},
      .storage_info = reinterpret_cast<BlockStoragePage*>(addresses.storage_info),
      .data = {reinterpret_cast<std::byte*>(addresses.data), data_bytes},
  };
}

BlockClientQueue::BlockClientQueue(const BlockQueueMemory& memory) noexcept : memory_(memory) {
  SERAI_ASSERT(is_power_of_two(memory.requests.size()));
  SERAI_ASSERT(memory.responses.size() == memory.requests.size());
  request_tail_ = load_acquire(memory_.request_header->tail);
  response_head_ = load_acquire(memory_.response_header->head);
  static_cast<void>(server_has_restarted());
}

bool BlockClientQueue::server_has_restarted() noexcept {
  const std::uint16_t now = load_acquire(memory_.storage_info->generation);
  const bool has_restarted = now != generation_;
  generation_ = now;
  return has_restarted;
}

std::optional<BlockDescription> BlockClientQueue::description() const noexcept {
  BlockStorageInfo& info = memory_.storage_info->info;
  if (load_acquire(info.ready) == 0) {
    return std::nullopt;
  }
  return BlockDescription{.blocks = load(info.capacity),
                          .read_only = load(info.read_only) != 0,
                          .sector_bytes = load(info.sector_bytes),
                          .best_blocks = load(info.best_blocks),
                          .serial = {}};
}

std::uint32_t BlockClientQueue::room() const noexcept {
  return free_entries(load_acquire(memory_.request_header->head), request_tail_,
                      memory_.capacity());
}

bool BlockClientQueue::push(BlockCode code, std::uint64_t block, std::uint16_t count,
                            std::uint64_t data_offset, std::uint32_t id) noexcept {
  if (room() == 0) {
    return false;
  }
  BlockRequestEntry& entry = entry_at(memory_.requests, request_tail_);
  store(entry.code, static_cast<std::uint32_t>(code));
  store(entry.offset, data_offset);
  store(entry.block, block);
  store(entry.count, count);
  store(entry.generation, generation_);
  store(entry.id, id);
  ++request_tail_;
  store_release(memory_.request_header->tail, request_tail_);
  pushed_ = true;
  return true;
}

std::optional<BlockResponse> BlockClientQueue::pop() noexcept {
  const std::uint32_t tail = load_acquire(memory_.response_header->tail);
  for (std::uint32_t left = distance(response_head_, tail, memory_.capacity()); left != 0; --left) {
    BlockResponseEntry& entry = entry_at(memory_.responses, response_head_);
    const BlockResponse response{.id = load(entry.id),
                                 .result = static_cast<BlockResult>(load(entry.status)),
                                 .blocks_done = load(entry.blocks_done)};
    const std::uint16_t generation = load(entry.generation);
    ++response_head_;
    store_release(memory_.response_header->head, response_head_);
    if (generation_ == 0 || generation == generation_) {
      return response;
    }
  }
  return std::nullopt;
}

bool BlockClientQueue::take_notification() noexcept {
  const bool pushed = pushed_;
  pushed_ = false;
  return pushed;
}

BlockServerQueue::BlockServerQueue(const BlockQueueMemory& memory) noexcept : memory_(memory) {
  SERAI_ASSERT(is_power_of_two(memory.requests.size()));
  SERAI_ASSERT(memory.responses.size() == memory.requests.size());
  request_head_ = load_acquire(memory_.request_header->head);
  response_tail_ = load_acquire(memory_.response_header->tail);
  withdraw();
  std::uint16_t& shared = memory_.storage_info->generation;
  const std::uint32_t next = load(shared) + 1U;
  generation_ = next > 0xffff ? 1 : static_cast<std::uint16_t>(next);
  store_release(shared, generation_);
}

void BlockServerQueue::announce(const BlockDescription& disk) noexcept {
  BlockStorageInfo& info = memory_.storage_info->info;
  withdraw();
  const std::size_t length = std::min(disk.serial.size(), info.serial.size() - 1);
  for (std::size_t i = 0; i < info.serial.size(); ++i) {
    store(info.serial[i], i < length ? disk.serial[i] : '\0');
  }
  store(info.read_only, std::uint8_t{disk.read_only});
  store(info.sector_bytes, disk.sector_bytes);
  store(info.best_blocks, disk.best_blocks);
  store(info.queue_depth, static_cast<std::uint16_t>(std::min(memory_.capacity(), 0xffffU)));
  store(info.capacity, disk.blocks);
  store_release(info.ready, std::uint8_t{1});
}

void BlockServerQueue::withdraw() const noexcept {
  store_release(memory_.storage_info->info.ready, std::uint8_t{0});
}

std::uint32_t BlockServerQueue::waiting() const noexcept {
  return distance(request_head_, load_acquire(memory_.request_header->tail), memory_.capacity());
}

bool BlockServerQueue::has_room_for_response() const noexcept {
  return free_entries(load_acquire(memory_.response_header->head), response_tail_,
                      memory_.capacity()) > in_flight_;
}

BlockServerQueue::Entry BlockServerQueue::take_entry() noexcept {
  BlockRequestEntry& shared = entry_at(memory_.requests, request_head_);
  const Entry entry{.job = {.code = static_cast<BlockCode>(load(shared.code)),
                            .count = load(shared.count),
                            .id = load(shared.id),
                            .block = load(shared.block),
                            .data_offset = load(shared.offset)},
                    .generation = load(shared.generation)};
  ++request_head_;
  store_release(memory_.request_header->head, request_head_);
  return entry;
}

bool BlockServerQueue::makes_sense(const BlockJob& job) const noexcept {
  const std::uint64_t bytes = std::uint64_t{job.count} * block_bytes;
  return job.count != 0 && is_aligned(job.data_offset, block_bytes) &&
         job.data_offset <= memory_.data.size() && bytes <= memory_.data.size() - job.data_offset &&
         job.block <= ~std::uint64_t{0} - job.count;
}

std::optional<BlockJob> BlockServerQueue::pop() noexcept {
  for (std::uint32_t left = waiting(); left != 0 && has_room_for_response(); --left) {
    const auto [job, generation] = take_entry();
    if (generation != 0 && generation != generation_) {
      continue;  // for an earlier life; its client has given it up, or will
    }
    if (job.code == BlockCode::flush || job.code == BlockCode::barrier) {
      ++in_flight_;
      return BlockJob{.code = job.code, .id = job.id};
    }
    if ((job.code == BlockCode::read || job.code == BlockCode::write) && makes_sense(job)) {
      ++in_flight_;
      return job;
    }
    push_response(job.id, BlockResult::invalid_parameter, 0);
  }
  return std::nullopt;
}

bool BlockServerQueue::has_requests() const noexcept {
  return waiting() != 0 && has_room_for_response();
}

void BlockServerQueue::answer(std::uint32_t id, BlockResult result,
                              std::uint16_t blocks_done) noexcept {
  SERAI_ASSERT(in_flight_ != 0);
  --in_flight_;
  push_response(id, result, blocks_done);
}

void BlockServerQueue::push_response(std::uint32_t id, BlockResult result,
                                     std::uint16_t blocks_done) noexcept {
  // Room was made sure of when the request was taken. A client that has since moved its index back
  // loses responses of its own.
  BlockResponseEntry& entry = entry_at(memory_.responses, response_tail_);
  store(entry.status, static_cast<std::uint32_t>(result));
  store(entry.blocks_done, blocks_done);
  store(entry.generation, generation_);
  store(entry.id, id);
  ++response_tail_;
  store_release(memory_.response_header->tail, response_tail_);
  answered_ = true;
}

bool BlockServerQueue::take_notification() noexcept {
  const bool answered = answered_;
  answered_ = false;
  return answered;
}

}  // namespace serai::sddf
