// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "base/result.hpp"
#include "drivers/virtio/board_device.hpp"
#include "drivers/virtio/dma_memory.hpp"
#include "drivers/virtio/driver_queue.hpp"

namespace serai::block {

/// What a disk says of itself.
struct DiskFacts {
  std::uint64_t sectors = 0;  ///< of 512 bytes
  std::uint32_t logical_bytes = 512;
  std::uint32_t best_bytes = 0;  ///< best size of a request, or 0 if it does not say
  bool read_only = false;
  bool has_flush = false;  ///< or else a write that has ended is on the medium
};

/// Numbered as in VirtIO 1.2, 5.2.6.
enum class DiskOperation : std::uint32_t { read = 0, write = 1, flush = 4, get_id = 8 };

struct DiskRequest {
  DiskOperation operation = DiskOperation::read;
  std::uint64_t sector = 0;    ///< for `read` and `write`
  std::uint64_t physical = 0;  ///< of the data, in one piece
  std::uint32_t bytes = 0;     ///< of the data; 0 for `flush`
};

struct DiskCompletion {
  std::uint32_t slot = 0;
  bool ok = false;
};

/// Drives a VirtIO block device (VirtIO 1.2, 5.2). Requests are known by the slot that the caller
/// gives them.
class VirtioDisk {
 public:
  static constexpr std::uint32_t most_slots = 64;
  static constexpr std::uint32_t id_bytes = 20;

  explicit constexpr VirtioDisk(drivers::RegisterPort& registers) noexcept : device_(registers) {}

  /// Resets the device and brings it up with rings in memory that is taken only once the device
  /// touches none. Errors: those of BoardDevice, `unsupported` for logical blocks larger than 4096
  /// bytes, `no_space`.
  Result<void> start(drivers::DmaMemory& memory) noexcept;

  [[nodiscard]] const DiskFacts& facts() const noexcept { return facts_; }

  /// How many slots there are, from 0 on.
  [[nodiscard]] std::uint32_t slots() const noexcept { return slots_; }

  /// Adds a request in a slot that is not in use; the device sees it after `publish`.
  void submit(std::uint32_t slot, const DiskRequest& request) noexcept;

  void publish() noexcept;

  /// The next request that has ended; its slot is free.
  [[nodiscard]] std::optional<DiskCompletion> next_completion() noexcept;

  /// Asks for an interrupt at the next completion; true if there is one already.
  [[nodiscard]] bool want_interrupt() noexcept { return queue_.want_interrupt(); }

  /// Withdraws the device's interrupt, before completions are taken.
  void take_interrupts() noexcept;

  /// Whether the device broke a rule or asked for a reset: nothing more comes from it.
  [[nodiscard]] bool has_failed() const noexcept { return queue_.is_broken() || needs_reset_; }

  /// Resets the device: it touches no memory any more.
  void stop() noexcept;

 private:
  /// VirtIO 1.2, 5.2.6: what precedes a request's data.
  struct Header {
    std::uint32_t type;
    std::uint32_t reserved;
    std::uint64_t sector;
  };

  Result<void> set_up_queue(drivers::DmaMemory& memory, bool event_index) noexcept;
  void read_facts(std::uint64_t features) noexcept;
  [[nodiscard]] Header& header(std::uint32_t slot) const noexcept;
  [[nodiscard]] std::uint8_t& status(std::uint32_t slot) const noexcept;

  drivers::BoardDevice device_;
  drivers::DriverQueue queue_;
  drivers::DmaPiece headers_;
  drivers::DmaPiece statuses_;
  DiskFacts facts_;
  std::uint32_t slots_ = 0;
  bool needs_reset_ = false;
};

}  // namespace serai::block
