// SPDX-License-Identifier: BSD-2-Clause
#include "virtio/split_ring.hpp"

#include "base/bits.hpp"

namespace serai::virtio {

namespace {

// struct virtq_avail (2.7.6) and struct virtq_used (2.7.8): flags and idx, then the ring, then the
// index at which the other side wants an event.
constexpr std::uint32_t flags_offset = 0;
constexpr std::uint32_t index_offset = 2;
constexpr std::uint32_t ring_offset = 4;
constexpr std::uint32_t available_entry_bytes = 2;
constexpr std::uint32_t used_entry_bytes = 8;
constexpr std::uint32_t event_bytes = 2;

constexpr std::uint16_t no_interrupt = 1;  // VIRTQ_AVAIL_F_NO_INTERRUPT
constexpr std::uint16_t no_notify = 1;     // VIRTQ_USED_F_NO_NOTIFY

constexpr std::uint64_t descriptors_alignment = 16;
constexpr std::uint64_t available_alignment = 2;
constexpr std::uint64_t used_alignment = 4;

}  // namespace

Result<void> SplitRing::enable(const GuestMemory& memory, const QueuePlace& place,
                               const QueueFeatures& features) noexcept {
  if (!is_power_of_two(place.size)) {
    return fail(Error::bad_value);
  }
  const std::uint32_t size = place.size;
  const std::uint32_t event = features.event_index ? event_bytes : 0;
  const auto descriptors =
      memory.window(place.descriptors, size * descriptor_bytes, descriptors_alignment);
  if (!descriptors) {
    return fail(descriptors.error());
  }
  const auto available = memory.window(
      place.driver_area, ring_offset + size * available_entry_bytes + event, available_alignment);
  if (!available) {
    return fail(available.error());
  }
  const auto used = memory.window(place.device_area, ring_offset + size * used_entry_bytes + event,
                                  used_alignment);
  if (!used) {
    return fail(used.error());
  }
  *this = SplitRing();
  descriptors_ = *descriptors;
  available_ = *available;
  used_ = *used;
  mask_ = static_cast<std::uint16_t>(size - 1);
  indirect_ = features.indirect;
  event_index_ = features.event_index;
  return {};
}

bool SplitRing::has_available() const noexcept {
  return seen_ != next_ || available_.load_acquire<std::uint16_t>(index_offset) != next_;
}

// Guest-controlled: the available index. A driver waits for what it gave before it gives more than
// the ring holds, so a greater step is a lie.
Result<void> SplitRing::see_available() noexcept {
  const auto index = available_.load_acquire<std::uint16_t>(index_offset);
  if (index == next_) {
    return fail(Error::not_found);
  }
  if (static_cast<std::uint16_t>(index - published_) > mask_ + 1 ||
      static_cast<std::uint16_t>(index - published_) <
          static_cast<std::uint16_t>(next_ - published_)) {
    return fail(Error::bad_value);
  }
  seen_ = index;
  return {};
}

Result<Chain> SplitRing::pop(ChainBuilder& chain) noexcept {
  if (seen_ == next_) {
    const auto more = see_available();
    if (!more) {
      return fail(more.error());
    }
  }
  const auto head = available_.load<std::uint16_t>(
      ring_offset + static_cast<std::uint32_t>(next_ & mask_) * available_entry_bytes);
  const auto gathered = gather(chain, head);
  if (!gathered) {
    return fail(gathered.error());
  }
  if (chain.is_too_long()) {
    return fail(Error::overflow);
  }
  ++next_;
  return chain.take(head, 1);
}

// Guest-controlled: head and every descriptor. As many steps as the table has entries end every
// loop.
Result<void> SplitRing::gather(ChainBuilder& chain, std::uint16_t head) const noexcept {
  std::uint16_t index = head;
  for (std::uint32_t left = mask_ + 1U; left != 0; --left) {
    if (index > mask_) {
      return fail(Error::bad_value);
    }
    const Descriptor descriptor = load_descriptor(descriptors_, index);
    const std::uint16_t flags = descriptor.split_flags();
    if ((flags & descriptor_flag::indirect) != 0) {
      return gather_indirect(chain, descriptor);
    }
    const auto added =
        chain.add(descriptor.address, descriptor.bytes(), (flags & descriptor_flag::write) != 0);
    if (!added || (flags & descriptor_flag::next) == 0) {
      return added;
    }
    index = descriptor.split_next();
  }
  return fail(Error::bad_value);
}

// Guest-controlled: the descriptor, and the table that it points to.
Result<void> SplitRing::gather_indirect(ChainBuilder& chain,
                                        const Descriptor& descriptor) const noexcept {
  if (!indirect_ || (descriptor.split_flags() & descriptor_flag::next) != 0) {
    return fail(Error::bad_value);
  }
  const auto table = IndirectTable::open(chain.memory(), descriptor.address, descriptor.bytes());
  if (!table) {
    return fail(table.error());
  }
  std::uint32_t index = 0;
  for (std::uint32_t left = table->entries(); left != 0; --left) {
    if (index >= table->entries()) {
      return fail(Error::bad_value);
    }
    const Descriptor entry = table->load(index);
    const std::uint16_t flags = entry.split_flags();
    if ((flags & descriptor_flag::indirect) != 0) {
      return fail(Error::bad_value);
    }
    const auto added =
        chain.add(entry.address, entry.bytes(), (flags & descriptor_flag::write) != 0);
    if (!added || (flags & descriptor_flag::next) == 0) {
      return added;
    }
    index = entry.split_next();
  }
  return fail(Error::bad_value);
}

void SplitRing::use(std::uint16_t id, std::uint32_t written, std::uint16_t chains) noexcept {
  const std::uint32_t entry =
      ring_offset + static_cast<std::uint32_t>(next_used_ & mask_) * used_entry_bytes;
  used_.store<std::uint32_t>(entry, id);
  used_.store<std::uint32_t>(entry + 4, written);
  next_used_ = static_cast<std::uint16_t>(next_used_ + chains);
}

bool SplitRing::publish() noexcept {
  const std::uint16_t old = published_;
  if (old == next_used_) {
    return false;
  }
  used_.store_release<std::uint16_t>(index_offset, next_used_);
  published_ = next_used_;
  // The driver may at this moment ask for interrupts and then look at the index once more: one of
  // us must see what the other wrote.
  __atomic_thread_fence(__ATOMIC_SEQ_CST);
  if (event_index_) {
    const auto event = available_.load<std::uint16_t>(ring_offset + (mask_ + std::uint32_t{1}) *
                                                                        available_entry_bytes);
    return passes_event(event, published_, old);
  }
  return (available_.load<std::uint16_t>(flags_offset) & no_interrupt) == 0;
}

void SplitRing::suppress_notifications() noexcept {
  // With VIRTIO_F_EVENT_IDX an event that lies behind is never passed.
  if (!event_index_ && (!is_event_set_ || event_ != no_notify)) {
    used_.store<std::uint16_t>(flags_offset, no_notify);
    event_ = no_notify;
    is_event_set_ = true;
  }
}

void SplitRing::allow_notifications() noexcept {
  const std::uint16_t wanted = event_index_ ? next_ : 0;
  if (is_event_set_ && event_ == wanted) {
    return;
  }
  const std::uint32_t offset =
      event_index_ ? ring_offset + (mask_ + std::uint32_t{1}) * used_entry_bytes : flags_offset;
  used_.store<std::uint16_t>(offset, wanted);
  event_ = wanted;
  is_event_set_ = true;
  // The driver may at this moment make a chain available and then look whether we want to hear.
  __atomic_thread_fence(__ATOMIC_SEQ_CST);
}

}  // namespace serai::virtio
