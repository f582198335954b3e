// SPDX-License-Identifier: BSD-2-Clause
#include "backends/sddf/block_backend.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace serai::sddf {
namespace {

/// Beyond this a disk's bytes could not be counted.
constexpr std::uint64_t most_disk_blocks = ~std::uint64_t{0} / block_bytes;

/// A quarter of the data region, so that one long request leaves room for others.
std::uint32_t longest(std::uint32_t data_blocks, std::uint32_t limit) noexcept {
  return std::clamp<std::uint32_t>(data_blocks / 4, 1, limit);
}

constexpr BlockCode code_of(BlockOperation operation) noexcept {
  switch (operation) {
    case BlockOperation::read:
      return BlockCode::read;
    case BlockOperation::write:
      return BlockCode::write;
    case BlockOperation::flush:
      break;
  }
  return BlockCode::flush;
}

}  // namespace

SddfBlockBackend::SddfBlockBackend(const BlockQueueMemory& memory, SignalPort& signals,
                                   ChannelId channel) noexcept
    : queue_(memory),
      signals_(signals),
      channel_(channel),
      most_requests_(std::min(memory.capacity(), most_in_flight)),
      allocator_(memory.data.size() / block_bytes) {
  SERAI_ASSERT(allocator_.blocks() != 0);
}

std::optional<BlockGeometry> SddfBlockBackend::geometry() noexcept {
  if (queue_.server_has_restarted()) {
    lose_all();
  }
  const auto disk = queue_.description();
  if (!disk || disk->blocks > most_disk_blocks) {
    return std::nullopt;
  }
  disk_blocks_ = disk->blocks;
  return BlockGeometry{.blocks = disk->blocks,
                       .block_bytes = block_bytes,
                       .most_requests = most_requests_,
                       .most_blocks = longest(allocator_.blocks(), longest_request),
                       .read_only = disk->read_only};
}

Result<BlockBuffer> SddfBlockBackend::allocate(std::uint32_t blocks) noexcept {
  SERAI_ASSERT(blocks != 0);
  const auto first = allocator_.take(blocks);
  if (!first) {
    return fail(Error::no_space);
  }
  return BlockBuffer{.first = *first, .blocks = blocks};
}

std::span<std::byte> SddfBlockBackend::bytes(BlockBuffer buffer) noexcept {
  return queue_.memory().data.subspan(std::size_t{buffer.first} * block_bytes,
                                      std::size_t{buffer.blocks} * block_bytes);
}

void SddfBlockBackend::release(BlockBuffer buffer) noexcept {
  allocator_.give_back(buffer.first, buffer.blocks);
}

Result<void> SddfBlockBackend::submit(const BlockRequest& request) noexcept {
  SERAI_ASSERT(request.id < most_requests_ && !flights_[request.id].active);
  const std::uint32_t count = request.buffer.blocks;
  if (count > disk_blocks_ || request.block > disk_blocks_ - count) {
    return fail(Error::out_of_range);
  }
  if (!queue_.push(code_of(request.operation), request.block, static_cast<std::uint16_t>(count),
                   std::uint64_t{request.buffer.first} * block_bytes, request.id)) {
    return fail(Error::no_space);
  }
  flights_[request.id] = {.active = true, .blocks = static_cast<std::uint16_t>(count)};
  return {};
}

std::optional<BlockCompletion> SddfBlockBackend::next_completion() noexcept {
  if (lost_ != 0) [[unlikely]] {
    return next_lost();
  }
  // A hostile server may fill the ring as fast as it is emptied.
  for (std::uint32_t left = queue_.memory().capacity(); left != 0; --left) {
    const auto response = queue_.pop();
    if (!response) {
      break;
    }
    if (const auto completion = accept(*response)) {
      return completion;
    }
  }
  return std::nullopt;
}

std::optional<BlockCompletion> SddfBlockBackend::accept(const BlockResponse& response) noexcept {
  if (response.id >= most_requests_ || !flights_[response.id].active) {
    return std::nullopt;
  }
  Flight& flight = flights_[response.id];
  flight.active = false;
  const bool ok = response.result == BlockResult::ok && response.blocks_done >= flight.blocks;
  return BlockCompletion{.id = response.id, .status = ok ? BlockStatus::ok : BlockStatus::error};
}

void SddfBlockBackend::lose_all() noexcept {
  lost_ = 0;
  for (Flight& flight : flights_) {
    flight.lost = flight.active;
    lost_ += flight.active ? 1 : 0;
  }
}

BlockCompletion SddfBlockBackend::next_lost() noexcept {
  const auto flight = std::find_if(flights_.begin(), flights_.end(),
                                   [](const Flight& candidate) { return candidate.lost; });
  SERAI_ASSERT(flight != flights_.end());
  *flight = {};
  --lost_;
  return {.id = static_cast<std::uint32_t>(flight - flights_.begin()),
          .status = BlockStatus::error};
}

void SddfBlockBackend::flush() noexcept {
  if (queue_.take_notification()) {
    signals_.notify(channel_);
  }
}

}  // namespace serai::sddf
