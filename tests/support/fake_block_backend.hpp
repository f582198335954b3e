// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <stdexcept>
#include <vector>

#include "core/block_backend.hpp"

namespace serai::test {

/// A disk whose far end is the test: requests wait until the test lets them happen, in any order.
/// What was written lies in a cache that `lose_power` throws away unless it was flushed. Throws
/// where its user breaks the contract of BlockBackend.
class FakeBlockBackend final : public BlockBackend {
 public:
  struct Options {
    std::uint64_t blocks = 64;
    std::uint32_t block_bytes = 4096;
    std::uint32_t most_requests = 32;
    std::uint32_t most_blocks = 8;
    std::uint32_t buffer_blocks = 32;
  };

  explicit FakeBlockBackend(Options given)
      : options(given),
        disk(given.blocks * given.block_bytes),
        stable(disk),
        used_(given.buffer_blocks),
        data_(std::size_t{given.buffer_blocks} * given.block_bytes) {}

  FakeBlockBackend() : FakeBlockBackend(Options{}) {}

  std::optional<BlockGeometry> geometry() noexcept override {
    if (!ready) {
      return std::nullopt;
    }
    return BlockGeometry{.blocks = options.blocks,
                         .block_bytes = options.block_bytes,
                         .most_requests = options.most_requests,
                         .most_blocks = options.most_blocks,
                         .read_only = read_only};
  }

  Result<BlockBuffer> allocate(std::uint32_t blocks) noexcept override {
    require(blocks != 0);
    const auto place = std::search_n(used_.begin(), used_.end(), blocks, false);
    if (place == used_.end()) {
      return fail(Error::no_space);
    }
    std::fill_n(place, blocks, true);
    return BlockBuffer{.first = static_cast<std::uint32_t>(place - used_.begin()),
                       .blocks = blocks};
  }

  std::span<std::byte> bytes(BlockBuffer buffer) noexcept override {
    check(buffer);
    return place_of(buffer);
  }

  void release(BlockBuffer buffer) noexcept override {
    check(buffer);
    require(!is_in_use(buffer));
    std::fill_n(used_.begin() + buffer.first, buffer.blocks, false);
  }

  std::span<std::byte> direct(std::uint64_t /*block*/, std::uint32_t /*blocks*/) noexcept override {
    return {};
  }

  Result<void> submit(const BlockRequest& request) noexcept override {
    require(request.id < options.most_requests && !busy_.contains(request.id));
    const bool is_flush = request.operation == BlockOperation::flush;
    require(is_flush == (request.buffer.blocks == 0) &&
            request.buffer.blocks <= options.most_blocks);
    require(!read_only || request.operation != BlockOperation::write);
    if (refuses_all) {
      return fail(Error::no_space);
    }
    const std::uint64_t blocks = request.buffer.blocks;
    if (!is_flush && (blocks > options.blocks || request.block > options.blocks - blocks)) {
      return fail(Error::out_of_range);
    }
    if (!is_flush) {
      check(request.buffer);
    }
    busy_.insert(request.id);
    waiting.push_back(request);
    ++submitted;
    return {};
  }

  std::optional<BlockCompletion> next_completion() noexcept override {
    if (completions_.empty()) {
      return std::nullopt;
    }
    const BlockCompletion completion = completions_.front();
    completions_.pop_front();
    busy_.erase(completion.id);
    return completion;
  }

  void flush() noexcept override { ++flushes; }

  /// Does the request at `index` of `waiting`, or lets it fail.
  void finish(std::size_t index = 0, BlockStatus status = BlockStatus::ok) {
    const BlockRequest request = waiting.at(index);
    waiting.erase(waiting.begin() + static_cast<std::ptrdiff_t>(index));
    if (status == BlockStatus::ok) {
      perform(request);
    }
    completions_.push_back({.id = request.id, .status = status});
  }

  /// Does all that wait now.
  void finish_all(BlockStatus status = BlockStatus::ok) {
    for (std::size_t left = waiting.size(); left != 0; --left) {
      finish(0, status);
    }
  }

  void lose_power() { disk = stable; }

  /// Whether every buffer was given back.
  [[nodiscard]] bool has_all_buffers() const {
    return std::find(used_.begin(), used_.end(), true) == used_.end();
  }

  [[nodiscard]] std::size_t in_flight() const { return busy_.size(); }

  Options options;
  std::vector<std::byte> disk;
  std::vector<std::byte> stable;  ///< what survives a loss of power
  bool ready = true;
  bool read_only = false;
  bool refuses_all = false;  ///< as if its queue were full
  std::deque<BlockRequest> waiting;
  int submitted = 0;
  int flushes = 0;

 private:
  static void require(bool holds) {
    if (!holds) {
      throw std::logic_error("a block back end was misused");
    }
  }

  void check(BlockBuffer buffer) const {
    require(buffer.blocks != 0 && buffer.first + buffer.blocks <= used_.size());
    for (std::uint32_t i = 0; i < buffer.blocks; ++i) {
      require(used_[buffer.first + i]);
    }
  }

  [[nodiscard]] bool is_in_use(BlockBuffer buffer) const {
    return std::any_of(waiting.begin(), waiting.end(), [&](const BlockRequest& request) {
      return request.buffer.blocks != 0 && request.buffer.first == buffer.first;
    });
  }

  [[nodiscard]] std::span<std::byte> place_of(BlockBuffer buffer) {
    return std::span(data_).subspan(std::size_t{buffer.first} * options.block_bytes,
                                    std::size_t{buffer.blocks} * options.block_bytes);
  }

  void perform(const BlockRequest& request) {
    if (request.operation == BlockOperation::flush) {
      stable = disk;
      return;
    }
    const auto buffer = place_of(request.buffer);
    const auto place = std::span(disk).subspan(request.block * options.block_bytes, buffer.size());
    if (request.operation == BlockOperation::read) {
      std::copy(place.begin(), place.end(), buffer.begin());
    } else {
      std::copy(buffer.begin(), buffer.end(), place.begin());
    }
  }

  std::vector<bool> used_;
  std::vector<std::byte> data_;
  std::set<std::uint32_t> busy_;
  std::deque<BlockCompletion> completions_;
};

}  // namespace serai::test
