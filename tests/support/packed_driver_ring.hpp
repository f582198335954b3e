// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <deque>
#include <map>

#include "support/driver_ring.hpp"

namespace serai::test {

/// The driver's side of a packed virtqueue (VirtIO 1.2, 2.8).
class PackedDriverRing final : public DriverRing {
 public:
  PackedDriverRing(GuestRam& ram, std::uint16_t size);

  [[nodiscard]] virtio::QueuePlace place() const override;
  void restart() override;
  std::optional<std::uint16_t> put(const std::vector<RingEntry>& chain) override;
  void fill_table(std::uint64_t address, const std::vector<RingEntry>& chain) override;
  bool publish() override;
  std::optional<RingUsed> peek_used() override;
  void retire(const std::vector<std::uint16_t>& ids) override;
  void want_interrupts(bool wanted) override;
  void want_interrupt_after(std::uint16_t chains) override;

  [[nodiscard]] std::uint16_t room() const override { return room_; }

 private:
  /// A place in the ring and the wrap counter there.
  struct Place {
    std::uint16_t index = 0;
    bool wrap = true;
  };

  [[nodiscard]] Place after(Place place, std::uint16_t count) const;
  [[nodiscard]] static std::uint16_t available_flags(bool wrap);
  [[nodiscard]] std::uint64_t at(std::uint16_t index) const;

  GuestRam* ram_;
  std::uint16_t size_;
  std::uint64_t descriptors_;
  std::uint64_t driver_area_;
  std::uint64_t device_area_;
  std::deque<std::uint16_t> free_ids_;
  std::map<std::uint16_t, std::uint16_t> chains_;  ///< id to descriptors in the ring
  std::uint16_t room_ = 0;
  std::uint16_t unpublished_ = 0;  ///< descriptors
  std::uint64_t first_flags_at_ = 0;
  std::uint16_t first_flags_ = 0;
  Place next_;
  Place taken_;
};

}  // namespace serai::test
