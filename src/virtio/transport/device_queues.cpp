// SPDX-License-Identifier: BSD-2-Clause
//
// The registers of the selected queue, and the notifications of all.
#include <algorithm>
#include <bit>

#include "virtio/transport/device_state.hpp"

namespace serai::virtio {
namespace {

GuestAddress QueuePlace::* member_of(QueueArea area) noexcept {
  switch (area) {
    case QueueArea::descriptors:
      return &QueuePlace::descriptors;
    case QueueArea::driver:
      return &QueuePlace::driver_area;
    default:
      return &QueuePlace::device_area;
  }
}

}  // namespace

QueuePlace DeviceState::place_at_reset() const noexcept {
  QueuePlace place;
  place.size = most_queue_size_;
  return place;
}

QueueFeatures DeviceState::queue_features() const noexcept {
  return {.packed = (driver_features_ & feature::ring_packed) != 0,
          .indirect = (driver_features_ & feature::indirect_desc) != 0,
          .event_index = (driver_features_ & feature::event_idx) != 0,
          .in_order = (driver_features_ & feature::in_order) != 0};
}

bool DeviceState::start_queue(std::uint32_t index) noexcept {
  // Guest-controlled: the place, which the queue checks.
  const QueuePlace& place = places_[index];
  return place.size <= most_queue_size_ &&
         queues_[index].enable(memory_, pool_, place, queue_features()).has_value();
}

std::uint16_t DeviceState::most_queue_size() const noexcept {
  return selected_exists() ? most_queue_size_ : std::uint16_t{0};
}

std::uint16_t DeviceState::queue_size() const noexcept {
  return selected_exists() ? places_[selected_].size : std::uint16_t{0};
}

QueuePlace* DeviceState::changeable_queue() noexcept {
  return selected_exists() && !queue_is_enabled() ? &places_[selected_] : nullptr;
}

void DeviceState::write_queue_size(std::uint32_t value) noexcept {
  if (QueuePlace* const place = changeable_queue()) {
    // A size that 16 bits cannot hold is refused like any other that is too large.
    place->size = static_cast<std::uint16_t>(std::min<std::uint32_t>(value, 0xffff));
  }
}

std::uint32_t DeviceState::queue_address(QueueArea area, std::uint32_t half) const noexcept {
  if (!selected_exists()) {
    return 0;
  }
  const GuestAddress address = places_[selected_].*member_of(area);
  return static_cast<std::uint32_t>(address.value() >> (32 * half));
}

void DeviceState::write_queue_address(QueueArea area, std::uint32_t half,
                                      std::uint32_t value) noexcept {
  if (QueuePlace* const place = changeable_queue()) {
    GuestAddress& address = place->*member_of(area);
    address = GuestAddress(deposit(address.value(), 32 * half, 32, value));
  }
}

bool DeviceState::queue_is_enabled() const noexcept {
  return selected_exists() && test_bit(enabled_, selected_);
}

Effect DeviceState::enable_queue() noexcept {
  if (changeable_queue() == nullptr) {
    return Effect::none;
  }
  enabled_ |= static_cast<std::uint32_t>(bit(selected_));
  if (!active_ || (status_ & (status::device_needs_reset | status::failed)) != 0) {
    return Effect::none;  // DRIVER_OK starts it, once the features are known
  }
  if (!start_queue(selected_)) {
    return needs_reset();
  }
  live_ |= static_cast<std::uint32_t>(bit(selected_));
  return Effect::none;
}

void DeviceState::stop_queue() noexcept {
  if (!queue_is_enabled()) {
    return;
  }
  const auto mask = static_cast<std::uint32_t>(bit(selected_));
  live_ &= ~mask;
  enabled_ &= ~mask;
  Queue& queue = queues_[selected_];
  if (active_ && queue.is_enabled()) {
    device_.reset_queue(static_cast<std::uint16_t>(selected_));
  }
  queue.disable();
}

bool DeviceState::reset_queue() noexcept {
  const bool negotiated =
      (status_ & status::features_ok) != 0 && (driver_features_ & feature::ring_reset) != 0;
  if (!negotiated || !selected_exists()) {
    return false;
  }
  stop_queue();
  places_[selected_] = place_at_reset();
  return true;
}

void DeviceState::notify_all() noexcept {
  for (std::uint32_t left = live_; left != 0; left &= left - 1) {
    // The device may have been reset, or stopped, by what it found in the queue before.
    notify_if_live(static_cast<std::uint32_t>(std::countr_zero(left)));
  }
}

}  // namespace serai::virtio
