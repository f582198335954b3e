// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>
#include <optional>

#include "virtio/chain.hpp"

namespace serai::virtio {

/// What the driver gets back for one chain, or in order for a batch that ends with one.
struct Completion {
  std::uint16_t id = 0;
  std::uint16_t descriptors = 0;  ///< of the ring, of the whole batch
  std::uint32_t written = 0;
};

/// The chains of a queue with VIRTIO_F_IN_ORDER (VirtIO 1.2, 2.7.9 and 2.8.9) in the order in which
/// they were taken, which is the order in which the driver must get them back. A device may
/// complete them as it likes: each leaves its first segment here as a record until its turn comes.
class CompletionOrder {
 public:
  /// A chain was taken, whose first segment is `segment`.
  void append(SegmentPool& pool, std::uint16_t segment) noexcept;

  /// Forgets the chain that was appended last; none was completed since.
  void remove_last(SegmentPool& pool) noexcept;

  /// A chain is complete, and the device filled `is_whole` all of its writable part. Its other
  /// segments are free.
  void complete(SegmentPool& pool, std::uint16_t segment, const Completion& completion,
                bool is_whole) noexcept;

  /// A chain will never be complete; nothing that was taken after it comes back either.
  void abandon(SegmentPool& pool, std::uint16_t segment) noexcept;

  /// The next batch that may go to the driver: chains that were filled wholly need no entry of
  /// their own before a later one that is complete too.
  std::optional<Completion> take(SegmentPool& pool) noexcept;

  /// Frees all records. Chains that are still held keep their segments.
  void clear(SegmentPool& pool) noexcept;

 private:
  std::uint16_t first_ = SegmentPool::none;
  std::uint16_t last_ = SegmentPool::none;
  std::uint16_t before_last_ = SegmentPool::none;
};

}  // namespace serai::virtio
