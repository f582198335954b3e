// SPDX-License-Identifier: BSD-2-Clause
#include "virtio/packed_ring.hpp"

namespace serai::virtio {

namespace {

constexpr std::uint16_t lap_flags = descriptor_flag::avail | descriptor_flag::used;

constexpr std::uint32_t bytes_offset = 8;
constexpr std::uint32_t id_offset = 12;
constexpr std::uint32_t flags_offset = 14;

// struct pvirtq_event_suppress (2.8.14): where, with the wrap counter in bit 15, and flags.
constexpr std::uint32_t event_bytes = 4;
constexpr std::uint16_t wrap_bit = 1U << 15;
constexpr std::uint32_t events_enabled = 0;        // RING_EVENT_FLAGS_ENABLE
constexpr std::uint32_t events_disabled = 1;       // RING_EVENT_FLAGS_DISABLE
constexpr std::uint32_t events_at_descriptor = 2;  // RING_EVENT_FLAGS_DESC
constexpr unsigned event_flags_lsb = 16;

constexpr std::uint64_t descriptors_alignment = 16;
constexpr std::uint64_t event_alignment = 4;

}  // namespace

[[gnu::cold]] Result<void> PackedRing::enable(const GuestMemory& memory, const QueuePlace& place,
                                              const QueueFeatures& features) noexcept {
  const auto ring =
      memory.table<descriptor_bytes>(place.descriptors, place.size, descriptors_alignment);
  if (!ring) {
    return fail(ring.error());
  }
  const auto driver_area = memory.table<event_bytes>(place.driver_area, 1, event_alignment);
  if (!driver_area) {
    return fail(driver_area.error());
  }
  const auto device_area = memory.table<event_bytes>(place.device_area, 1, event_alignment);
  if (!device_area) {
    return fail(device_area.error());
  }
  *this = PackedRing();
  ring_ = *ring;
  driver_area_ = *driver_area;
  device_area_ = *device_area;
  size_ = place.size;
  indirect_ = features.indirect;
  event_index_ = features.event_index;
  return {};
}

bool PackedRing::is_available(std::uint16_t flags, Place place) noexcept {
  return ((flags ^ place.lap) & lap_flags) == descriptor_flag::used;
}

PackedRing::Place PackedRing::after(Place place, std::uint16_t descriptors) const noexcept {
  const std::uint32_t index = std::uint32_t{place.index} + descriptors;
  if (index < size_) {
    return {.index = static_cast<std::uint16_t>(index), .lap = place.lap};
  }
  return {.index = static_cast<std::uint16_t>(index - size_),
          .lap = static_cast<std::uint16_t>(place.lap ^ lap_flags)};
}

bool PackedRing::has_available() const noexcept {
  const auto flags = ring_.load_acquire<std::uint16_t, flags_offset>(next_.index);
  return is_available(flags, next_);
}

Result<Chain> PackedRing::pop(ChainBuilder& chain) noexcept {
  const auto flags = ring_.load_acquire<std::uint16_t, flags_offset>(next_.index);
  if (!is_available(flags, next_)) {
    return fail(Error::not_found);
  }
  Gathered gathered;
  if (!gather(chain, flags, gathered)) {
    return fail(chain.error());
  }
  next_ = gathered.end;
  in_flight_ = static_cast<std::uint16_t>(in_flight_ + gathered.descriptors);
  return chain.take(gathered.id, gathered.descriptors);
}

// Guest-controlled: flags, which are those of the first descriptor, and every descriptor. A chain
// ends at the latest with the descriptors that the driver can have: those that are not in flight.
bool PackedRing::gather(ChainBuilder& chain, std::uint16_t flags,
                        Gathered& gathered) const noexcept {
  const DescriptorTable ring = ring_;
  Place place = next_;
  const auto most = static_cast<std::uint16_t>(size_ - in_flight_);
  for (std::uint16_t count = 1; count <= most; ++count) {
    const Descriptor descriptor = load_descriptor(ring, place.index);
    if (count != 1) {
      flags = descriptor.packed_flags();
      if (!is_available(flags, place)) {
        break;
      }
    }
    const bool is_last = (flags & descriptor_flag::next) == 0;
    if ((flags & descriptor_flag::indirect) != 0) {
      if (!is_last || count != 1) {
        break;
      }
      if (!gather_indirect(chain, descriptor)) {
        return false;
      }
    } else if (!chain.add(descriptor.address, descriptor.bytes(),
                          (flags & descriptor_flag::write) != 0)) {
      return false;
    }
    place = after(place, 1);
    if (is_last) {
      gathered = {.id = descriptor.packed_id(), .descriptors = count, .end = place};
      return true;
    }
  }
  return chain.refuse(Error::bad_value);
}

// Guest-controlled: the descriptor, and the table that it points to, whose entries follow each
// other and use only the flag VIRTQ_DESC_F_WRITE (2.8.7).
bool PackedRing::gather_indirect(ChainBuilder& chain, const Descriptor& descriptor) const noexcept {
  if (!indirect_) {
    return chain.refuse(Error::bad_value);
  }
  const auto table = IndirectTable::open(chain.memory(), descriptor.address, descriptor.bytes());
  if (!table) {
    return chain.refuse(table.error());
  }
  for (std::uint32_t index = 0; index != table->count(); ++index) {
    const Descriptor entry = table->load(index);
    const std::uint16_t flags = entry.packed_flags();
    if ((flags & descriptor_flag::indirect) != 0) {
      return chain.refuse(Error::bad_value);
    }
    if (!chain.add(entry.address, entry.bytes(), (flags & descriptor_flag::write) != 0)) {
      return false;
    }
  }
  return true;
}

void PackedRing::put_back(std::uint16_t descriptors) noexcept {
  in_flight_ = static_cast<std::uint16_t>(in_flight_ - descriptors);
  if (next_.index >= descriptors) {
    next_.index = static_cast<std::uint16_t>(next_.index - descriptors);
  } else {
    next_.index = static_cast<std::uint16_t>(next_.index + size_ - descriptors);
    next_.lap ^= lap_flags;
  }
}

void PackedRing::use(std::uint16_t id, std::uint32_t written, std::uint16_t descriptors) noexcept {
  const auto flags =
      static_cast<std::uint16_t>(next_used_.lap | (written != 0 ? descriptor_flag::write : 0));
  const DescriptorTable ring = ring_;
  if (unpublished_ == 0) {
    // The driver goes on from here, so the flags of this one show it the whole batch.
    ring.store<std::uint32_t, bytes_offset>(next_used_.index, written);
    ring.store<std::uint16_t, id_offset>(next_used_.index, id);
    first_flags_ = flags;
    first_used_ = next_used_.index;
  } else {
    ring.store<std::uint64_t, bytes_offset>(
        next_used_.index, written | std::uint64_t{id} << 32U | std::uint64_t{flags} << 48U);
  }
  unpublished_ = static_cast<std::uint16_t>(unpublished_ + descriptors);
  next_used_ = after(next_used_, descriptors);
}

bool PackedRing::publish() noexcept {
  if (unpublished_ == 0) {
    return false;
  }
  ring_.store_release<std::uint16_t, flags_offset>(first_used_, first_flags_);
  const auto old = static_cast<std::uint16_t>(next_used_.index - unpublished_);
  in_flight_ = static_cast<std::uint16_t>(in_flight_ - unpublished_);
  unpublished_ = 0;
  // The driver may at this moment ask for interrupts and then look at the ring once more: one of us
  // must see what the other wrote.
  __atomic_thread_fence(__ATOMIC_SEQ_CST);
  // Guest-controlled: where and how the driver wants interrupts.
  const auto asked = driver_area_.load<std::uint32_t>(0);
  const std::uint32_t flags = asked >> event_flags_lsb;
  if (flags != events_at_descriptor || !event_index_) {
    return flags != events_disabled;
  }
  auto event = static_cast<std::uint16_t>(asked & (wrap_bit - 1U));
  if (((asked & wrap_bit) != 0) != (next_used_.lap != 0)) {
    event = static_cast<std::uint16_t>(event - size_);
  }
  return passes_event(event, next_used_.index, old);
}

void PackedRing::suppress_notifications() noexcept {
  if (!is_asked_ || asked_ != events_disabled << event_flags_lsb) {
    ask(events_disabled << event_flags_lsb);
  }
}

void PackedRing::allow_notifications() noexcept {
  std::uint32_t event = events_enabled << event_flags_lsb;
  if (event_index_) {
    event =
        (events_at_descriptor << event_flags_lsb) | next_.index | (next_.lap != 0 ? wrap_bit : 0U);
  }
  if (!is_asked_ || asked_ != event) {
    ask(event);
    // The driver may at this moment make a chain available and then look whether we want to hear.
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
  }
}

void PackedRing::ask(std::uint32_t event) noexcept {
  device_area_.store<std::uint32_t>(0, event);
  asked_ = event;
  is_asked_ = true;
}

}  // namespace serai::virtio
