// SPDX-License-Identifier: BSD-2-Clause
#include "pds/block/block_client.hpp"

#include "pds/block/disk_ends.hpp"

namespace serai::block {
namespace {

using sddf::BlockCode;
using sddf::BlockJob;
using sddf::BlockResult;

constexpr std::uint32_t sectors_per_block = sddf::block_bytes / sector_bytes;

constexpr bool is_flush(BlockCode code) noexcept {
  return code == BlockCode::flush || code == BlockCode::barrier;
}

}  // namespace

void BlockClient::open(const Window& window, bool has_flush, sddf::BlockDescription disk) noexcept {
  window_ = window;
  has_flush_ = has_flush;
  decided_ = true;
  disk.blocks = window.blocks;
  disk.read_only = window.read_only;
  queue_.announce(disk);
}

void BlockClient::close() noexcept {
  window_.reset();
  decided_ = true;
  queue_.withdraw();
}

std::optional<BlockJob> BlockClient::next_job() noexcept {
  if (barrier_in_flight_) {
    return std::nullopt;
  }
  if (held_.has_value()) {
    if (must_wait(*held_)) {
      return std::nullopt;
    }
    const BlockJob job = *held_;
    held_.reset();
    return job;
  }
  if (budget_ == 0) {
    return std::nullopt;
  }
  --budget_;
  const auto job = queue_.pop();
  if (job.has_value() && must_wait(*job)) {
    held_ = job;
    return std::nullopt;
  }
  return job;
}

bool BlockClient::must_wait(const BlockJob& job) const noexcept {
  if (job.code == BlockCode::barrier) {
    return in_flight_ != 0;
  }
  return job.code == BlockCode::flush && writes_in_flight_ != 0;
}

std::optional<BlockResult> BlockClient::refusal(const BlockJob& job) const noexcept {
  if (!window_.has_value()) {
    return BlockResult::no_device;
  }
  if (is_flush(job.code)) {
    // Without a cache that could be flushed, a write that has ended is on the medium.
    return has_flush_ ? std::nullopt : std::optional(BlockResult::ok);
  }
  // Guest-controlled: block and count, by way of the client. Their sum does not overflow.
  const bool outside = job.block + job.count > window_->blocks;
  const bool forbidden = job.code == BlockCode::write && window_->read_only;
  return outside || forbidden ? std::optional(BlockResult::invalid_parameter) : std::nullopt;
}

DiskRequest BlockClient::request_for(const BlockJob& job) const noexcept {
  if (is_flush(job.code)) {
    return {.operation = DiskOperation::flush};
  }
  return {.operation = job.code == BlockCode::write ? DiskOperation::write : DiskOperation::read,
          .sector = window_->first_sector + job.block * sectors_per_block,
          .physical = options_.physical + job.data_offset,
          .bytes = std::uint32_t{job.count} * sddf::block_bytes};
}

std::optional<Work> BlockClient::next() noexcept {
  while (const auto job = next_job()) {
    if (const auto refused = refusal(*job)) {
      queue_.answer(job->id, *refused, 0);
      continue;
    }
    ++in_flight_;
    writes_in_flight_ += job->code == BlockCode::write ? 1U : 0U;
    barrier_in_flight_ = job->code == BlockCode::barrier;
    return Work{.job = *job, .request = request_for(*job)};
  }
  return std::nullopt;
}

void BlockClient::complete(const BlockJob& job, BlockResult result) noexcept {
  --in_flight_;
  writes_in_flight_ -= job.code == BlockCode::write ? 1U : 0U;
  if (job.code == BlockCode::barrier) {
    barrier_in_flight_ = false;
  }
  queue_.answer(job.id, result, result == BlockResult::ok ? job.count : std::uint16_t{0});
}

}  // namespace serai::block
