// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "base/result.hpp"
#include "drivers/virtio/dma_memory.hpp"
#include "drivers/virtio/specification.hpp"

namespace serai::drivers {

/// A piece of memory that the device reads, or writes.
struct Buffer {
  std::uint64_t physical = 0;
  std::uint32_t bytes = 0;
  bool device_writes = false;
};

/// A chain that the device has given back.
struct UsedChain {
  std::uint32_t token = 0;  ///< as given to `add`
  std::uint32_t bytes = 0;  ///< that the device says it wrote; never more than there was room for
};

/// The three rings of a split queue as the device must be told of them (VirtIO 1.2, 2.7).
struct QueueAddresses {
  std::uint16_t size = 0;
  std::uint64_t descriptors = 0;
  std::uint64_t available = 0;
  std::uint64_t used = 0;
};

/// The driver's side of a split virtqueue (VirtIO 1.2, 2.7). All that the driver must remember is
/// kept in private memory; of what the device writes every value is copied once and checked. A
/// device that gives back what it was not given breaks the queue: it yields nothing more until
/// `start`, and the driver resets the device.
///
/// A driver works like this: `add` chains, then `publish` and notify the device if it says so; on
/// an interrupt `next_used` until it yields nothing, then `want_interrupt`, and once more from the
/// start if that says that more has come.
class DriverQueue {
 public:
  static constexpr std::uint16_t most_size = 256;

  /// Bytes of memory, from a multiple of `alignment`, of a queue of `size` entries.
  [[nodiscard]] static std::size_t memory_bytes(std::uint16_t size) noexcept;
  static constexpr std::size_t alignment = 16;

  /// Begins anew with empty rings in the first `memory_bytes(size)` bytes of `memory`, which it
  /// sets to zero. Errors: `bad_value` unless `size` is a power of two of at most `most_size`;
  /// `no_space`.
  Result<void> start(DmaPiece memory, std::uint16_t size, bool event_index) noexcept;

  /// What the device must be told.
  [[nodiscard]] QueueAddresses addresses() const noexcept;

  /// Chains `buffers`, the ones that the device reads first, for the device, which sees them after
  /// `publish`. `token` comes back with the chain. Errors: `no_space` if there are not enough free
  /// descriptors; `bad_value` for no buffer at all.
  Result<void> add(std::span<const Buffer> buffers, std::uint32_t token) noexcept;

  /// Shows the device all that was added; whether it wants to be notified of it.
  [[nodiscard]] bool publish() noexcept;

  /// The next chain that the device has given back.
  [[nodiscard]] std::optional<UsedChain> next_used() noexcept;

  /// Asks for an interrupt once `chains` (at least 1) more have been given back. True when that has
  /// happened meanwhile and no interrupt need come.
  [[nodiscard]] bool want_interrupt(std::uint16_t chains = 1) noexcept;

  /// Tells the device not to interrupt. A hint: it may nevertheless.
  void suppress_interrupts() noexcept;

  /// Descriptors that `add` can use now.
  [[nodiscard]] std::uint16_t free() const noexcept { return free_; }

  /// Descriptors that the device has.
  [[nodiscard]] std::uint16_t in_flight() const noexcept {
    return static_cast<std::uint16_t>(size_ - free_);
  }

  [[nodiscard]] std::uint16_t size() const noexcept { return size_; }

  /// Whether the device broke a rule.
  [[nodiscard]] bool is_broken() const noexcept { return broken_; }

 private:
  /// What a chain is, at the place of its first descriptor.
  struct Chain {
    std::uint32_t token = 0;
    std::uint32_t writable_bytes = 0;
    std::uint16_t descriptors = 0;  ///< 0: no chain begins here
    std::uint16_t last = 0;
  };

  [[nodiscard]] std::uint16_t take_free() noexcept;
  [[nodiscard]] bool refresh_used() noexcept;
  std::optional<UsedChain> give_up() noexcept;
  void release(std::uint16_t head) noexcept;

  DmaPiece memory_;
  std::span<Descriptor> descriptors_;
  RingHeader* available_ = nullptr;
  std::uint16_t* available_ring_ = nullptr;
  std::uint16_t* used_event_ = nullptr;
  RingHeader* used_ = nullptr;
  UsedEntry* used_ring_ = nullptr;
  std::uint16_t* available_event_ = nullptr;

  std::array<std::uint16_t, most_size> next_{};  ///< of each descriptor, in a chain or free
  std::array<Chain, most_size> chains_{};
  std::uint16_t size_ = 0;
  std::uint16_t free_ = 0;
  std::uint16_t first_free_ = 0;
  std::uint16_t added_ = 0;      ///< free-running index of what was added
  std::uint16_t published_ = 0;  ///< of what the device has been shown
  std::uint16_t taken_ = 0;      ///< of what `next_used` has yielded
  std::uint16_t given_ = 0;      ///< of what the device has given back, as far as we looked
  std::uint16_t unused_ = 0;     ///< chains that the device has
  bool event_index_ = false;
  bool broken_ = false;
};

}  // namespace serai::drivers
