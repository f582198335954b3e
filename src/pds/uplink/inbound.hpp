// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "backends/sddf/packet_queue.hpp"
#include "drivers/virtio/driver_queue.hpp"
#include "pds/uplink/client_side.hpp"

namespace serai::uplink {

/// Packets from the network: the device writes them into the client's buffers. Nothing is copied.
///
/// An extended packet begins with the header that the device wrote and may take several buffers;
/// what the client needs to know of it, it checks itself. Otherwise the header goes where nobody
/// looks, and each buffer holds a frame. The client may change a header before we look at how many
/// buffers it names; all it can do so is to get its own packets in other pieces.
class Inbound {
 public:
  /// `data` is the client's region as this PD sees it; `unused_header` the physical address of 12
  /// bytes. Both queues outlive this.
  Inbound(const ClientSide& client, std::span<const std::byte> data, drivers::DriverQueue& queue,
          std::uint64_t unused_header, bool merges) noexcept;

  /// Passes on what has arrived; whether the device must be notified of new buffers.
  [[nodiscard]] bool work() noexcept;

  /// Asks for an interrupt and for the client's signal where that is needed; true when something
  /// came meanwhile.
  [[nodiscard]] bool sleep() noexcept;

  /// Whether the client must be notified.
  [[nodiscard]] bool take_notification() noexcept { return active_.take_notification(); }

  /// Whether the client broke the protocol: nothing is done for it any more.
  [[nodiscard]] bool is_broken() const noexcept { return broken_; }

 private:
  struct Arrival {
    std::uint32_t buffer = 0;
    std::uint32_t bytes = 0;
  };

  static constexpr std::uint32_t most_pieces = 72;

  void pass_on() noexcept;
  void put(const Arrival& arrival, bool more) noexcept;
  [[nodiscard]] std::uint32_t pieces_from(const Arrival& first) const noexcept;
  [[nodiscard]] bool refill() noexcept;
  [[nodiscard]] bool add_buffer() noexcept;
  [[nodiscard]] bool is_short_of_buffers() const noexcept;

  ClientSide client_;
  std::span<const std::byte> data_;
  drivers::DriverQueue& queue_;
  std::uint64_t unused_header_;
  bool merges_;
  bool broken_ = false;
  sddf::PacketConsumer free_;
  sddf::PacketProducer active_;
  sddf::BufferSet at_device_;
  std::array<std::uint8_t, sddf::PacketQueueMemory::most_capacity> owners_{};
};

}  // namespace serai::uplink
