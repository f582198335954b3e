// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>

#include "base/result.hpp"
#include "core/guest_memory.hpp"
#include "virtio/chain_builder.hpp"
#include "virtio/descriptor.hpp"
#include "virtio/queue_place.hpp"

namespace serai::virtio {

/// The device's side of a packed virtqueue (VirtIO 1.2, 2.8). A part of `Queue`, which calls it
/// only while it is enabled; owns no memory.
class PackedRing {
 public:
  /// Errors: `misaligned`, `out_of_range`.
  Result<void> enable(const GuestMemory& memory, const QueuePlace& place,
                      const QueueFeatures& features) noexcept;

  [[nodiscard]] bool has_available() const noexcept;

  /// The next chain. Errors: `not_found`, `no_space`; every other one means that the driver broke
  /// a rule.
  Result<Chain> pop(ChainBuilder& chain) noexcept;

  /// Undoes the last `pop`, of a chain of so many descriptors.
  void put_back(std::uint16_t descriptors) noexcept;

  /// Writes a used descriptor, which the driver does not see yet, for one chain or for a batch in
  /// order that ends with it; `descriptors` are those of all of them.
  void use(std::uint16_t id, std::uint32_t written, std::uint16_t descriptors) noexcept;

  /// Shows the driver what was used; whether it wants an interrupt for it.
  bool publish() noexcept;

  void suppress_notifications() noexcept;
  void allow_notifications() noexcept;

 private:
  /// A place in the ring, and the flags that its lap gives.
  struct Place {
    std::uint16_t index = 0;
    std::uint16_t lap = descriptor_flag::avail | descriptor_flag::used;  ///< all, or none
  };

  /// A chain's descriptors in the ring.
  struct Gathered {
    std::uint16_t id = 0;
    std::uint16_t descriptors = 0;
    Place end;
  };

  [[nodiscard]] Place after(Place place, std::uint16_t descriptors) const noexcept;
  [[nodiscard]] static bool is_available(std::uint16_t flags, Place place) noexcept;
  bool gather(ChainBuilder& chain, std::uint16_t flags, Gathered& gathered) const noexcept;
  bool gather_indirect(ChainBuilder& chain, const Descriptor& descriptor) const noexcept;
  void ask(std::uint32_t event) noexcept;

  DescriptorTable ring_;
  GuestTable<4> driver_area_;
  GuestTable<4> device_area_;
  std::uint16_t size_ = 0;
  std::uint16_t in_flight_ = 0;    ///< descriptors taken whose use the driver does not see
  std::uint16_t unpublished_ = 0;  ///< descriptors used of which the driver does not know
  std::uint16_t first_flags_ = 0;  ///< what shows the driver all that is unpublished
  std::uint16_t first_used_ = 0;   ///< where that goes
  Place next_;
  Place next_used_;
  std::uint32_t asked_ = 0;  ///< the device area, if `is_asked_`
  bool is_asked_ = false;
  bool indirect_ = false;
  bool event_index_ = false;
};

}  // namespace serai::virtio
