// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <deque>
#include <map>

#include "support/driver_ring.hpp"

namespace serai::test {

/// The driver's side of a split virtqueue (VirtIO 1.2, 2.7).
class SplitDriverRing final : public DriverRing {
 public:
  SplitDriverRing(GuestRam& ram, std::uint16_t size, bool event_index);

  [[nodiscard]] virtio::QueuePlace place() const override;
  void restart() override;
  std::optional<std::uint16_t> put(const std::vector<RingEntry>& chain) override;
  void fill_table(std::uint64_t address, const std::vector<RingEntry>& chain) override;
  bool publish() override;
  std::optional<RingUsed> peek_used() override;
  void retire(const std::vector<std::uint16_t>& ids) override;
  void want_interrupts(bool wanted) override;
  void want_interrupt_after(std::uint16_t chains) override;

  [[nodiscard]] std::uint16_t room() const override {
    return static_cast<std::uint16_t>(free_.size());
  }

 private:
  void store(std::uint64_t at, const RingEntry& entry, bool last, std::uint16_t next);
  void store_event(std::uint16_t event);
  [[nodiscard]] std::size_t available_bytes() const;
  [[nodiscard]] std::size_t used_bytes() const;

  GuestRam* ram_;
  std::uint16_t size_;
  bool event_index_;
  bool wanted_ = true;
  std::uint64_t descriptors_;
  std::uint64_t available_;
  std::uint64_t used_;
  std::deque<std::uint16_t> free_;
  std::map<std::uint16_t, std::vector<std::uint16_t>> chains_;  ///< head to descriptors
  std::uint16_t put_ = 0;
  std::uint16_t published_ = 0;
  std::uint16_t taken_ = 0;
};

}  // namespace serai::test
