// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>
#include <set>
#include <vector>

#include "support/guest_ram.hpp"
#include "support/virtio_driver.hpp"
#include "virtio/device.hpp"

namespace serai::test {

/// Notes what a device asks of its transport.
class RecordedEvents final : public virtio::Events {
 public:
  void queue_interrupt(std::uint16_t queue) noexcept override { interrupts.insert(queue); }

  void config_changed() noexcept override { ++config_changes; }

  void needs_reset() noexcept override { ++reset_requests; }

  std::multiset<std::uint16_t> interrupts;
  int config_changes = 0;
  int reset_requests = 0;
};

/// A device with all its queues set up by a driver and activated, without a transport: for tests of
/// what a device does between activation and reset.
class ActiveDevice {
 public:
  ActiveDevice(virtio::Device& device, std::uint64_t features,
               VirtioDriver::Options options = {.size = 16})
      : device_(device), queues_(device.traits().queue_count) {
    for (virtio::Queue& queue : queues_) {
      drivers.emplace_back(ram, options);
      const auto enabled =
          queue.enable(ram.memory(), pool_, drivers.back().place(), drivers.back().features());
      if (!enabled) {
        throw std::logic_error("a queue of the test cannot be enabled");
      }
    }
    device_.activate({.features = features, .queues = queues_, .events = &events});
  }

  ~ActiveDevice() { reset(); }

  ActiveDevice(const ActiveDevice&) = delete;
  ActiveDevice& operator=(const ActiveDevice&) = delete;

  void reset() {
    device_.reset();
    for (virtio::Queue& queue : queues_) {
      queue.disable();
    }
  }

  /// Resets one queue and sets it up again, as a driver may (VIRTIO_F_RING_RESET).
  void restart(std::uint16_t queue) {
    device_.reset_queue(queue);
    queues_[queue].disable();
    drivers[queue].restart();
    const auto enabled = queues_[queue].enable(ram.memory(), pool_, drivers[queue].place(),
                                               drivers[queue].features());
    if (!enabled) {
      throw std::logic_error("a queue of the test cannot be enabled again");
    }
  }

  virtio::Queue& queue(std::uint16_t index) { return queues_[index]; }

  GuestRam ram;
  std::vector<VirtioDriver> drivers;
  RecordedEvents events;

 private:
  virtio::Device& device_;
  std::vector<virtio::Segment> segments_ = std::vector<virtio::Segment>(256);
  virtio::SegmentPool pool_{segments_};
  std::vector<virtio::Queue> queues_;
};

}  // namespace serai::test
