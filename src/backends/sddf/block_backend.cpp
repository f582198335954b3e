// SPDX-License-Identifier: BSD-2-Clause
#include "backends/sddf/block_backend.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "base/bits.hpp"
#include "base/text.hpp"

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
                                   ChannelId channel, RestartReport report) noexcept
    : queue_(memory),
      signals_(signals),
      channel_(channel),
      report_(report),
      most_requests_(std::min(memory.capacity(), most_in_flight)),
      allocator_(memory.data.size() / block_bytes) {
  SERAI_ASSERT(allocator_.blocks() != 0);
}

std::optional<BlockGeometry> SddfBlockBackend::geometry() noexcept {
  if (queue_.server_has_restarted()) {
    begin_new_life();
  }
  const auto disk = queue_.description();
  is_starting_ = is_starting_ && !disk;
  const bool is_good = disk && disk->blocks <= most_disk_blocks;
  if (is_good) {
    disk_ = *disk;
  } else if (!is_starting_ || disk_.blocks == 0) {
    return std::nullopt;
  }
  return BlockGeometry{.blocks = disk_.blocks,
                       .block_bytes = block_bytes,
                       .most_requests = most_requests_,
                       .most_blocks = longest(allocator_.blocks(), longest_request),
                       .read_only = disk_.read_only};
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
  SERAI_ASSERT(request.id < most_requests_ && flights_[request.id].state == State::idle);
  const std::uint32_t count = request.buffer.blocks;
  if (count > disk_.blocks || request.block > disk_.blocks - count) {
    return fail(Error::out_of_range);
  }
  Flight& flight = flights_[request.id];
  flight = {.block = request.block,
            .first = request.buffer.first,
            .turn = turn_,
            .blocks = static_cast<std::uint16_t>(count),
            .operation = request.operation};
  if (suspects_ != 0 || waiting_ != 0) [[unlikely]] {
    flight.state = State::waiting;
    ++waiting_;
  } else if (!push(request.id)) {
    return fail(Error::no_space);
  }
  ++turn_;
  return {};
}

/// Puts a flight's request into the ring, if there is room.
bool SddfBlockBackend::push(std::uint32_t id) noexcept {
  Flight& flight = flights_[id];
  if (!queue_.push(code_of(flight.operation), flight.block, flight.blocks,
                   std::uint64_t{flight.first} * block_bytes, id)) {
    return false;
  }
  flight.state = State::sent;
  ++sent_;
  return true;
}

std::optional<BlockCompletion> SddfBlockBackend::next_completion() noexcept {
  if (failed_ != 0) [[unlikely]] {
    return next_failed();
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
  send_waiting();
  return std::nullopt;
}

std::optional<BlockCompletion> SddfBlockBackend::accept(const BlockResponse& response) noexcept {
  if (response.id >= most_requests_ || flights_[response.id].state != State::sent) {
    return std::nullopt;
  }
  Flight& flight = flights_[response.id];
  const bool ok = response.result == BlockResult::ok && response.blocks_done >= flight.blocks;
  --sent_;
  end(flight);
  return BlockCompletion{.id = response.id, .status = ok ? BlockStatus::ok : BlockStatus::error};
}

void SddfBlockBackend::end(Flight& flight) noexcept {
  suspects_ -= flight.lives != 0 ? 1 : 0;
  flight.state = State::idle;
}

/// Nothing of what was sent will be answered.
[[gnu::cold]] void SddfBlockBackend::begin_new_life() noexcept {
  is_starting_ = true;
  for (Flight& flight : flights_) {
    if (flight.state != State::sent) {
      continue;
    }
    suspects_ += flight.lives == 0 ? 1 : 0;
    ++flight.lives;
    if (flight.lives == most_lives) {
      flight.state = State::failed;
      ++failed_;
    } else {
      flight.state = State::waiting;
      ++waiting_;
    }
  }
  sent_ = 0;
  if (disk_.blocks != 0) {
    report_restart();
  }
}

[[gnu::cold]] void SddfBlockBackend::report_restart() noexcept {
  ++restarts_;
  if (report_.log == nullptr || !is_power_of_two(restarts_)) {
    return;
  }
  Text<160> line;
  line << "disk " << report_.name << ": its server began life " << restarts_ + 1 << "; " << waiting_
       << (waiting_ == 1 ? " request is" : " requests are") << " sent again";
  if (failed_ != 0) {
    line << ", " << failed_ << " failed after " << most_lives << " lives";
  }
  report_.log->write_line(line.view());
}

/// Sends what waits: one at a time, as long as any of it may be what kills the server.
[[gnu::cold]] void SddfBlockBackend::send_waiting() noexcept {
  while (waiting_ != 0 && (suspects_ == 0 || sent_ == 0)) {
    const Flight& next = oldest_waiting();
    if (!push(static_cast<std::uint32_t>(&next - flights_.data()))) {
      return;
    }
    --waiting_;
  }
}

SddfBlockBackend::Flight& SddfBlockBackend::oldest_waiting() noexcept {
  Flight* oldest = nullptr;
  for (Flight& flight : flights_) {
    // Turns are compared by their distance, since they begin anew some day.
    const bool is_older = flight.state == State::waiting &&
                          (oldest == nullptr || turn_ - flight.turn > turn_ - oldest->turn);
    oldest = is_older ? &flight : oldest;
  }
  SERAI_ASSERT(oldest != nullptr);
  return *oldest;
}

[[gnu::cold]] BlockCompletion SddfBlockBackend::next_failed() noexcept {
  auto* const flight = std::ranges::find(flights_, State::failed, &Flight::state);
  SERAI_ASSERT(flight != flights_.end());
  --failed_;
  end(*flight);
  return {.id = static_cast<std::uint32_t>(flight - flights_.begin()),
          .status = BlockStatus::error};
}

void SddfBlockBackend::flush() noexcept {
  if (queue_.take_notification()) {
    signals_.notify(channel_);
  }
}

}  // namespace serai::sddf
