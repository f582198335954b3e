// SPDX-License-Identifier: BSD-2-Clause
#include "drivers/virtio/driver_queue.hpp"

#include <algorithm>
#include <atomic>
#include <cstring>

#include "base/bits.hpp"

namespace serai::drivers {
namespace {

constexpr std::size_t event_bytes = sizeof(std::uint16_t);

constexpr std::size_t available_offset(std::size_t size) noexcept {
  return size * sizeof(Descriptor);
}

constexpr std::size_t used_offset(std::size_t size) noexcept {
  const std::size_t available_bytes =
      sizeof(RingHeader) + size * sizeof(std::uint16_t) + event_bytes;
  return align_up(available_offset(size) + available_bytes, alignof(UsedEntry));
}

/// What the device wrote, or may write meanwhile: copied once, whole.
template <class T>
T load(T& shared) noexcept {
  return std::atomic_ref(shared).load(std::memory_order_relaxed);
}

template <class T>
void store(T& shared, T value) noexcept {
  std::atomic_ref(shared).store(value, std::memory_order_relaxed);
}

template <class T>
T* place(DmaPiece memory, std::size_t offset) noexcept {
  // Safety: `start` checked that the rings fit, and the memory begins aligned for descriptors; each
  // offset is a multiple of its type's alignment.
  return reinterpret_cast<T*>(memory.bytes.data() + offset);
}

/// VirtIO 1.2, 2.7.10: whether an index that moved from `before` to `now` passed `event`.
constexpr bool passed(std::uint16_t event, std::uint16_t now, std::uint16_t before) noexcept {
  return static_cast<std::uint16_t>(now - event - 1) < static_cast<std::uint16_t>(now - before);
}

}  // namespace

std::size_t DriverQueue::memory_bytes(std::uint16_t size) noexcept {
  return used_offset(size) + sizeof(RingHeader) + size * sizeof(UsedEntry) + event_bytes;
}

Result<void> DriverQueue::start(DmaPiece memory, std::uint16_t size, bool event_index) noexcept {
  if (!is_power_of_two(size) || size > most_size) {
    return fail(Error::bad_value);
  }
  if (memory.bytes.size() < memory_bytes(size)) {
    return fail(Error::no_space);
  }
  // Field by field: a whole queue is too large for a PD's stack.
  chains_.fill({});
  first_free_ = added_ = published_ = taken_ = given_ = unused_ = 0;
  broken_ = false;
  std::memset(memory.bytes.data(), 0, memory_bytes(size));
  memory_ = memory;
  size_ = size;
  free_ = size;
  event_index_ = event_index;
  descriptors_ = {place<Descriptor>(memory, 0), size};
  const std::size_t available_ring = available_offset(size) + sizeof(RingHeader);
  available_ = place<RingHeader>(memory, available_offset(size));
  available_ring_ = place<std::uint16_t>(memory, available_ring);
  used_event_ = available_ring_ + size;
  used_ = place<RingHeader>(memory, used_offset(size));
  used_ring_ = place<UsedEntry>(memory, used_offset(size) + sizeof(RingHeader));
  available_event_ = place<std::uint16_t>(
      memory, used_offset(size) + sizeof(RingHeader) + size * sizeof(UsedEntry));
  for (std::uint16_t i = 0; i < size; ++i) {
    next_[i] = static_cast<std::uint16_t>(i + 1);
  }
  return {};
}

QueueAddresses DriverQueue::addresses() const noexcept {
  return {.size = size_,
          .descriptors = memory_.physical,
          .available = memory_.physical_at(available_offset(size_)),
          .used = memory_.physical_at(used_offset(size_))};
}

std::uint16_t DriverQueue::take_free() noexcept {
  const std::uint16_t index = first_free_;
  first_free_ = next_[index];
  --free_;
  return index;
}

Result<void> DriverQueue::add(std::span<const Buffer> buffers, std::uint32_t token) noexcept {
  if (buffers.empty()) {
    return fail(Error::bad_value);
  }
  if (buffers.size() > free_ || broken_) {
    return fail(Error::no_space);
  }
  const std::uint16_t head = first_free_;
  Chain chain{.token = token, .descriptors = static_cast<std::uint16_t>(buffers.size())};
  for (std::size_t i = 0; i < buffers.size(); ++i) {
    const Buffer& buffer = buffers[i];
    const bool is_last = i + 1 == buffers.size();
    chain.last = take_free();
    unsigned flags = is_last ? 0U : descriptor_flag::next;
    if (buffer.device_writes) {
      flags |= descriptor_flag::device_writes;
      chain.writable_bytes += buffer.bytes;
    }
    // The free list's order is the chain's.
    descriptors_[chain.last] = {.address = buffer.physical,
                                .length = buffer.bytes,
                                .flags = static_cast<std::uint16_t>(flags),
                                .next = is_last ? std::uint16_t{0} : first_free_};
  }
  chains_[head] = chain;
  store(available_ring_[added_ & (size_ - 1U)], head);
  ++added_;
  ++unused_;
  return {};
}

bool DriverQueue::publish() noexcept {
  if (added_ == published_) {
    return false;
  }
  std::atomic_ref(available_->index).store(added_, std::memory_order_release);
  // Either the device sees these chains before it sleeps, or we see that it wants to be notified.
  std::atomic_thread_fence(std::memory_order_seq_cst);
  const std::uint16_t before = published_;
  published_ = added_;
  if (event_index_) {
    return passed(load(*available_event_), added_, before);
  }
  return (load(used_->flags) & ring_flag_no_notification) == 0;
}

bool DriverQueue::refresh_used() noexcept {
  if (size_ == 0) {
    return false;
  }
  given_ = std::atomic_ref(used_->index).load(std::memory_order_acquire);
  if (static_cast<std::uint16_t>(given_ - taken_) > unused_) {
    give_up();
  }
  return given_ != taken_;
}

std::optional<UsedChain> DriverQueue::give_up() noexcept {
  broken_ = true;
  given_ = taken_;
  return std::nullopt;
}

std::optional<UsedChain> DriverQueue::next_used() noexcept {
  if (broken_ || (given_ == taken_ && !refresh_used())) {
    return std::nullopt;
  }
  UsedEntry& entry = used_ring_[taken_ & (size_ - 1U)];
  const std::uint32_t head = load(entry.id);
  const std::uint32_t bytes = load(entry.length);
  if (head >= size_ || chains_[head].descriptors == 0) {
    return give_up();
  }
  const Chain chain = chains_[head];
  release(static_cast<std::uint16_t>(head));
  ++taken_;
  return UsedChain{.token = chain.token, .bytes = std::min(bytes, chain.writable_bytes)};
}

void DriverQueue::release(std::uint16_t head) noexcept {
  Chain& chain = chains_[head];
  next_[chain.last] = first_free_;
  first_free_ = head;
  free_ = static_cast<std::uint16_t>(free_ + chain.descriptors);
  chain.descriptors = 0;
  --unused_;
}

bool DriverQueue::want_interrupt(std::uint16_t chains) noexcept {
  if (broken_ || size_ == 0) {
    return false;
  }
  if (event_index_) {
    store(*used_event_, static_cast<std::uint16_t>(taken_ + chains - 1));
  } else {
    store(available_->flags, std::uint16_t{0});
  }
  // Either the device sees the wish before it gives back more, or we see what it gave.
  std::atomic_thread_fence(std::memory_order_seq_cst);
  static_cast<void>(refresh_used());
  return static_cast<std::uint16_t>(given_ - taken_) >= chains;
}

void DriverQueue::suppress_interrupts() noexcept {
  if (size_ == 0) {
    return;
  }
  if (event_index_) {
    // An event that lies behind is not passed again for 65,536 chains.
    store(*used_event_, static_cast<std::uint16_t>(taken_ - 1));
  } else {
    store(available_->flags, ring_flag_no_notification);
  }
}

}  // namespace serai::drivers
