// SPDX-License-Identifier: BSD-2-Clause
//
// How a request's work on the disk is cut into pieces, and what happens when they end.
#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "base/assert.hpp"
#include "devices/virtio_block/block.hpp"

namespace serai::virtio_block {

/// Begins the rest of a request, or lets it hold up those behind it.
void Block::go_on(std::uint16_t slot) noexcept {
  Request& request = requests_[slot];
  waiting_ = none;
  if (disk_is_gone_ || gave_up_) {
    request.give_up();
  }
  if (advance(slot)) {
    return;
  }
  if (pieces_.count() != 0) {
    waiting_ = slot;  // something will end
    return;
  }
  // Nothing is in flight, and yet there is no room: a back end that keeps its rules never does
  // this.
  request.give_up();
  finish(slot);
}

/// False when the request must wait.
bool Block::advance(std::uint16_t slot) noexcept {
  const Request& request = requests_[slot];
  while (!request.is_all_begun()) {
    if (!begin_piece(slot)) {
      return false;
    }
  }
  return request.pieces != 0 || conclude(slot);
}

/// All data is where it should be: flushes or completes. False when it must wait.
bool Block::conclude(std::uint16_t slot) noexcept {
  const Request& request = requests_[slot];
  const bool must_flush = request.work == Work::flush || (request.writes() && is_write_through());
  if (request.status == Status::ok && must_flush && !request.is_flushed) {
    return begin_flush(slot);
  }
  finish(slot);
  return true;
}

Block::Plan Block::plan(const Request& request) const noexcept {
  const std::uint64_t position = request.start + request.begun;
  const std::uint64_t left = request.bytes - request.begun;
  const std::uint32_t block_bytes = disk_.block_bytes;
  Plan plan{.block = position >> block_shift_,
            .skip = static_cast<std::uint16_t>(position & (block_bytes - 1))};
  if (request.writes() && (plan.skip != 0 || left < block_bytes)) {
    plan.blocks = 1;
    plan.step = Step::patch_read;
    plan.hold = Hold::writes;
    plan.forbidden = Hold::patches;
  } else {
    const std::uint64_t touched = request.writes()
                                      ? left >> block_shift_
                                      : (plan.skip + left + block_bytes - 1) >> block_shift_;
    plan.blocks = static_cast<std::uint32_t>(std::min<std::uint64_t>(touched, disk_.most_blocks));
    plan.step = request.writes() ? Step::write : Step::read;
    plan.hold = request.writes() ? Hold::patches : Hold::nothing;
    plan.forbidden = request.writes() ? Hold::writes : Hold::all;
  }
  const std::uint64_t reach = (std::uint64_t{plan.blocks} << block_shift_) - plan.skip;
  plan.bytes = static_cast<std::uint32_t>(std::min(left, reach));
  return plan;
}

bool Block::begin_piece(std::uint16_t slot) noexcept {
  Request& request = requests_[slot];
  const Plan next = plan(request);
  const auto disk = back_end_.direct(next.block, next.blocks);
  if (disk.empty()) {
    return !pieces_.is_held(next.block, next.blocks, next.forbidden) && send_piece(slot, next);
  }
  const auto place = disk.subspan(next.skip, next.bytes);
  if (request.work == Work::read) {
    copy_out(request, request.begun, place);
    request.filled = request.begun + next.bytes;
  } else {
    copy_in(request, request.begun, place);
  }
  request.begun += next.bytes;
  return true;
}

bool Block::send_piece(std::uint16_t slot, const Plan& plan) noexcept {
  Request& request = requests_[slot];
  const std::uint16_t id = pieces_.take(disk_.most_requests);
  if (id == PieceTable::none) {
    return false;
  }
  const auto buffer = back_end_.allocate(plan.blocks);
  if (!buffer) {
    pieces_.give_back(id);
    return false;
  }
  pieces_.set(id, {.buffer = *buffer,
                   .block = plan.block,
                   .offset = request.begun,
                   .blocks = plan.blocks,
                   .bytes = plan.bytes,
                   .skip = plan.skip,
                   .request = slot,
                   .step = plan.step,
                   .hold = plan.hold});
  if (plan.step == Step::write) {
    copy_in(request, request.begun, back_end_.bytes(*buffer));
  }
  const auto sent = submit(id);
  if (!sent) {
    back_end_.release(*buffer);
    pieces_.remove(id);
    if (sent.error() == Error::no_space) {
      return false;
    }
    request.give_up();  // the disk has become smaller
    return true;
  }
  request.begun += plan.bytes;
  ++request.pieces;
  return true;
}

bool Block::begin_flush(std::uint16_t slot) noexcept {
  Request& request = requests_[slot];
  const std::uint16_t id = pieces_.take(disk_.most_requests);
  if (id == PieceTable::none) {
    return false;
  }
  pieces_.set(id, {.request = slot, .step = Step::flush});
  if (!submit(id)) {
    pieces_.remove(id);
    return false;
  }
  request.is_flushed = true;
  ++request.pieces;
  return true;
}

Result<void> Block::submit(std::uint16_t id) noexcept {
  constexpr std::array operations = {BlockOperation::read, BlockOperation::write,
                                     BlockOperation::read, BlockOperation::write,
                                     BlockOperation::flush};
  const Piece& piece = pieces_[id];
  return back_end_.submit({.operation = operations[static_cast<std::size_t>(piece.step)],
                           .block = piece.block,
                           .buffer = piece.buffer,
                           .id = id});
}

void Block::end_piece(const BlockCompletion& completion) noexcept {
  if (!pieces_.contains(completion.id)) {
    return;
  }
  ++ends_;
  const auto id = static_cast<std::uint16_t>(completion.id);
  const Piece piece = pieces_[id];
  bool is_good = completion.status == BlockStatus::ok;
  const bool has_request = piece.request != PieceTable::no_request;
  if (has_request && is_good && piece.step == Step::patch_read) {
    if (go_on_with_patch(id)) {
      return;
    }
    is_good = false;
  }
  if (has_request && is_good && piece.step == Step::read) {
    copy_out(requests_[piece.request], piece.offset,
             back_end_.bytes(piece.buffer).subspan(piece.skip, piece.bytes));
  }
  if (piece.buffer.blocks != 0) {
    back_end_.release(piece.buffer);
  }
  pieces_.remove(id);
  if (!has_request) {
    return;
  }
  Request& request = requests_[piece.request];
  --request.pieces;
  if (!is_good) {
    request.give_up();
  }
  if (request.pieces != 0 || !request.is_all_begun()) {
    return;
  }
  if (request.work == Work::read && request.status == Status::ok) {
    request.filled = request.bytes;
  }
  if (!conclude(piece.request)) {
    // An id has just become free, so the back end breaks its rules.
    request.give_up();
    finish(piece.request);
  }
}

/// Puts the driver's bytes into a block that was read, and writes it back under the same id.
bool Block::go_on_with_patch(std::uint16_t id) noexcept {
  Piece& piece = pieces_[id];
  const auto block = back_end_.bytes(piece.buffer);
  copy_in(requests_[piece.request], piece.offset, block.subspan(piece.skip, piece.bytes));
  piece.step = Step::patch_write;
  return submit(id).has_value();
}

/// Fills `to` with what is to be written from `offset` bytes after the request's start on.
void Block::copy_in(const Request& request, std::uint64_t offset,
                    std::span<std::byte> to) noexcept {
  if (request.work == Work::zero) {
    std::memset(to.data(), 0, to.size());
    return;
  }
  auto reader = request.chain->reader();
  const bool is_all = reader.skip(sizeof(RequestHeader) + offset) && reader.read(to);
  SERAI_ASSERT(is_all);  // the lengths were checked when the request was parsed
}

/// Gives the driver what was read from `offset` bytes after the request's start on.
void Block::copy_out(const Request& request, std::uint64_t offset,
                     std::span<const std::byte> from) noexcept {
  auto writer = request.chain->writer();
  const bool is_all = writer.skip(offset) && writer.write(from);
  SERAI_ASSERT(is_all);
}

void Block::finish(std::uint16_t slot) noexcept {
  Request& request = requests_[slot];
  virtio::Chain& chain = *request.chain;
  std::uint64_t filled = request.status == Status::ok ? request.filled : 0;
  if (chain.writable_bytes() != 0) {
    const std::uint64_t before_status = chain.writable_bytes() - 1;
    const std::array status = {static_cast<std::byte>(request.status)};
    auto writer = chain.writer();
    const bool is_there = writer.skip(before_status) && writer.write(status);
    SERAI_ASSERT(is_there);
    // Only what was filled from the start on without a gap counts.
    filled += filled == before_status ? 1 : 0;
  }
  constexpr std::uint64_t most_told = 0xffff'ffff;
  active_.queues[request.queue].complete(std::move(chain),
                                         static_cast<std::uint32_t>(std::min(filled, most_told)));
  request.chain.reset();
  completed_ |= 1U << request.queue;
  slots_.give_back(slot);
  if (waiting_ == slot) {
    waiting_ = none;
  }
}

}  // namespace serai::virtio_block
