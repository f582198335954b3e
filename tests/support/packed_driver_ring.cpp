// SPDX-License-Identifier: BSD-2-Clause
#include "support/packed_driver_ring.hpp"

#include <atomic>

#include "virtio/descriptor.hpp"

namespace serai::test {

using virtio::descriptor_bytes;
namespace descriptor_flag = virtio::descriptor_flag;

namespace {

constexpr std::size_t event_bytes = 4;  // struct pvirtq_event_suppress, 2.8.14
constexpr std::uint16_t events_enabled = 0;
constexpr std::uint16_t events_disabled = 1;
constexpr std::uint16_t events_at_descriptor = 2;
constexpr std::uint16_t wrap_bit = 1U << 15;

}  // namespace

PackedDriverRing::PackedDriverRing(GuestRam& ram, std::uint16_t size)
    : ram_(&ram),
      size_(size),
      descriptors_(ram.allocate(std::size_t{descriptor_bytes} * size, 16)),
      driver_area_(ram.allocate(event_bytes, 4)),
      device_area_(ram.allocate(event_bytes, 4)) {
  restart();
}

virtio::QueuePlace PackedDriverRing::place() const {
  return {.size = size_,
          .descriptors = GuestAddress(descriptors_),
          .driver_area = GuestAddress(driver_area_),
          .device_area = GuestAddress(device_area_)};
}

void PackedDriverRing::restart() {
  ram_->zero(descriptors_, std::size_t{descriptor_bytes} * size_);
  ram_->zero(driver_area_, event_bytes);
  ram_->zero(device_area_, event_bytes);
  free_ids_.clear();
  for (std::uint16_t i = 0; i < size_; ++i) {
    free_ids_.push_back(i);
  }
  chains_.clear();
  room_ = size_;
  unpublished_ = 0;
  next_ = taken_ = Place();
}

std::optional<std::uint16_t> PackedDriverRing::put(const std::vector<RingEntry>& chain) {
  if (chain.empty() || chain.size() > room_) {
    return {};
  }
  const std::uint16_t id = free_ids_.front();
  free_ids_.pop_front();
  for (std::size_t i = 0; i < chain.size(); ++i) {
    const bool last = i + 1 == chain.size();
    const auto flags = static_cast<std::uint16_t>(
        chain[i].flags | (last ? 0 : descriptor_flag::next) | available_flags(next_.wrap));
    const std::uint64_t place = at(next_.index);
    ram_->store<std::uint64_t>(place, chain[i].address);
    ram_->store<std::uint32_t>(place + 8, chain[i].bytes);
    ram_->store<std::uint16_t>(place + 12, id);
    if (unpublished_ + i == 0) {
      first_flags_at_ = place + 14;
      first_flags_ = flags;
    } else {
      ram_->store<std::uint16_t>(place + 14, flags);
    }
    next_ = after(next_, 1);
  }
  const auto count = static_cast<std::uint16_t>(chain.size());
  unpublished_ = static_cast<std::uint16_t>(unpublished_ + count);
  room_ = static_cast<std::uint16_t>(room_ - count);
  chains_[id] = count;
  return id;
}

void PackedDriverRing::fill_table(std::uint64_t address, const std::vector<RingEntry>& chain) {
  for (const auto& entry : chain) {
    ram_->store<std::uint64_t>(address, entry.address);
    ram_->store<std::uint32_t>(address + 8, entry.bytes);
    ram_->store<std::uint16_t>(address + 12, 0);
    ram_->store<std::uint16_t>(address + 14, entry.flags);
    address += descriptor_bytes;
  }
}

bool PackedDriverRing::publish() {
  if (unpublished_ == 0) {
    return false;
  }
  ram_->store<std::uint16_t>(first_flags_at_, first_flags_);
  const auto old = static_cast<std::uint16_t>(next_.index - unpublished_);
  unpublished_ = 0;
  std::atomic_thread_fence(std::memory_order_seq_cst);
  const auto asked = ram_->load<std::uint32_t>(device_area_);
  const auto flags = static_cast<std::uint16_t>(asked >> 16U);
  if (flags != events_at_descriptor) {
    return flags == events_enabled;
  }
  auto event = static_cast<std::uint16_t>(asked & ~std::uint32_t{wrap_bit});
  if (((asked & wrap_bit) != 0) != next_.wrap) {
    event = static_cast<std::uint16_t>(event - size_);
  }
  return virtio::passes_event(event, next_.index, old);
}

std::optional<RingUsed> PackedDriverRing::peek_used() {
  const std::uint64_t place = at(taken_.index);
  const auto flags = ram_->load<std::uint16_t>(place + 14);
  const bool available = (flags & descriptor_flag::avail) != 0;
  const bool used = (flags & descriptor_flag::used) != 0;
  if (available != taken_.wrap || used != taken_.wrap) {
    return {};
  }
  return RingUsed{.id = ram_->load<std::uint16_t>(place + 12),
                  .written = ram_->load<std::uint32_t>(place + 8)};
}

void PackedDriverRing::retire(const std::vector<std::uint16_t>& ids) {
  for (const auto id : ids) {
    const auto count = chains_.extract(id).mapped();
    taken_ = after(taken_, count);
    room_ = static_cast<std::uint16_t>(room_ + count);
    free_ids_.push_back(id);
  }
}

void PackedDriverRing::want_interrupts(bool wanted) {
  ram_->store<std::uint16_t>(driver_area_ + 2, wanted ? events_enabled : events_disabled);
  std::atomic_thread_fence(std::memory_order_seq_cst);
}

void PackedDriverRing::want_interrupt_after(std::uint16_t chains) {
  const Place event = after(taken_, static_cast<std::uint16_t>(chains - 1));
  const auto word = static_cast<std::uint32_t>(event.index | (event.wrap ? wrap_bit : 0)) |
                    (std::uint32_t{events_at_descriptor} << 16U);
  ram_->store<std::uint32_t>(driver_area_, word);
  std::atomic_thread_fence(std::memory_order_seq_cst);
}

PackedDriverRing::Place PackedDriverRing::after(Place place, std::uint16_t count) const {
  const std::uint32_t index = std::uint32_t{place.index} + count;
  if (index < size_) {
    return {.index = static_cast<std::uint16_t>(index), .wrap = place.wrap};
  }
  return {.index = static_cast<std::uint16_t>(index - size_), .wrap = !place.wrap};
}

std::uint16_t PackedDriverRing::available_flags(bool wrap) {
  return wrap ? descriptor_flag::avail : descriptor_flag::used;
}

std::uint64_t PackedDriverRing::at(std::uint16_t index) const {
  return descriptors_ + std::uint64_t{descriptor_bytes} * index;
}

}  // namespace serai::test
