// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>

#include "base/result.hpp"
#include "core/guest_memory.hpp"
#include "virtio/chain_builder.hpp"
#include "virtio/descriptor.hpp"
#include "virtio/queue_place.hpp"

namespace serai::virtio {

/// The device's side of a split virtqueue (VirtIO 1.2, 2.7). A part of `Queue`, which calls it only
/// while it is enabled; owns no memory.
class SplitRing {
 public:
  /// Errors: `bad_value` for a size that is no power of two, `misaligned`, `out_of_range`.
  Result<void> enable(const GuestMemory& memory, const QueuePlace& place,
                      const QueueFeatures& features) noexcept;

  [[nodiscard]] bool has_available() const noexcept {
    const std::uint16_t next = next_;
    return seen_ != next || available_.load_acquire<std::uint16_t>(available_index) != next;
  }

  /// The next chain. Errors: `not_found`, `no_space`; every other one means that the driver broke
  /// a rule.
  Result<Chain> pop(ChainBuilder& chain) noexcept;

  /// Undoes the last `pop`.
  void put_back() noexcept { --next_; }

  /// Puts a chain into the used ring, where the driver does not see it yet, or a batch of `chains`
  /// in order that ends with it (VirtIO 1.2, 2.7.9).
  void use(std::uint16_t id, std::uint32_t written, std::uint16_t chains) noexcept;

  /// Shows the driver what was used; whether it wants an interrupt for it.
  bool publish() noexcept;

  void suppress_notifications() noexcept;
  void allow_notifications() noexcept;

 private:
  /// Of struct virtq_avail (2.7.6), in numbers of 16 bits.
  static constexpr std::uint32_t available_index = 1;

  Result<void> find_driver_side(const GuestMemory& memory, const QueuePlace& place) noexcept;
  Result<void> find_used(const GuestMemory& memory, GuestAddress where) noexcept;
  bool see_available(std::uint16_t index) noexcept;
  bool gather(ChainBuilder& chain, std::uint16_t head) const noexcept;
  bool gather_indirect(ChainBuilder& chain, const Descriptor& descriptor) const noexcept;

  DescriptorTable descriptors_;
  GuestTable<2> available_;      ///< flags, idx, ring[], used_event
  GuestTable<4> used_head_;      ///< flags and idx
  GuestTable<8> used_;           ///< ring[]
  GuestTable<2> used_tail_;      ///< avail_event, if there is one
  std::uint16_t mask_ = 0;       ///< queue size less one
  std::uint16_t next_ = 0;       ///< of the available ring
  std::uint16_t seen_ = 0;       ///< the driver's index when it was last looked at
  std::uint16_t next_used_ = 0;  ///< of the used ring
  std::uint16_t published_ = 0;  ///< the used index that the driver sees
  std::uint16_t event_ = 0;      ///< avail_event, or flags, if `is_event_set_`
  bool indirect_ = false;
  bool event_index_ = false;
  bool is_event_set_ = false;
};

}  // namespace serai::virtio
