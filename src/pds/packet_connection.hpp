// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>
#include <optional>

#include "backends/sddf/packet_backend.hpp"
#include "config/layout.hpp"

namespace serai {

/// Makes the back end of a configured packet queue, in the place that is given. What a client and a
/// provider do is the same.
inline sddf::SddfPacketBackend& connect(std::optional<sddf::SddfPacketBackend>& place,
                                        const config::PacketQueue& queue,
                                        SignalPort& signals) noexcept {
  using Direction = sddf::SddfPacketBackend::Direction;
  const bool extended =
      (queue.flags & static_cast<std::uint32_t>(config::PacketFlag::extended)) != 0;
  return place.emplace(
      Direction::at(queue.transmit_free, queue.transmit_active, queue.transmit_data, queue.capacity,
                    queue.buffer_bytes, queue.transmit_channel),
      Direction::at(queue.receive_free, queue.receive_active, queue.receive_data, queue.capacity,
                    queue.buffer_bytes, queue.receive_channel),
      signals,
      sddf::SddfPacketBackend::Options{.buffer_bytes = queue.buffer_bytes, .extended = extended});
}

}  // namespace serai
