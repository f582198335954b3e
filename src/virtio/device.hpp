// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/bits.hpp"
#include "core/guest_memory.hpp"
#include "virtio/queue.hpp"

namespace serai::virtio {

/// VirtIO 1.2, 5: Device Types.
enum class DeviceId : std::uint16_t {
  network = 1,
  block = 2,
  console = 3,
  entropy = 4,
  socket = 19,
};

/// Feature bits that belong to queues and transports (VirtIO 1.2, 6); the transport offers them and
/// a device never does.
namespace feature {
inline constexpr std::uint64_t indirect_desc = bit(28);
inline constexpr std::uint64_t event_idx = bit(29);
inline constexpr std::uint64_t version_1 = bit(32);
inline constexpr std::uint64_t access_platform = bit(33);
inline constexpr std::uint64_t ring_packed = bit(34);
inline constexpr std::uint64_t in_order = bit(35);
inline constexpr std::uint64_t ring_reset = bit(40);
}  // namespace feature

/// What a device is, for its transport. Constant.
struct DeviceTraits {
  DeviceId id{};
  std::uint16_t queue_count = 0;        ///< at most `most_queues`
  std::uint16_t most_queue_size = 256;  ///< at most Queue::most_size
  std::uint16_t config_bytes = 0;       ///< of the device-specific configuration
  std::uint32_t pci_class = 0;          ///< class, subclass, programming interface (24 bits)

  static constexpr std::uint16_t most_queues = 32;
};

/// What a device asks of its transport while it is active. Owned by the transport.
class Events {
 public:
  /// The queue has used buffers of which the driver wants to hear.
  virtual void queue_interrupt(std::uint16_t queue) noexcept = 0;

  /// The configuration changed: its generation grows and the driver is told.
  virtual void config_changed() noexcept = 0;

  /// The device cannot go on (DEVICE_NEEDS_RESET); the driver is told.
  virtual void needs_reset() noexcept = 0;

 protected:
  ~Events() = default;
};

/// What a device gets when its driver is ready (DRIVER_OK). Valid until `reset`.
struct Activation {
  std::uint64_t features = 0;  ///< negotiated: a subset of what was offered
  std::span<Queue> queues;     ///< `queue_count` of them; those that the driver set up are enabled
  Events* events = nullptr;
};

/// A VirtIO device without its transport. Holds neither queues nor a way to interrupt before it is
/// activated. Each of its functions is one event: it does all that can be done, publishes its
/// queues, raises interrupts and flushes its back end before it returns.
class Device {
 public:
  [[nodiscard]] virtual DeviceTraits traits() const noexcept = 0;

  /// The device's own feature bits that it offers (0 to 23 and 50 to 127 of which 64 are kept).
  [[nodiscard]] virtual std::uint64_t offered_features() const noexcept = 0;

  /// Copies `to.size()` bytes of the configuration; the transport checked that they exist.
  virtual void read_config(std::uint32_t offset, std::span<std::byte> to) noexcept = 0;

  // Guest-controlled: offset, bytes. `offset` and size are inside the configuration.
  virtual void write_config(std::uint32_t offset, std::span<const std::byte> bytes) noexcept = 0;

  /// The driver is ready. Once between resets.
  virtual void activate(const Activation& activation) noexcept = 0;

  /// Back to before activation, at any moment, also twice. Chains in flight are abandoned here;
  /// what a back end still answers is dropped. Configuration as at power-on.
  virtual void reset() noexcept = 0;

  /// The driver resets one queue (VIRTIO_F_RING_RESET): chains of it that are in flight are
  /// abandoned before this returns. Only while active.
  virtual void reset_queue(std::uint16_t queue) noexcept = 0;

  /// The driver says that there is something in a queue; perhaps there is not. Only while active,
  /// and only for enabled queues.
  virtual void notify(std::uint16_t queue) noexcept = 0;

  /// The back end has signalled, or may have; also while not active.
  virtual void back_end_ready() noexcept = 0;

  /// Whether the driver waits for the back end in a way that its guest may not live with for long.
  [[nodiscard]] virtual bool is_waiting() const noexcept { return false; }

  /// For a back end that may die: called every few seconds while `is_waiting`. When nothing has
  /// gone on between two calls in a row, the device goes on without it.
  virtual void check_progress() noexcept {}

 protected:
  ~Device() = default;
};

}  // namespace serai::virtio
