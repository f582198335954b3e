// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "virtio/queue.hpp"

namespace serai::virtio_net {

/// The chains of one receive queue into which the next frame goes, one after the other.
class HeldChains {
 public:
  /// A frame of 64 KiB in buffers of 1 KiB. A frame that needs more does not fit.
  static constexpr std::size_t most = 68;

  [[nodiscard]] std::uint16_t queue() const noexcept { return queue_; }

  [[nodiscard]] bool empty() const noexcept { return count_ == 0; }

  [[nodiscard]] bool full() const noexcept { return count_ == most; }

  /// Room in all of them together.
  [[nodiscard]] std::uint64_t bytes() const noexcept { return bytes_; }

  /// How many chains the first `bytes` (at least 1, no more than there are) reach into.
  [[nodiscard]] std::size_t chains_for(std::uint64_t bytes) const noexcept;

  /// Adds a chain of `queue`, from which all others are as well. Not full.
  void add(virtio::Chain&& chain, std::uint16_t queue) noexcept;

  /// Begins to write at `offset` from the start of the first chain.
  void seek(std::uint64_t offset) noexcept;

  /// Writes on where the last write ended; there is room.
  void write(std::span<const std::byte> bytes) noexcept;

  /// Gives the driver the chains that the first `bytes` reach into, at least one; keeps the rest.
  void complete(virtio::Queue& queue, std::uint64_t bytes) noexcept;

  /// Gives them all back with nothing in them.
  void complete_empty(virtio::Queue& queue) noexcept;

  /// Drops them all, for a queue that is reset.
  void abandon(virtio::Queue& queue) noexcept;

 private:
  std::array<std::optional<virtio::Chain>, most> chains_;
  std::size_t count_ = 0;
  std::uint64_t bytes_ = 0;
  std::uint16_t queue_ = 0;
  std::size_t at_ = 0;
  std::optional<virtio::ChainWriter> writer_;
};

}  // namespace serai::virtio_net
