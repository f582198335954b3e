// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>
#include <optional>

#include "backends/sddf/packet_queue.hpp"
#include "base/bits.hpp"

namespace serai::uplink {

/// One direction of the client's connection, whose buffers the device itself reads or writes.
struct ClientSide {
  sddf::PacketQueueMemory free;
  sddf::PacketQueueMemory active;
  std::uint64_t physical = 0;  ///< of the data region, as the device sees it
  std::uint32_t buffer_bytes = 0;
  bool extended = false;

  [[nodiscard]] std::uint32_t capacity() const noexcept {
    return static_cast<std::uint32_t>(active.descriptors.size());
  }

  /// The number of the buffer at `offset`, if there is one.
  // Guest-controlled: offset.
  [[nodiscard]] std::optional<std::uint32_t> buffer_at(std::uint64_t offset) const noexcept {
    if (!is_aligned(offset, buffer_bytes) || offset / buffer_bytes >= capacity()) {
      return std::nullopt;
    }
    return static_cast<std::uint32_t>(offset / buffer_bytes);
  }

  [[nodiscard]] std::uint64_t physical_of(std::uint32_t buffer) const noexcept {
    return physical + std::uint64_t{buffer} * buffer_bytes;
  }
};

}  // namespace serai::uplink
