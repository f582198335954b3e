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
  ChainBuilder(const GuestMemory& memory, SegmentPool& pool) noexcept
      : memory_(&memory), pool_(&pool), next_(pool.first_free_) {}

  [[nodiscard]] const GuestMemory& memory() const noexcept { return *memory_; }

  /// Appends a buffer. Errors: `out_of_range` unless all of it is RAM, and it is not empty;
  /// `bad_value` for one that the device reads after one that it writes, and for a chain longer
  /// than the whole pool; `no_space` when it does not fit in the pool now.
  // Guest-controlled: address, bytes, writable.
  Result<void> add(std::uint64_t address, std::uint32_t bytes, bool writable) noexcept {
    if (next_ == SegmentPool::none) [[unlikely]] {
      return fail(segments_ == pool_->capacity() ? Error::bad_value : Error::no_space);
    }
    if (!memory_->contains(GuestAddress(address), bytes)) [[unlikely]] {
      return fail(Error::out_of_range);
    }
    if (writable) {
      if (writable_bytes_ == 0) {
        first_writable_ = next_;
      }
      writable_bytes_ += bytes;
    } else {
      if (writable_bytes_ != 0) [[unlikely]] {
        return fail(Error::bad_value);
      }
      readable_bytes_ += bytes;
    }
    Segment& segment = pool_->storage_[next_];
    segment.address = address;
    segment.bytes = bytes;
    last_ = next_;
    next_ = segment.next;
    ++segments_;
    return {};
  }

  /// Whether there are more bytes than a driver may put in a chain (VirtIO 1.2, 2.7.4.2).
  [[nodiscard]] bool is_too_long() const noexcept {
    return readable_bytes_ + writable_bytes_ > std::uint64_t{1} << 32U;
  }

  /// Takes the segments out of the pool. At least one was added.
  [[nodiscard]] Chain take(std::uint16_t id, std::uint16_t descriptors) noexcept {
    Chain chain;
    chain.memory_ = memory_;
    chain.pool_ = pool_;
    chain.first_ = pool_->first_free_;
    chain.first_writable_ = first_writable_;
    chain.last_ = last_;
    chain.segments_ = segments_;
    chain.id_ = id;
    chain.descriptors_ = descriptors;
    chain.readable_bytes_ = readable_bytes_;
    chain.writable_bytes_ = writable_bytes_;
    pool_->first_free_ = next_;
    pool_->free_ -= segments_;
    return chain;
  }

 private:
  const GuestMemory* memory_;
  SegmentPool* pool_;
  std::uint64_t readable_bytes_ = 0;
  std::uint64_t writable_bytes_ = 0;
  std::uint16_t first_writable_ = SegmentPool::none;
  std::uint16_t last_ = SegmentPool::none;
  std::uint16_t next_;
  std::uint16_t segments_ = 0;
};

}  // namespace serai::virtio
