// SPDX-License-Identifier: BSD-2-Clause
#include "virtio/chain.hpp"

#include <algorithm>

namespace serai::virtio {

namespace {

/// Where a reader or writer is, as references to its members.
struct Position {
  const SegmentPool& pool;
  std::uint64_t& remaining;
  std::uint16_t& segment;
  std::uint32_t& offset;
};

/// Goes `bytes` (at most what remains) further; calls `move(address, done, count)` for each piece
/// that lies in one segment, `done` being how many bytes came before it.
template <class Move>
void walk(Position at, std::uint64_t bytes, Move move) noexcept {
  at.remaining -= bytes;
  std::uint64_t done = 0;
  while (done != bytes) {
    const Segment& segment = at.pool[at.segment];
    const std::uint64_t count = std::min<std::uint64_t>(segment.bytes - at.offset, bytes - done);
    move(GuestAddress(segment.address + at.offset), done, count);
    done += count;
    at.offset += static_cast<std::uint32_t>(count);
    if (at.offset == segment.bytes) {
      at.segment = segment.next;
      at.offset = 0;
    }
  }
}

void pass(GuestAddress /*address*/, std::uint64_t /*done*/, std::uint64_t /*count*/) noexcept {}

}  // namespace

SegmentPool::SegmentPool(std::span<Segment> storage) noexcept : storage_(storage) {
  SERAI_ASSERT(storage.size() <= none);
  reset();
}

std::uint16_t SegmentPool::take() noexcept {
  const std::uint16_t index = first_free_;
  if (index != none) {
    first_free_ = storage_[index].next;
    --free_;
  }
  return index;
}

void SegmentPool::reset() noexcept {
  first_free_ = none;
  free_ = storage_.size();
  for (std::size_t i = free_; i-- != 0;) {
    storage_[i].next = first_free_;
    first_free_ = static_cast<std::uint16_t>(i);
  }
}

Result<void> ChainReader::read(std::span<std::byte> to) noexcept {
  if (to.size() > remaining_) {
    return fail(Error::out_of_range);
  }
  walk({.pool = *pool_, .remaining = remaining_, .segment = segment_, .offset = offset_}, to.size(),
       [this, to](GuestAddress from, std::uint64_t done, std::uint64_t count) {
         SERAI_ASSERT(memory_->read(from, to.subspan(done, count)));
       });
  return {};
}

std::size_t ChainReader::read_some(std::span<std::byte> to) noexcept {
  const std::size_t count = std::min<std::uint64_t>(to.size(), remaining_);
  SERAI_ASSERT(read(to.first(count)));
  return count;
}

Result<void> ChainReader::skip(std::uint64_t bytes) noexcept {
  if (bytes > remaining_) {
    return fail(Error::out_of_range);
  }
  walk({.pool = *pool_, .remaining = remaining_, .segment = segment_, .offset = offset_}, bytes,
       pass);
  return {};
}

Result<void> ChainWriter::write(std::span<const std::byte> from) noexcept {
  if (from.size() > remaining_) {
    return fail(Error::out_of_range);
  }
  walk({.pool = *pool_, .remaining = remaining_, .segment = segment_, .offset = offset_},
       from.size(), [this, from](GuestAddress to, std::uint64_t done, std::uint64_t count) {
         SERAI_ASSERT(memory_->write(to, from.subspan(done, count)));
       });
  return {};
}

std::size_t ChainWriter::write_some(std::span<const std::byte> from) noexcept {
  const std::size_t count = std::min<std::uint64_t>(from.size(), remaining_);
  SERAI_ASSERT(write(from.first(count)));
  return count;
}

Result<void> ChainWriter::skip(std::uint64_t bytes) noexcept {
  if (bytes > remaining_) {
    return fail(Error::out_of_range);
  }
  walk({.pool = *pool_, .remaining = remaining_, .segment = segment_, .offset = offset_}, bytes,
       pass);
  return {};
}

}  // namespace serai::virtio
