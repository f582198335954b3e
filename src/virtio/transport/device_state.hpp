// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "base/bits.hpp"
#include "core/access.hpp"
#include "core/doorbell.hpp"
#include "core/guest_memory.hpp"
#include "virtio/device.hpp"
#include "virtio/transport/options.hpp"
#include "virtio/transport/status.hpp"

namespace serai::virtio {

/// What a transport has to do because the state changed.
enum class Effect : std::uint8_t {
  none,
  was_reset,         ///< forget every interrupt
  config_interrupt,  ///< send a configuration change notification
};

/// One of the three addresses of a queue.
enum class QueueArea : std::uint8_t { descriptors, driver, device };

/// The part of a VirtIO device that all transports share: features, status, the queues' registers
/// and the configuration's generation (VirtIO 1.2, chapters 2 and 3). Decides when the device is
/// activated and when it may be notified. Owns none of what it is given.
///
/// Every value that a driver writes has a defined effect in every state. What breaks the
/// specification's order is ignored, except a queue that cannot be enabled: then the device needs a
/// reset.
class DeviceState final : public DoorbellTarget {
 public:
  /// In place of a queue's number: whichever has something available.
  static constexpr std::uint32_t every_queue = DeviceTraits::most_queues;

  /// `queues` are as many as the device has. `events` is what the device gets at its activation.
  DeviceState(Device& device, const GuestMemory& memory, std::span<Queue> queues, SegmentPool& pool,
              Events& events, TransportOptions options) noexcept;

  [[nodiscard]] const DeviceTraits& traits() const noexcept { return traits_; }

  // Features (2.2). `select` chooses 32 bits of them; those from bit 64 up are never offered.

  void select_device_features(std::uint32_t select) noexcept { device_feature_select_ = select; }

  void select_driver_features(std::uint32_t select) noexcept { driver_feature_select_ = select; }

  [[nodiscard]] std::uint32_t device_feature_select() const noexcept {
    return device_feature_select_;
  }

  [[nodiscard]] std::uint32_t driver_feature_select() const noexcept {
    return driver_feature_select_;
  }

  [[nodiscard]] std::uint32_t device_features() const noexcept;
  [[nodiscard]] std::uint32_t driver_features() const noexcept;

  /// Ignored once FEATURES_OK is set.
  // Guest-controlled: value.
  void write_driver_features(std::uint32_t value) noexcept;

  // Status (2.1).

  [[nodiscard]] std::uint32_t status() const noexcept { return status_; }

  /// 0 resets. Otherwise bits are only added, as drivers must: FEATURES_OK if the features are
  /// acceptable, DRIVER_OK after it, neither after FAILED or DEVICE_NEEDS_RESET.
  // Guest-controlled: value.
  [[nodiscard]] Effect write_status(std::uint32_t value) noexcept;

  /// The device cannot go on.
  [[nodiscard]] Effect needs_reset() noexcept;

  /// Back to power-on, with the device and its queues; the generation goes on.
  void reset() noexcept;

  /// The device is activated and has not been reset since.
  [[nodiscard]] bool is_active() const noexcept { return active_; }

  // The selected queue (4.1.4.3, 4.2.2). Of one that does not exist everything reads as zero; of
  // one that is enabled nothing can be changed.

  // Guest-controlled: queue.
  void select_queue(std::uint32_t queue) noexcept { selected_ = queue; }

  [[nodiscard]] std::uint32_t selected_queue() const noexcept { return selected_; }

  [[nodiscard]] bool selected_exists() const noexcept { return selected_ < traits_.queue_count; }

  [[nodiscard]] std::uint16_t most_queue_size() const noexcept;
  [[nodiscard]] std::uint16_t queue_size() const noexcept;
  void write_queue_size(std::uint32_t value) noexcept;

  /// The low (`half` 0) or high 32 bits of an address.
  [[nodiscard]] std::uint32_t queue_address(QueueArea area, std::uint32_t half) const noexcept;
  void write_queue_address(QueueArea area, std::uint32_t half, std::uint32_t value) noexcept;

  [[nodiscard]] bool queue_is_enabled() const noexcept;
  [[nodiscard]] Effect enable_queue() noexcept;

  /// The device gives up the queue's chains, and its registers can be changed.
  void stop_queue() noexcept;

  /// Resets the queue if VIRTIO_F_RING_RESET was negotiated (2.6.1): done when this returns.
  /// Whether it was.
  bool reset_queue() noexcept;

  // Notifications.

  /// The driver rang for a queue, which may not exist. The device hears of it if there is something
  /// in the queue: drivers also ring for what the device has taken already.
  // Guest-controlled: queue.
  void notify(std::uint32_t queue) noexcept {
    if (queue < DeviceTraits::most_queues) {
      notify_if_live(queue);
    }
  }

  /// The driver rang, nobody knows for which queue.
  void notify_all() noexcept;

  /// `number` is a queue's, or `every_queue`. Flat: others that call the same are compiled for
  /// size.
  [[gnu::flatten]] void ring(std::uint32_t number) noexcept override {
    if (number < every_queue) [[likely]] {
      notify_if_live(number);
    } else {
      notify_all();
    }
  }

  // The device's configuration.

  [[nodiscard]] std::uint32_t generation() const noexcept { return generation_; }

  /// It changed.
  [[nodiscard]] Effect config_changed() noexcept;

  /// Bytes behind its end read as zero; writes to them vanish.
  // Guest-controlled: offset.
  [[nodiscard]] std::uint64_t read_config(std::uint64_t offset, AccessSize size) noexcept;
  void write_config(std::uint64_t offset, AccessSize size, std::uint64_t value) noexcept;

 private:
  void notify_if_live(std::uint32_t queue) noexcept {
    // In bounds: only queues that exist are live.
    if ((live_ >> queue & 1) != 0 && queues_.data()[queue].has_available()) {
      device_.notify(static_cast<std::uint16_t>(queue));
    }
  }

  [[nodiscard]] std::uint64_t offered() const noexcept;
  [[nodiscard]] bool features_are_acceptable() const noexcept;
  [[nodiscard]] QueueFeatures queue_features() const noexcept;
  [[nodiscard]] QueuePlace place_at_reset() const noexcept;
  [[nodiscard]] QueuePlace* changeable_queue() noexcept;
  [[nodiscard]] Effect start() noexcept;
  [[nodiscard]] bool start_queue(std::uint32_t index) noexcept;
  [[nodiscard]] std::uint64_t config_bytes_at(std::uint64_t offset, AccessSize size) const noexcept;

  Device& device_;
  const GuestMemory& memory_;
  std::span<Queue> queues_;
  SegmentPool& pool_;
  Events& events_;
  DeviceTraits traits_;
  TransportOptions options_;
  std::uint16_t most_queue_size_;

  std::uint32_t live_ = 0;     ///< a bit for each queue of which the device may be notified
  std::uint32_t enabled_ = 0;  ///< a bit for each queue that the driver enabled
  std::uint32_t status_ = 0;
  bool active_ = false;
  bool unknown_features_ = false;  ///< the driver accepted one from bit 64 up
  std::uint32_t device_feature_select_ = 0;
  std::uint32_t driver_feature_select_ = 0;
  std::uint32_t selected_ = 0;
  std::uint32_t generation_ = 0;
  std::uint64_t driver_features_ = 0;
  // Guest-controlled: everything here.
  std::array<QueuePlace, DeviceTraits::most_queues> places_{};
};

}  // namespace serai::virtio
