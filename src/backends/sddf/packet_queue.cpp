// SPDX-License-Identifier: BSD-2-Clause
#include "backends/sddf/packet_queue.hpp"

#include <algorithm>
#include <atomic>

namespace serai::sddf {
namespace {

// Guest-controlled: an index or a flag that the other side writes.
template <class Number>
Number load(Number& shared) noexcept {
  return std::atomic_ref(shared).load(std::memory_order_acquire);
}

template <class Number>
void store(Number& shared, Number value) noexcept {
  std::atomic_ref(shared).store(value, std::memory_order_release);
}

/// How far the free-running index `to` is ahead of `from`.
constexpr std::uint16_t distance(std::uint16_t from, std::uint16_t to) noexcept {
  return static_cast<std::uint16_t>(to - from);
}

void write(SharedPacketDescriptor& shared, const PacketDescriptor& descriptor) noexcept {
  std::atomic_ref(shared.offset).store(descriptor.offset, std::memory_order_relaxed);
  std::atomic_ref(shared.rest).store(descriptor.pack_rest(), std::memory_order_relaxed);
}

}  // namespace

PacketQueueMemory PacketQueueMemory::at(std::uint64_t address, std::uint32_t capacity) noexcept {
  // Safety: the address comes from the checked configuration, whose author mapped a queue of this
  // capacity there, page-aligned, readable and writable, for the whole life of this PD.
  return {
      .indices = reinterpret_cast<PacketIndices*>(address),
      .descriptors = {reinterpret_cast<SharedPacketDescriptor*>(address + sizeof(PacketIndices)),
                      capacity}};
}

void PacketQueueMemory::enter_all(std::uint32_t buffer_bytes) const noexcept {
  std::uint64_t offset = 0;
  for (SharedPacketDescriptor& shared : descriptors) {
    write(shared, {.offset = offset});
    offset += buffer_bytes;
  }
  store(indices->tail, static_cast<std::uint16_t>(descriptors.size()));
}

void PacketProducer::join() noexcept {
  tail_ = load(memory_.indices->tail);
  broken_ = tail_ != 0 && tail_ != capacity();
}

std::uint32_t PacketProducer::room(std::uint32_t enough) noexcept {
  const std::uint32_t known = capacity() - distance(head_, tail_);
  if (known >= enough || broken_) {
    return broken_ ? 0 : known;
  }
  const std::uint16_t head = load(memory_.indices->head);
  const std::uint16_t used = distance(head, tail_);
  // It can only have taken what was there: its index moves forward, never past our own.
  if (used > distance(head_, tail_)) {
    broken_ = true;
    return 0;
  }
  head_ = head;
  return capacity() - used;
}

void PacketProducer::put(const PacketDescriptor& descriptor) noexcept {
  write(memory_.descriptors[tail_ & (capacity() - 1)], descriptor);
  ++tail_;
}

void PacketProducer::publish() noexcept {
  store(memory_.indices->tail, tail_);
  unannounced_ = true;
}

bool PacketProducer::take_notification() noexcept {
  if (!unannounced_) {
    return false;
  }
  unannounced_ = false;
  // Either we see that the consumer went to sleep, or it sees our entries before it does.
  std::atomic_thread_fence(std::memory_order_seq_cst);
  if (load(memory_.indices->consumer_signalled) != 0) {
    return false;
  }
  store(memory_.indices->consumer_signalled, std::uint32_t{1});
  return true;
}

std::uint32_t PacketConsumer::available(std::uint32_t enough) noexcept {
  const std::uint32_t known = distance(head_, tail_);
  if (known >= enough || broken_) {
    return broken_ ? 0 : known;
  }
  const std::uint16_t tail = load(memory_.indices->tail);
  const std::uint16_t waiting = distance(head_, tail);
  if (waiting < known || waiting > memory_.descriptors.size()) {
    broken_ = true;
    return 0;
  }
  tail_ = tail;
  return waiting;
}

PacketDescriptor PacketConsumer::get(std::uint32_t position) const noexcept {
  SharedPacketDescriptor& shared =
      memory_.descriptors[(head_ + position) & (memory_.descriptors.size() - 1)];
  const std::uint64_t offset = std::atomic_ref(shared.offset).load(std::memory_order_relaxed);
  const std::uint64_t rest = std::atomic_ref(shared.rest).load(std::memory_order_relaxed);
  return PacketDescriptor::unpack(offset, rest);
}

void PacketConsumer::release(std::uint32_t count) noexcept {
  head_ = static_cast<std::uint16_t>(head_ + count);
  store(memory_.indices->head, head_);
}

void PacketConsumer::request_signal() const noexcept {
  store(memory_.indices->consumer_signalled, std::uint32_t{0});
  // The request must be visible before the caller looks again.
  std::atomic_thread_fence(std::memory_order_seq_cst);
}

void PacketConsumer::cancel_signal() const noexcept {
  store(memory_.indices->consumer_signalled, std::uint32_t{1});
}

}  // namespace serai::sddf
