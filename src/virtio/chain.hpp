// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "base/address.hpp"
#include "base/assert.hpp"
#include "base/result.hpp"
#include "core/guest_memory.hpp"

namespace serai::virtio {

/// A piece of a buffer in the guest's RAM, checked when its chain was taken. Segments of one chain
/// are linked through their pool.
struct Segment {
  std::uint64_t address = 0;
  std::uint32_t bytes = 0;
  std::uint16_t next = 0;
  std::uint16_t later = 0;  ///< of a queue that is used in order: the chain taken after this one
};

/// The private memory that chains are linearised into: one per device, shared by its queues. A
/// queue whose next chain does not fit leaves it with the driver until others are completed.
class SegmentPool {
 public:
  static constexpr std::uint16_t none = 0xffff;

  /// `storage` must outlive the pool and holds at least as many segments as the longest queue has
  /// descriptors, at most 65535.
  explicit SegmentPool(std::span<Segment> storage) noexcept;

  /// An index of a free segment, or `none`.
  [[nodiscard]] std::uint16_t take() noexcept;

  /// Gives back the `count` linked segments that begin with `first`, up to and with `last`.
  void give_back(std::uint16_t first, std::uint16_t last, std::uint16_t count) noexcept {
    // Its own links are always inside it.
    storage_.data()[last].next = first_free_;
    first_free_ = first;
    free_ += count;
  }

  [[nodiscard]] Segment& operator[](std::uint16_t index) noexcept { return storage_[index]; }

  [[nodiscard]] const Segment& operator[](std::uint16_t index) const noexcept {
    return storage_[index];
  }

  [[nodiscard]] std::size_t free() const noexcept { return free_; }

  [[nodiscard]] std::size_t capacity() const noexcept { return storage_.size(); }

  /// Every segment is free again; no chain may exist.
  void reset() noexcept;

 private:
  friend class ChainBuilder;

  std::span<Segment> storage_;
  std::uint16_t first_free_ = none;
  std::size_t free_ = 0;
};

class ChainReader;
class ChainWriter;

/// A buffer that the driver made available (VirtIO 1.2, 2.6): first what it gives to the device,
/// then what the device fills. Linearised once into private memory, so nothing that the guest does
/// afterwards changes its shape; every segment lies in RAM. Move-only. Whoever takes one must hand
/// it to `Queue::complete`, or to `Queue::abandon` while the device is being reset.
class Chain {
 public:
  Chain(const Chain&) = delete;
  Chain& operator=(const Chain&) = delete;

  Chain(Chain&& other) noexcept { take(other); }

  /// What is assigned to holds no chain.
  Chain& operator=(Chain&& other) noexcept {
    SERAI_ASSERT(pool_ == nullptr);
    take(other);
    return *this;
  }

  ~Chain() { SERAI_ASSERT(pool_ == nullptr); }

  /// What the driver gives, in bytes.
  [[nodiscard]] std::uint64_t readable_bytes() const noexcept { return shape_.readable_bytes; }

  /// What the driver takes, in bytes.
  [[nodiscard]] std::uint64_t writable_bytes() const noexcept { return shape_.writable_bytes; }

  [[nodiscard]] ChainReader reader() const noexcept;
  [[nodiscard]] ChainWriter writer() const noexcept;

  /// The number by which the driver knows it.
  [[nodiscard]] std::uint16_t id() const noexcept { return shape_.id; }

 private:
  friend class Queue;
  friend class ChainBuilder;
  Chain() noexcept = default;

  /// What it looks like: plain, so that a chain moves in few words.
  struct Shape {
    std::uint16_t first = SegmentPool::none;
    std::uint16_t first_writable = SegmentPool::none;  ///< those that are readable come before it
    std::uint16_t last = SegmentPool::none;
    std::uint16_t segments = 0;
    std::uint16_t id = 0;
    std::uint16_t descriptors = 0;  ///< of the ring itself; a packed ring skips as many
    std::uint64_t readable_bytes = 0;
    std::uint64_t writable_bytes = 0;
  };

  void take(Chain& other) noexcept {
    memory_ = other.memory_;
    pool_ = std::exchange(other.pool_, nullptr);
    shape_ = other.shape_;
  }

  const GuestMemory* memory_ = nullptr;
  SegmentPool* pool_ = nullptr;  ///< null: moved from, or completed
  Shape shape_;
};

/// Reads what the driver gave, from the start on, each byte once. A position in the chain: may be
/// copied, owns nothing, and the chain outlives it.
class ChainReader {
 public:
  /// Copies the next `to.size()` bytes; `out_of_range`, and nothing consumed, if fewer are left.
  Result<void> read(std::span<std::byte> to) noexcept;

  /// Copies as many bytes as are left and fit, and says how many.
  std::size_t read_some(std::span<std::byte> to) noexcept;

  /// Passes over bytes; `out_of_range` if fewer are left.
  Result<void> skip(std::uint64_t bytes) noexcept;

  [[nodiscard]] std::uint64_t remaining() const noexcept { return remaining_; }

 private:
  friend class Chain;

  ChainReader(const GuestMemory& memory, const SegmentPool& pool, std::uint16_t segment,
              std::uint64_t remaining) noexcept
      : memory_(&memory), pool_(&pool), remaining_(remaining), segment_(segment) {}

  const GuestMemory* memory_;
  const SegmentPool* pool_;
  std::uint64_t remaining_;
  std::uint16_t segment_;
  std::uint32_t offset_ = 0;  ///< in the present segment
};

/// Fills what the driver takes, from the start on. A position in the chain, as the reader is.
class ChainWriter {
 public:
  /// Copies all of `from`; `out_of_range`, and nothing written, if less room is left.
  Result<void> write(std::span<const std::byte> from) noexcept;

  /// Copies as many bytes as there is room for, and says how many.
  std::size_t write_some(std::span<const std::byte> from) noexcept;

  /// Passes over bytes without touching them; `out_of_range` if less room is left.
  Result<void> skip(std::uint64_t bytes) noexcept;

  [[nodiscard]] std::uint64_t remaining() const noexcept { return remaining_; }

 private:
  friend class Chain;

  ChainWriter(const GuestMemory& memory, const SegmentPool& pool, std::uint16_t segment,
              std::uint64_t remaining) noexcept
      : memory_(&memory), pool_(&pool), remaining_(remaining), segment_(segment) {}

  const GuestMemory* memory_;
  const SegmentPool* pool_;
  std::uint64_t remaining_;
  std::uint16_t segment_;
  std::uint32_t offset_ = 0;
};

inline ChainReader Chain::reader() const noexcept {
  return {*memory_, *pool_, shape_.first, shape_.readable_bytes};
}

inline ChainWriter Chain::writer() const noexcept {
  return {*memory_, *pool_, shape_.first_writable, shape_.writable_bytes};
}

}  // namespace serai::virtio
