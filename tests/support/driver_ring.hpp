// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "support/guest_ram.hpp"
#include "virtio/queue_place.hpp"

namespace serai::test {

/// A descriptor as a driver means it, before it is laid out; the flags without NEXT.
struct RingEntry {
  std::uint64_t address = 0;
  std::uint32_t bytes = 0;
  std::uint16_t flags = 0;
};

/// A used element as it stands in the ring.
struct RingUsed {
  std::uint16_t id = 0;
  std::uint32_t written = 0;
};

/// The driver's side of a split or packed ring, for `VirtioDriver`: layout and indices, no buffers.
class DriverRing {
 public:
  virtual ~DriverRing() = default;

  /// A ring of either kind, laid out in `ram`.
  static std::unique_ptr<DriverRing> make(GuestRam& ram, std::uint16_t size,
                                          const virtio::QueueFeatures& features);

  /// Where it is; the same for the ring's whole life.
  [[nodiscard]] virtual virtio::QueuePlace place() const = 0;

  /// As it was when it was made: zeros, and all descriptors free.
  virtual void restart() = 0;

  /// Lays out a chain that the device does not see yet; its id, or none if there is no room.
  virtual std::optional<std::uint16_t> put(const std::vector<RingEntry>& chain) = 0;

  /// Lays out an indirect table at `address`.
  virtual void fill_table(std::uint64_t address, const std::vector<RingEntry>& chain) = 0;

  /// Shows the device what was put; whether it wants to be notified.
  virtual bool publish() = 0;

  /// What the device used next, which stays there.
  virtual std::optional<RingUsed> peek_used() = 0;

  /// Frees the descriptors of chains that were used, in the order of the ring, and goes past them.
  virtual void retire(const std::vector<std::uint16_t>& ids) = 0;

  /// Asks for interrupts, or not to have any.
  virtual void want_interrupts(bool wanted) = 0;

  /// With VIRTIO_F_EVENT_IDX: asks once for one when `chains` more (1 or more) are used, each of
  /// one descriptor where the ring is packed.
  virtual void want_interrupt_after(std::uint16_t chains) = 0;

  /// Descriptors that are free.
  [[nodiscard]] virtual std::uint16_t room() const = 0;
};

}  // namespace serai::test
