// SPDX-License-Identifier: BSD-2-Clause
#include "devices/virtio_net/held_chains.hpp"

#include <algorithm>
#include <utility>

#include "base/assert.hpp"

namespace serai::virtio_net {

void HeldChains::add(virtio::Chain&& chain, std::uint16_t queue) noexcept {
  SERAI_ASSERT(count_ < most);
  bytes_ += chain.writable_bytes();
  queue_ = queue;
  chains_[count_++].emplace(std::move(chain));
}

std::size_t HeldChains::chains_for(std::uint64_t bytes) const noexcept {
  std::size_t chains = 0;
  while (bytes != 0) {
    bytes -= std::min(bytes, chains_[chains++]->writable_bytes());
  }
  return chains;
}

void HeldChains::seek(std::uint64_t offset) noexcept {
  at_ = 0;
  while (at_ + 1 < count_ && offset >= chains_[at_]->writable_bytes()) {
    offset -= chains_[at_++]->writable_bytes();
  }
  writer_ = chains_[at_]->writer();
  const bool is_inside = writer_->skip(offset).has_value();
  SERAI_ASSERT(is_inside);
}

void HeldChains::write(std::span<const std::byte> bytes) noexcept {
  while (true) {
    bytes = bytes.subspan(writer_->write_some(bytes));
    if (bytes.empty()) {
      return;
    }
    ++at_;
    SERAI_ASSERT(at_ < count_);
    writer_ = chains_[at_]->writer();
  }
}

void HeldChains::complete(virtio::Queue& queue, std::uint64_t bytes) noexcept {
  const std::size_t done = chains_for(bytes);
  for (std::size_t i = 0; i < done; ++i) {
    virtio::Chain& chain = *chains_[i];
    const std::uint64_t written = std::min(bytes, chain.writable_bytes());
    bytes -= written;
    bytes_ -= chain.writable_bytes();
    queue.complete(std::move(chain), static_cast<std::uint32_t>(written));
  }
  for (std::size_t i = 0; i < count_; ++i) {
    chains_[i].reset();
    if (i + done < count_) {
      chains_[i].emplace(std::move(*chains_[i + done]));
    }
  }
  count_ -= done;
}

void HeldChains::complete_empty(virtio::Queue& queue) noexcept {
  for (std::size_t i = 0; i < count_; ++i) {
    queue.complete(std::move(*chains_[i]), 0);
    chains_[i].reset();
  }
  count_ = 0;
  bytes_ = 0;
}

void HeldChains::abandon(virtio::Queue& queue) noexcept {
  for (std::size_t i = 0; i < count_; ++i) {
    queue.abandon(std::move(*chains_[i]));
    chains_[i].reset();
  }
  count_ = 0;
  bytes_ = 0;
}

}  // namespace serai::virtio_net
