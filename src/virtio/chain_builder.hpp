// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>

#include "core/guest_memory.hpp"
#include "virtio/chain.hpp"

namespace serai::virtio {

/// Lays one chain's segments into the free segments of a pool, in the order in which the pool would
/// hand them out: nothing is taken before `take`, so that giving up needs no undoing.
class ChainBuilder {
 public:
  /// `memory` has a region: a queue that is enabled lies in it.
  ChainBuilder(const GuestMemory& memory, SegmentPool& pool) noexcept
      : memory_(&memory),
        pool_(&pool),
        storage_(pool.storage_),
        near_(memory.region(0)),
        next_(pool.first_free_) {}

  [[nodiscard]] const GuestMemory& memory() const noexcept { return *memory_; }

  /// Why the chain cannot be built; only after `add` or `refuse` said so.
  [[nodiscard]] Error error() const noexcept { return error_; }

  /// Gives up, for this reason: always false.
  bool refuse(Error reason) noexcept {
    error_ = reason;
    return false;
  }

  /// Appends a buffer. False with an error: `out_of_range` unless all of it is RAM, and it is not
  /// empty; `bad_value` for one that the device reads after one that it writes, and for a chain
  /// longer than the whole pool; `no_space` when it does not fit in the pool now.
  // Guest-controlled: address, bytes, writable.
  bool add(std::uint64_t address, std::uint32_t bytes, bool writable) noexcept {
    if (next_ == SegmentPool::none) [[unlikely]] {
      return refuse(segments_ == storage_.size() ? Error::bad_value : Error::no_space);
    }
    if (bytes == 0 || (!near_.contains(GuestAddress(address), bytes) &&
                       !memory_->contains(GuestAddress(address), bytes))) [[unlikely]] {
      return refuse(Error::out_of_range);
    }
    if (writable) {
      if (writable_bytes_ == 0) {
        first_writable_ = next_;
      }
      writable_bytes_ += bytes;
    } else {
      if (writable_bytes_ != 0) [[unlikely]] {
        return refuse(Error::bad_value);
      }
      readable_bytes_ += bytes;
    }
    // The pool's own links are always inside it.
    Segment& segment = storage_.data()[next_];
    segment.address = address;
    segment.bytes = bytes;
    last_ = next_;
    next_ = segment.next;
    ++segments_;
    return true;
  }

  /// Takes the segments out of the pool; at least one was added. Fails with `overflow` when there
  /// are more bytes than a driver may put in a chain (VirtIO 1.2, 2.7.4.2).
  Result<Chain> take(std::uint16_t id, std::uint16_t descriptors) noexcept {
    if ((readable_bytes_ + writable_bytes_) > std::uint64_t{1} << 32U) [[unlikely]] {
      return fail(Error::overflow);
    }
    Chain chain;
    chain.memory_ = memory_;
    chain.pool_ = pool_;
    chain.shape_ = {.first = pool_->first_free_,
                    .first_writable = first_writable_,
                    .last = last_,
                    .segments = segments_,
                    .id = id,
                    .descriptors = descriptors,
                    .readable_bytes = readable_bytes_,
                    .writable_bytes = writable_bytes_};
    pool_->first_free_ = next_;
    pool_->free_ -= segments_;
    return chain;
  }

 private:
  const GuestMemory* memory_;
  SegmentPool* pool_;
  std::span<Segment> storage_;
  GuestRange near_;  ///< most of the RAM, to look in first
  std::uint64_t readable_bytes_ = 0;
  std::uint64_t writable_bytes_ = 0;
  std::uint16_t first_writable_ = SegmentPool::none;
  std::uint16_t last_ = SegmentPool::none;
  std::uint16_t next_;
  std::uint16_t segments_ = 0;
  Error error_{};
};

}  // namespace serai::virtio
