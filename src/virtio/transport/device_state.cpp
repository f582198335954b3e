// SPDX-License-Identifier: BSD-2-Clause
#include "virtio/transport/device_state.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace serai::virtio {
namespace {

// Bits 24 to 49 belong to queues and transports (VirtIO 1.2, 2.2).
constexpr std::uint64_t device_feature_bits = low_mask(24) | ~low_mask(50);

constexpr std::uint64_t transport_features =
    feature::indirect_desc | feature::event_idx | feature::version_1 | feature::ring_reset;

constexpr std::uint32_t plain_status_bits = status::acknowledge | status::driver | status::failed;

/// The 32 bits of `features` that `select` chooses.
std::uint32_t word_of(std::uint64_t features, std::uint32_t select) noexcept {
  return select < 2 ? static_cast<std::uint32_t>(features >> (32 * select)) : 0;
}

}  // namespace

DeviceState::DeviceState(Device& device, const GuestMemory& memory, std::span<Queue> queues,
                         SegmentPool& pool, Events& events, TransportOptions options) noexcept
    : device_(device),
      memory_(memory),
      queues_(queues),
      pool_(pool),
      events_(events),
      traits_(device.traits()),
      options_(options),
      most_queue_size_(std::min(
          {options.queue_size, traits_.most_queue_size, std::uint16_t{Queue::most_size}})) {
  SERAI_ASSERT(traits_.queue_count <= DeviceTraits::most_queues);
  SERAI_ASSERT(queues.size() == traits_.queue_count);
  places_.fill(place_at_reset());
}

std::uint64_t DeviceState::offered() const noexcept {
  return (device_.offered_features() & device_feature_bits) | transport_features |
         (options_.packed ? feature::ring_packed : 0) | (options_.in_order ? feature::in_order : 0);
}

std::uint32_t DeviceState::device_features() const noexcept {
  return word_of(offered(), device_feature_select_);
}

std::uint32_t DeviceState::driver_features() const noexcept {
  return word_of(driver_features_, driver_feature_select_);
}

void DeviceState::write_driver_features(std::uint32_t value) noexcept {
  if ((status_ & status::features_ok) != 0) {
    return;
  }
  if (driver_feature_select_ < 2) {
    driver_features_ = deposit(driver_features_, 32 * driver_feature_select_, 32, value);
  } else {
    unknown_features_ = unknown_features_ || value != 0;
  }
}

bool DeviceState::features_are_acceptable() const noexcept {
  return !unknown_features_ && (driver_features_ & ~offered()) == 0 &&
         (driver_features_ & feature::version_1) != 0;
}

Effect DeviceState::write_status(std::uint32_t value) noexcept {
  if (value == 0) {
    reset();
    return Effect::was_reset;
  }
  status_ |= value & plain_status_bits;
  if ((status_ & (status::failed | status::device_needs_reset)) != 0) {
    live_ = 0;
    return Effect::none;
  }
  if ((value & status::features_ok) != 0 && features_are_acceptable()) {
    status_ |= status::features_ok;
  }
  const bool ready = (value & status::driver_ok) != 0 && (status_ & status::features_ok) != 0;
  return ready && (status_ & status::driver_ok) == 0 ? start() : Effect::none;
}

Effect DeviceState::start() noexcept {
  status_ |= status::driver_ok;
  bool all_started = true;
  for (std::uint32_t i = 0; i < traits_.queue_count; ++i) {
    const bool wanted = test_bit(enabled_, i);
    all_started = (!wanted || start_queue(i)) && all_started;
  }
  if (!all_started) {
    return needs_reset();
  }
  active_ = true;
  live_ = enabled_;
  device_.activate({.features = driver_features_, .queues = queues_, .events = &events_});
  return Effect::none;
}

Effect DeviceState::needs_reset() noexcept {
  live_ = 0;
  if ((status_ & status::device_needs_reset) != 0) {
    return Effect::none;
  }
  status_ |= status::device_needs_reset;
  // VirtIO 1.2, 2.1.2: notified only if the driver has said DRIVER_OK.
  return (status_ & status::driver_ok) != 0 ? Effect::config_interrupt : Effect::none;
}

void DeviceState::reset() noexcept {
  live_ = 0;
  enabled_ = 0;
  active_ = false;
  device_.reset();
  for (Queue& queue : queues_) {
    queue.disable();
  }
  pool_.reset();
  status_ = 0;
  unknown_features_ = false;
  device_feature_select_ = 0;
  driver_feature_select_ = 0;
  selected_ = 0;
  driver_features_ = 0;
  places_.fill(place_at_reset());
}

Effect DeviceState::config_changed() noexcept {
  ++generation_;
  return (status_ & status::driver_ok) != 0 ? Effect::config_interrupt : Effect::none;
}

std::uint64_t DeviceState::config_bytes_at(std::uint64_t offset, AccessSize size) const noexcept {
  const std::uint64_t end = traits_.config_bytes;
  return offset >= end ? 0 : std::min<std::uint64_t>(bytes_of(size), end - offset);
}

std::uint64_t DeviceState::read_config(std::uint64_t offset, AccessSize size) noexcept {
  std::array<std::byte, 8> bytes{};
  const std::uint64_t count = config_bytes_at(offset, size);
  if (count != 0) {
    device_.read_config(static_cast<std::uint32_t>(offset), std::span(bytes).first(count));
  }
  std::uint64_t value = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) {
    value = value << 8 | static_cast<std::uint64_t>(bytes[i]);
  }
  return value;
}

void DeviceState::write_config(std::uint64_t offset, AccessSize size,
                               std::uint64_t value) noexcept {
  const std::uint64_t count = config_bytes_at(offset, size);
  if (count == 0) {
    return;
  }
  std::array<std::byte, 8> bytes{};
  for (std::byte& byte : bytes) {
    byte = static_cast<std::byte>(value & 0xff);
    value >>= 8;
  }
  device_.write_config(static_cast<std::uint32_t>(offset),
                       std::span<const std::byte>(bytes).first(count));
}

}  // namespace serai::virtio
