// SPDX-License-Identifier: BSD-2-Clause
#include "backends/sddf/serial_queue.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace serai::sddf {
namespace {

// Guest-controlled: an index that the other side writes.
std::uint32_t load(std::uint32_t& shared) noexcept {
  return std::atomic_ref(shared).load(std::memory_order_acquire);
}

void store(std::uint32_t& shared, std::uint32_t value) noexcept {
  std::atomic_ref(shared).store(value, std::memory_order_release);
}

/// Where index `index` lies in `data`, and how far one copy may reach from there.
std::size_t place_of(std::uint32_t index, std::span<const std::byte> data) noexcept {
  return index & (data.size() - 1);
}

}  // namespace

SerialQueueMemory SerialQueueMemory::at(std::uint64_t indices, std::uint64_t data,
                                        std::uint32_t capacity) noexcept {
  // Safety: the addresses come from the checked configuration, whose author mapped both regions
  // here, readable and writable, for the whole life of this PD.
  auto* const window =
      reinterpret_cast<std::uint32_t*>(indices + offsetof(SerialPage, window_size));
  return {.indices = reinterpret_cast<SerialIndices*>(indices),
          .data = {reinterpret_cast<std::byte*>(data), std::bit_floor(capacity)},
          .window_size = capacity == 0 ? nullptr : window};
}

void SerialProducer::resume() noexcept {
  if (capacity() == 0) {
    return;
  }
  tail_ = load(memory_.indices->tail);
  announced_tail_ = tail_;
}

std::size_t SerialProducer::room() const noexcept {
  if (capacity() == 0) {
    return 0;
  }
  const std::uint32_t used = tail_ - load(memory_.indices->head);
  return used <= capacity() ? capacity() - used : 0;
}

std::size_t SerialProducer::write(std::span<const std::byte> characters) noexcept {
  const std::size_t count = std::min(room(), characters.size());
  if (count == 0) {
    return 0;
  }
  const std::size_t place = place_of(tail_, memory_.data);
  const std::size_t before_wrap = std::min(count, memory_.data.size() - place);
  std::memcpy(memory_.data.data() + place, characters.data(), before_wrap);
  std::memcpy(memory_.data.data(), characters.data() + before_wrap, count - before_wrap);
  tail_ += static_cast<std::uint32_t>(count);
  store(memory_.indices->tail, tail_);
  return count;
}

void SerialProducer::request_signal() noexcept {
  if (capacity() == 0) {
    return;
  }
  store(memory_.indices->producer_signalled, 0);
  // The request must be visible before the caller looks for room again.
  std::atomic_thread_fence(std::memory_order_seq_cst);
}

bool SerialProducer::take_notification() noexcept {
  if (tail_ == announced_tail_) {
    return false;
  }
  // Either we see how far the consumer came, or it sees our characters before it sleeps.
  std::atomic_thread_fence(std::memory_order_seq_cst);
  const std::uint32_t unread_before = announced_tail_ - load(memory_.indices->head);
  announced_tail_ = tail_;
  const bool consumer_is_busy = unread_before != 0 && unread_before <= capacity();
  return !consumer_is_busy;
}

std::size_t SerialConsumer::available() const noexcept {
  if (memory_.data.empty()) {
    return 0;
  }
  const std::uint32_t waiting = load(memory_.indices->tail) - head_;
  return waiting <= memory_.data.size() ? waiting : 0;
}

std::size_t SerialConsumer::read(std::span<std::byte> to) noexcept {
  const std::size_t count = std::min(available(), to.size());
  if (count == 0) {
    return 0;
  }
  const std::size_t place = place_of(head_, memory_.data);
  const std::size_t before_wrap = std::min(count, memory_.data.size() - place);
  std::memcpy(to.data(), memory_.data.data() + place, before_wrap);
  std::memcpy(to.data() + before_wrap, memory_.data.data(), count - before_wrap);
  head_ += static_cast<std::uint32_t>(count);
  store(memory_.indices->head, head_);
  // What follows, here or in `take_notification`, sees what the other side did before it saw this.
  std::atomic_thread_fence(std::memory_order_seq_cst);
  took_ = true;
  return count;
}

bool SerialConsumer::take_notification() noexcept {
  if (!took_) {
    return false;
  }
  took_ = false;
  if (load(memory_.indices->producer_signalled) != 0) {
    return false;
  }
  store(memory_.indices->producer_signalled, 1);
  return true;
}

}  // namespace serai::sddf
