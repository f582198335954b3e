// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/guest_memory.hpp"
#include "virtio/device.hpp"
#include "virtio/queue.hpp"

namespace serai::test {

/// A VirtIO device that only remembers what its transport asked of it, and whether the transport
/// kept the contract of `virtio::Device`.
class RecordingVirtioDevice final : public virtio::Device {
 public:
  [[nodiscard]] virtio::DeviceTraits traits() const noexcept override { return kind; }

  [[nodiscard]] std::uint64_t offered_features() const noexcept override { return features; }

  void read_config(std::uint32_t offset, std::span<std::byte> to) noexcept override {
    within_contract = within_contract && offset + to.size() <= kind.config_bytes;
    std::copy_n(config.begin() + offset, to.size(), to.begin());
  }

  void write_config(std::uint32_t offset, std::span<const std::byte> bytes) noexcept override {
    within_contract = within_contract && offset + bytes.size() <= kind.config_bytes;
    std::ranges::copy(bytes, config.begin() + offset);
  }

  void activate(const virtio::Activation& given) noexcept override {
    within_contract = within_contract && !activation.has_value();
    activation = given;
    ++activations;
  }

  void reset() noexcept override {
    activation.reset();
    ++resets;
  }

  void reset_queue(std::uint16_t queue) noexcept override {
    within_contract = within_contract && is_enabled(queue);
    queue_resets.push_back(queue);
  }

  void notify(std::uint16_t queue) noexcept override {
    within_contract = within_contract && is_enabled(queue);
    if (notified.size() < most_remembered) {
      notified.push_back(queue);
    }
  }

  void back_end_ready() noexcept override {}

  [[nodiscard]] bool is_active() const { return activation.has_value(); }

  [[nodiscard]] bool is_enabled(std::uint16_t queue) const {
    return activation && queue < activation->queues.size() &&
           activation->queues[queue].is_enabled();
  }

  virtio::DeviceTraits kind{.id = virtio::DeviceId::block,
                            .queue_count = 3,
                            .most_queue_size = 256,
                            .config_bytes = 10,
                            .pci_class = 0x01'80'00};
  std::uint64_t features = 0b11;
  std::array<std::byte, 256> config{};

  std::optional<virtio::Activation> activation;
  int activations = 0;
  int resets = 0;
  std::vector<std::uint16_t> queue_resets;
  std::vector<std::uint16_t> notified;
  bool within_contract = true;

 private:
  static constexpr std::size_t most_remembered = 1000;
};

/// What a transport in a test is given besides its device: RAM at `ram_start`, queues and their
/// pool.
struct TransportParts {
  static constexpr std::uint64_t ram_start = 0x4000'0000;

  explicit TransportParts(std::size_t queue_count = 3) : queues(queue_count) {
    static_cast<void>(memory.add(GuestAddress(ram_start), ram));
  }

  /// Says in the split available ring at `driver_area` that there is a chain; a device is notified
  /// of queues only where there is one.
  void make_available(std::uint64_t driver_area) const {
    static_cast<void>(memory.store<std::uint16_t>(GuestAddress(driver_area + 2), 1));
  }

  RecordingVirtioDevice device;
  std::vector<std::byte> ram = std::vector<std::byte>(0x2'0000);
  GuestMemory memory;
  std::vector<virtio::Segment> segments = std::vector<virtio::Segment>(1024);
  virtio::SegmentPool pool{segments};
  std::vector<virtio::Queue> queues;
};

}  // namespace serai::test
