// SPDX-License-Identifier: BSD-2-Clause
#include "virtio/split_ring.hpp"

#include "base/bits.hpp"

namespace serai::virtio {

namespace {

// struct virtq_avail (2.7.6), in numbers of 16 bits; used_event follows the ring.
constexpr std::uint32_t available_flags = 0;
constexpr std::uint32_t available_ring = 2;

// struct virtq_used (2.7.8), in bytes; avail_event follows the ring.
constexpr std::uint32_t used_flags = 0;
constexpr std::uint32_t used_index = 2;
constexpr std::uint32_t used_ring = 4;
constexpr std::uint32_t used_entry_bytes = 8;
constexpr std::uint32_t used_entry_id = 0;
constexpr std::uint32_t used_entry_written = 4;

constexpr std::uint16_t no_interrupt = 1;  // VIRTQ_AVAIL_F_NO_INTERRUPT
constexpr std::uint16_t no_notify = 1;     // VIRTQ_USED_F_NO_NOTIFY

constexpr std::uint64_t descriptors_alignment = 16;
constexpr std::uint64_t available_alignment = 2;
constexpr std::uint64_t used_alignment = 4;

}  // namespace

[[gnu::cold]] Result<void> SplitRing::enable(const GuestMemory& memory, const QueuePlace& place,
                                             const QueueFeatures& features) noexcept {
  *this = SplitRing();
  if (!is_power_of_two(place.size)) {
    return fail(Error::bad_value);
  }
  mask_ = static_cast<std::uint16_t>(place.size - 1);
  indirect_ = features.indirect;
  event_index_ = features.event_index;
  const auto driver_side = find_driver_side(memory, place);
  return driver_side ? find_used(memory, place.device_area) : driver_side;
}

// Guest-controlled: place.
Result<void> SplitRing::find_driver_side(const GuestMemory& memory,
                                         const QueuePlace& place) noexcept {
  const auto descriptors =
      memory.table<descriptor_bytes>(place.descriptors, place.size, descriptors_alignment);
  if (!descriptors) {
    return fail(descriptors.error());
  }
  const std::uint32_t numbers = available_ring + place.size + (event_index_ ? 1U : 0U);
  const auto available = memory.table<2>(place.driver_area, numbers, available_alignment);
  if (!available) {
    return fail(available.error());
  }
  descriptors_ = *descriptors;
  available_ = *available;
  return {};
}

// Guest-controlled: where.
Result<void> SplitRing::find_used(const GuestMemory& memory, GuestAddress where) noexcept {
  const std::uint32_t size = mask_ + std::uint32_t{1};
  const std::uint64_t ring_bytes = used_ring + std::uint64_t{size} * used_entry_bytes;
  if (!is_aligned(where.value(), used_alignment)) {
    return fail(Error::misaligned);
  }
  // The parts must be neighbours in one region, not only RAM.
  if (!memory.contains(where, ring_bytes + (event_index_ ? 2U : 0U))) {
    return fail(Error::out_of_range);
  }
  const GuestAddress ring(where.value() + used_ring);
  const GuestAddress tail(where.value() + ring_bytes);
  used_head_ = *memory.table<4>(where, 1, used_alignment);
  used_ = *memory.table<8>(ring, size, used_alignment);
  if (event_index_) {
    used_tail_ = *memory.table<2>(tail, 1, used_alignment);
  }
  return {};
}

// Guest-controlled: the available index. A driver waits for what it gave before it gives more than
// the ring holds, and takes nothing back.
bool SplitRing::see_available(std::uint16_t index) noexcept {
  const auto given = static_cast<std::uint16_t>(index - published_);
  const auto taken = static_cast<std::uint16_t>(next_ - published_);
  seen_ = index;
  return given <= mask_ + 1 && given > taken;
}

Result<Chain> SplitRing::pop(ChainBuilder& chain) noexcept {
  if (seen_ == next_) {
    const auto index = available_.load_acquire<std::uint16_t>(available_index);
    if (index == next_) {
      return fail(Error::not_found);
    }
    if (!see_available(index)) {
      return fail(Error::bad_value);
    }
  }
  const auto head = available_.load<std::uint16_t>(available_ring + (next_ & mask_));
  if (!gather(chain, head)) {
    return fail(chain.error());
  }
  ++next_;
  return chain.take(head, 1);
}

// Guest-controlled: head and every descriptor. As many steps as the table has entries end every
// loop.
bool SplitRing::gather(ChainBuilder& chain, std::uint16_t head) const noexcept {
  const DescriptorTable descriptors = descriptors_;
  std::uint16_t index = head;
  for (std::uint32_t left = descriptors.count(); left != 0; --left) {
    if (index >= descriptors.count()) {
      break;
    }
    const Descriptor descriptor = load_descriptor(descriptors, index);
    const std::uint16_t flags = descriptor.split_flags();
    if ((flags & descriptor_flag::indirect) != 0) {
      return gather_indirect(chain, descriptor);
    }
    if (!chain.add(descriptor.address, descriptor.bytes(), (flags & descriptor_flag::write) != 0)) {
      return false;
    }
    if ((flags & descriptor_flag::next) == 0) {
      return true;
    }
    index = descriptor.split_next();
  }
  return chain.refuse(Error::bad_value);
}

// Guest-controlled: the descriptor, and the table that it points to.
bool SplitRing::gather_indirect(ChainBuilder& chain, const Descriptor& descriptor) const noexcept {
  if (!indirect_ || (descriptor.split_flags() & descriptor_flag::next) != 0) {
    return chain.refuse(Error::bad_value);
  }
  const auto table = IndirectTable::open(chain.memory(), descriptor.address, descriptor.bytes());
  if (!table) {
    return chain.refuse(table.error());
  }
  std::uint32_t index = 0;
  for (std::uint32_t left = table->count(); left != 0; --left) {
    if (index >= table->count()) {
      break;
    }
    const Descriptor entry = table->load(index);
    const std::uint16_t flags = entry.split_flags();
    if ((flags & descriptor_flag::indirect) != 0) {
      break;
    }
    if (!chain.add(entry.address, entry.bytes(), (flags & descriptor_flag::write) != 0)) {
      return false;
    }
    if ((flags & descriptor_flag::next) == 0) {
      return true;
    }
    index = entry.split_next();
  }
  return chain.refuse(Error::bad_value);
}

void SplitRing::use(std::uint16_t id, std::uint32_t written, std::uint16_t chains) noexcept {
  const GuestTable<8> ring = used_;
  const std::uint32_t entry = next_used_ & mask_;
  ring.store<std::uint32_t, used_entry_id>(entry, id);
  ring.store<std::uint32_t, used_entry_written>(entry, written);
  next_used_ = static_cast<std::uint16_t>(next_used_ + chains);
}

bool SplitRing::publish() noexcept {
  const std::uint16_t old = published_;
  if (old == next_used_) {
    return false;
  }
  used_head_.store_release<std::uint16_t, used_index>(0, next_used_);
  published_ = next_used_;
  // The driver may at this moment ask for interrupts and then look at the index once more: one of
  // us must see what the other wrote.
  __atomic_thread_fence(__ATOMIC_SEQ_CST);
  // Guest-controlled: when the driver wants interrupts.
  if (event_index_) {
    const auto event = available_.load<std::uint16_t>(available_ring + mask_ + 1U);
    return passes_event(event, published_, old);
  }
  return (available_.load<std::uint16_t>(available_flags) & no_interrupt) == 0;
}

void SplitRing::suppress_notifications() noexcept {
  // With VIRTIO_F_EVENT_IDX an event that lies behind is never passed.
  if (!event_index_ && (!is_event_set_ || event_ != no_notify)) {
    used_head_.store<std::uint16_t, used_flags>(0, no_notify);
    event_ = no_notify;
    is_event_set_ = true;
  }
}

void SplitRing::allow_notifications() noexcept {
  const std::uint16_t wanted = event_index_ ? next_ : 0;
  if (is_event_set_ && event_ == wanted) {
    return;
  }
  if (event_index_) {
    used_tail_.store<std::uint16_t>(0, wanted);
  } else {
    used_head_.store<std::uint16_t, used_flags>(0, wanted);
  }
  event_ = wanted;
  is_event_set_ = true;
  // The driver may at this moment make a chain available and then look whether we want to hear.
  __atomic_thread_fence(__ATOMIC_SEQ_CST);
}

}  // namespace serai::virtio
