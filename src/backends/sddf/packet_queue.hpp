// SPDX-License-Identifier: BSD-2-Clause
//
// sDDF's net queue: a ring of buffer descriptors shared by two PDs. The indices run freely through
// 16 bits; entry i lies at i modulo the capacity. A connection has two for each direction: `active`
// with buffers that hold packets, and `free`, on which they come back.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace serai::sddf {

/// The start of the memory that both sides share, in sDDF's layout; the descriptors follow.
struct PacketIndices {
  std::uint16_t tail;                ///< written by the producer
  std::uint16_t head;                ///< written by the consumer
  std::uint32_t consumer_signalled;  ///< 0: the consumer wants to hear of new entries
};

static_assert(sizeof(PacketIndices) == 8);

/// A descriptor as it lies in shared memory: two words, each read and written at once.
struct SharedPacketDescriptor {
  std::uint64_t offset;  ///< of the buffer in the data region
  std::uint64_t rest;    ///< bits 0 to 15 length, 16 to 21 owner, 24 `more` (ours); others unused
};

static_assert(sizeof(SharedPacketDescriptor) == 16);

/// A private copy of a descriptor, unchecked.
struct PacketDescriptor {
  std::uint64_t offset = 0;
  std::uint16_t bytes = 0;
  std::uint8_t owner = 0;  ///< sDDF's `oid`: whose region it is; goes back as it came
  bool more = false;       ///< means something only between PDs of this project

  [[nodiscard]] static constexpr PacketDescriptor unpack(std::uint64_t offset,
                                                         std::uint64_t rest) noexcept {
    return {.offset = offset,
            .bytes = static_cast<std::uint16_t>(rest),
            .owner = static_cast<std::uint8_t>(rest >> owner_shift & owner_mask),
            .more = (rest & more_bit) != 0};
  }

  [[nodiscard]] constexpr std::uint64_t pack_rest() const noexcept {
    return bytes | std::uint64_t{owner} << owner_shift | (more ? more_bit : 0);
  }

 private:
  static constexpr unsigned owner_shift = 16;
  static constexpr std::uint64_t owner_mask = 0x3f;
  static constexpr std::uint64_t more_bit = std::uint64_t{1} << 24;
};

/// One queue as it is mapped in this PD. Owns nothing.
struct PacketQueueMemory {
  /// Larger queues are not supported: 16-bit indices could not tell full from broken.
  static constexpr std::uint32_t most_capacity = 4096;

  PacketIndices* indices = nullptr;
  std::span<SharedPacketDescriptor> descriptors;  ///< as many as the capacity, a power of two

  /// A queue by its virtual address.
  [[nodiscard]] static PacketQueueMemory at(std::uint64_t address, std::uint32_t capacity) noexcept;

  [[nodiscard]] static constexpr std::size_t bytes(std::uint32_t capacity) noexcept {
    return sizeof(PacketIndices) + capacity * sizeof(SharedPacketDescriptor);
  }

  /// Enters all buffers of a data region into a queue that is new: what the side that transmits
  /// does with its own free queue before anybody uses it.
  void enter_all(std::uint32_t buffer_bytes) const noexcept;
};

/// The end that adds entries. The other side is hostile: its index is copied once and checked, our
/// own is never read back.
class PacketProducer {
 public:
  constexpr explicit PacketProducer(const PacketQueueMemory& memory) noexcept : memory_(memory) {}

  /// Goes on where the other side left a queue that it may have filled before the first use:
  /// empty, or with all of its buffers. Call once, when it is known to be ready.
  void join() noexcept;

  /// How many entries fit, of which it looks for no more than `enough`.
  [[nodiscard]] std::uint32_t room(std::uint32_t enough) noexcept;

  /// Whether the other side's index made no sense, ever.
  [[nodiscard]] bool is_broken() const noexcept { return broken_; }

  /// Writes an entry for which there is room. Invisible until `publish`.
  void put(const PacketDescriptor& descriptor) noexcept;

  /// Shows all entries to the other side at once.
  void publish() noexcept;

  /// Whether the other side must be notified of what was published since the last call; says so
  /// once.
  [[nodiscard]] bool take_notification() noexcept;

 private:
  [[nodiscard]] std::uint32_t capacity() const noexcept {
    return static_cast<std::uint32_t>(memory_.descriptors.size());
  }

  PacketQueueMemory memory_;
  std::uint16_t tail_ = 0;
  std::uint16_t head_ = 0;  ///< the other side's, as last seen
  bool unannounced_ = false;
  bool broken_ = false;
};

/// The end that takes entries. The other side is hostile here too.
class PacketConsumer {
 public:
  constexpr explicit PacketConsumer(const PacketQueueMemory& memory) noexcept : memory_(memory) {}

  /// How many entries wait, of which it looks for no more than `enough`.
  [[nodiscard]] std::uint32_t available(std::uint32_t enough) noexcept;

  [[nodiscard]] bool is_broken() const noexcept { return broken_; }

  /// A copy of the entry `position` behind the oldest. It is available.
  // Guest-controlled: all of it.
  [[nodiscard]] PacketDescriptor get(std::uint32_t position) const noexcept;

  /// Removes the `count` oldest entries, which were available.
  void release(std::uint32_t count) noexcept;

  /// Asks the other side to notify when it next adds entries. Whoever waits looks once more after
  /// this call, so that no wakeup is lost.
  void request_signal() const noexcept;

  /// Tells the other side not to notify.
  void cancel_signal() const noexcept;

 private:
  PacketQueueMemory memory_;
  std::uint16_t head_ = 0;
  std::uint16_t tail_ = 0;  ///< the other side's, as last seen
  bool broken_ = false;
};

/// A set of buffers by number.
class BufferSet {
 public:
  [[nodiscard]] bool has(std::uint32_t buffer) const noexcept {
    return (words_[buffer / bits] >> buffer % bits & 1) != 0;
  }

  void add(std::uint32_t buffer) noexcept { words_[buffer / bits] |= mask(buffer); }

  void remove(std::uint32_t buffer) noexcept { words_[buffer / bits] &= ~mask(buffer); }

 private:
  static constexpr std::uint32_t bits = 64;

  [[nodiscard]] static constexpr std::uint64_t mask(std::uint32_t buffer) noexcept {
    return std::uint64_t{1} << buffer % bits;
  }

  std::array<std::uint64_t, PacketQueueMemory::most_capacity / bits> words_{};
};

}  // namespace serai::sddf
