// SPDX-License-Identifier: BSD-2-Clause
#include "support/split_driver_ring.hpp"

#include <atomic>

#include "virtio/descriptor.hpp"

namespace serai::test {

using virtio::descriptor_bytes;

SplitDriverRing::SplitDriverRing(GuestRam& ram, std::uint16_t size, bool event_index)
    : ram_(&ram),
      size_(size),
      event_index_(event_index),
      descriptors_(ram.allocate(std::size_t{descriptor_bytes} * size, 16)),
      available_(ram.allocate(available_bytes(), 2)),
      used_(ram.allocate(used_bytes(), 4)) {
  restart();
}

virtio::QueuePlace SplitDriverRing::place() const {
  return {.size = size_,
          .descriptors = GuestAddress(descriptors_),
          .driver_area = GuestAddress(available_),
          .device_area = GuestAddress(used_)};
}

void SplitDriverRing::restart() {
  ram_->zero(descriptors_, std::size_t{descriptor_bytes} * size_);
  ram_->zero(available_, available_bytes());
  ram_->zero(used_, used_bytes());
  free_.clear();
  for (std::uint16_t i = 0; i < size_; ++i) {
    free_.push_back(i);
  }
  chains_.clear();
  put_ = published_ = taken_ = 0;
}

std::optional<std::uint16_t> SplitDriverRing::put(const std::vector<RingEntry>& chain) {
  if (chain.empty() || chain.size() > free_.size()) {
    return {};
  }
  std::vector<std::uint16_t> indices(free_.begin(),
                                     free_.begin() + static_cast<std::ptrdiff_t>(chain.size()));
  free_.erase(free_.begin(), free_.begin() + static_cast<std::ptrdiff_t>(chain.size()));
  for (std::size_t i = 0; i < chain.size(); ++i) {
    const bool last = i + 1 == chain.size();
    store(descriptors_ + std::uint64_t{descriptor_bytes} * indices[i], chain[i], last,
          last ? std::uint16_t{0} : indices[i + 1]);
  }
  const std::uint16_t head = indices.front();
  ram_->store<std::uint16_t>(available_ + 4 + std::uint64_t{2} * (put_ % size_), head);
  ++put_;
  chains_[head] = std::move(indices);
  return head;
}

void SplitDriverRing::fill_table(std::uint64_t address, const std::vector<RingEntry>& chain) {
  for (std::size_t i = 0; i < chain.size(); ++i) {
    store(address + descriptor_bytes * i, chain[i], i + 1 == chain.size(),
          static_cast<std::uint16_t>(i + 1));
  }
}

void SplitDriverRing::store(std::uint64_t at, const RingEntry& entry, bool last,
                            std::uint16_t next) {
  const auto flags =
      static_cast<std::uint16_t>(entry.flags | (last ? 0 : virtio::descriptor_flag::next));
  ram_->store<std::uint64_t>(at, entry.address);
  ram_->store<std::uint32_t>(at + 8, entry.bytes);
  ram_->store<std::uint16_t>(at + 12, flags);
  ram_->store<std::uint16_t>(at + 14, next);
}

bool SplitDriverRing::publish() {
  const std::uint16_t old = published_;
  ram_->store<std::uint16_t>(available_ + 2, put_);
  published_ = put_;
  std::atomic_thread_fence(std::memory_order_seq_cst);
  if (event_index_) {
    const auto event = ram_->load<std::uint16_t>(used_ + 4 + std::uint64_t{8} * size_);
    return virtio::passes_event(event, published_, old);
  }
  return old != put_ && (ram_->load<std::uint16_t>(used_) & 1) == 0;
}

std::optional<RingUsed> SplitDriverRing::peek_used() {
  if (ram_->load<std::uint16_t>(used_ + 2) == taken_) {
    return {};
  }
  const std::uint64_t entry = used_ + 4 + std::uint64_t{8} * (taken_ % size_);
  return RingUsed{.id = static_cast<std::uint16_t>(ram_->load<std::uint32_t>(entry)),
                  .written = ram_->load<std::uint32_t>(entry + 4)};
}

void SplitDriverRing::retire(const std::vector<std::uint16_t>& ids) {
  for (const auto id : ids) {
    const auto indices = chains_.extract(id).mapped();
    free_.insert(free_.end(), indices.begin(), indices.end());
    ++taken_;
  }
  if (event_index_ && wanted_) {
    store_event(taken_);
    std::atomic_thread_fence(std::memory_order_seq_cst);
  }
}

void SplitDriverRing::want_interrupts(bool wanted) {
  wanted_ = wanted;
  if (!event_index_) {
    ram_->store<std::uint16_t>(available_, wanted ? 0 : 1);
  } else {
    // Just behind is as far away as an index can be.
    store_event(static_cast<std::uint16_t>(wanted ? taken_ : taken_ - 1));
  }
  std::atomic_thread_fence(std::memory_order_seq_cst);
}

void SplitDriverRing::want_interrupt_after(std::uint16_t chains) {
  wanted_ = false;
  store_event(static_cast<std::uint16_t>(taken_ + chains - 1));
  std::atomic_thread_fence(std::memory_order_seq_cst);
}

void SplitDriverRing::store_event(std::uint16_t event) {
  ram_->store<std::uint16_t>(available_ + 4 + std::uint64_t{2} * size_, event);
}

std::size_t SplitDriverRing::available_bytes() const {
  return 6 + std::size_t{2} * size_;
}

std::size_t SplitDriverRing::used_bytes() const {
  return 6 + std::size_t{8} * size_;
}

}  // namespace serai::test
