// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/result.hpp"
#include "core/packet_backend.hpp"
#include "devices/virtio_net/counters.hpp"
#include "devices/virtio_net/steering.hpp"
#include "net/header.hpp"
#include "virtio/queue.hpp"

namespace serai::virtio_net {

/// Moves frames from transmit queues into the back end: one copy, from the chain into the buffer
/// that the other side reads. Owns nothing.
class Transmitter {
 public:
  Transmitter(PacketBackend& backend, Counters& counters) noexcept
      : backend_(backend), format_(backend.format()), counters_(counters) {}

  /// Prepares for a driver that may ask for `offloads`. Frames that are not to be segmented are at
  /// most `most_frame_bytes` long.
  void start(net::Offloads offloads, std::uint32_t most_frame_bytes) noexcept {
    offloads_ = offloads;
    most_frame_bytes_ = most_frame_bytes;
    room_ = 0;
  }

  /// Sends all that is in `queue` and asks for notifications again; or as much as is possible now:
  /// false, and where the back end has no room its signal will come. `flows` learns on which `pair`
  /// frames were sent, if it is not null.
  [[nodiscard]] bool drain(virtio::Queue& queue, Steering* flows, std::uint16_t pair) noexcept;

 private:
  /// A frame that may be sent.
  struct Plan {
    net::Header header;
    std::uint32_t bytes = 0;  ///< of all buffers together
  };

  [[nodiscard]] bool drain_available(virtio::Queue& queue, Steering* flows, std::uint16_t pair,
                                     unsigned& budget) noexcept;
  [[nodiscard]] Result<Plan> plan(virtio::ChainReader& reader) noexcept;
  [[nodiscard]] bool has_room(std::uint32_t bytes) noexcept;
  [[nodiscard]] std::uint32_t buffers_for(std::uint32_t bytes) const noexcept;
  [[nodiscard]] bool send(const Plan& plan, virtio::ChainReader& reader, Steering* flows,
                          std::uint16_t pair) noexcept;
  static void learn(Steering& flows, std::uint16_t pair, std::span<const std::byte> frame) noexcept;

  PacketBackend& backend_;
  PacketFormat format_;
  Counters& counters_;
  net::Offloads offloads_;
  std::uint32_t most_frame_bytes_ = net::most_frame_bytes;
  std::size_t room_ = 0;  ///< buffers that are known to be free
};

}  // namespace serai::virtio_net
