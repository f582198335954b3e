// SPDX-License-Identifier: BSD-2-Clause
#include "virtqueue.hpp"

#include <atomic>

namespace bench {
namespace {

constexpr std::uint16_t flag_next = 1;
constexpr std::uint16_t flag_device_writes = 2;

/// VirtIO 1.2, 2.7.10: whether an index that moved from `before` to `now` passed `event`.
constexpr bool passed(std::uint16_t event, std::uint16_t now, std::uint16_t before) {
  return static_cast<std::uint16_t>(now - event - 1) < static_cast<std::uint16_t>(now - before);
}

void fence() {
  std::atomic_thread_fence(std::memory_order_seq_cst);
}

}  // namespace

Virtqueue::Virtqueue(std::uint16_t size) : size_(size) {
  for (std::uint16_t i = 0; i < size; ++i) {
    descriptors_[i].next = static_cast<std::uint16_t>(i + 1);
  }
  // Behind: no interrupts until somebody wants one.
  available_.ring[size_] = 0xffff;
}

std::uint16_t Virtqueue::add(std::span<const Buffer> chain) {
  const std::uint16_t head = first_free_;
  Descriptor* last = nullptr;
  for (const Buffer& buffer : chain) {
    last = &descriptors_[first_free_];
    first_free_ = last->next;
    last->address = reinterpret_cast<std::uintptr_t>(buffer.bytes);
    last->length = buffer.length;
    last->flags = flag_next | (buffer.device_writes ? flag_device_writes : 0);
  }
  last->flags &= flag_device_writes;
  lengths_[head] = static_cast<std::uint16_t>(chain.size());
  available_.ring[added_++ % size_] = head;
  return head;
}

bool Virtqueue::publish() {
  std::atomic_ref(available_.index).store(added_, std::memory_order_release);
  fence();
  const std::uint16_t before = published_;
  published_ = added_;
  const std::uint32_t event = std::atomic_ref(used_.ring[size_].id).load(std::memory_order_relaxed);
  return passed(static_cast<std::uint16_t>(event), added_, before);
}

std::optional<Used> Virtqueue::take() {
  if (std::atomic_ref(used_.index).load(std::memory_order_acquire) == taken_) {
    return std::nullopt;
  }
  const UsedEntry entry = used_.ring[taken_++ % size_];
  const auto head = static_cast<std::uint16_t>(entry.id);
  std::uint16_t last = head;
  for (std::uint16_t left = lengths_[head]; left != 1; --left) {
    last = descriptors_[last].next;
  }
  descriptors_[last].next = first_free_;
  first_free_ = head;
  return Used{.head = head, .length = entry.length};
}

bool Virtqueue::want_interrupt() {
  std::atomic_ref(available_.ring[size_]).store(taken_, std::memory_order_relaxed);
  fence();
  return std::atomic_ref(used_.index).load(std::memory_order_relaxed) == taken_;
}

}  // namespace bench
