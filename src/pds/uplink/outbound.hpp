// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "backends/sddf/packet_queue.hpp"
#include "drivers/virtio/dma_memory.hpp"
#include "drivers/virtio/driver_queue.hpp"
#include "net/header.hpp"
#include "pds/uplink/client_side.hpp"

namespace serai::uplink {

/// What became of the client's packets.
struct OutboundCounters {
  std::uint64_t sent = 0;
  std::uint64_t refused = 0;  ///< too short, or a header that asks for what cannot be
};

/// Packets to the network: the device reads them from the client's buffers. Only the header before
/// an extended one is copied, into memory that the client cannot change, once it was checked.
class Outbound {
 public:
  /// Bytes of private memory, for headers.
  static constexpr std::size_t memory_bytes = std::size_t{16} * drivers::DriverQueue::most_size;

  /// `data` is the client's region as this PD sees it; `headers` has `memory_bytes`; `offloads` is
  /// what the device does for extended packets. All outlives this.
  Outbound(const ClientSide& client, std::span<const std::byte> data, drivers::DriverQueue& queue,
           drivers::DmaPiece headers, net::Offloads offloads) noexcept;

  /// Takes back what the device has sent and gives it what the client wants to send; whether the
  /// device must be notified.
  [[nodiscard]] bool work() noexcept;

  /// Asks for the client's signal, and for an interrupt where that is needed; true when something
  /// came meanwhile.
  [[nodiscard]] bool sleep() noexcept;

  [[nodiscard]] bool take_notification() noexcept { return free_.take_notification(); }

  [[nodiscard]] bool is_broken() const noexcept { return broken_; }

  [[nodiscard]] const OutboundCounters& counters() const noexcept { return counters_; }

 private:
  static constexpr std::uint32_t most_pieces = 72;

  struct Piece {
    std::uint32_t buffer = 0;
    std::uint32_t bytes = 0;
  };

  [[nodiscard]] bool take_back() noexcept;
  [[nodiscard]] bool read_packet() noexcept;
  [[nodiscard]] bool send_packet() noexcept;
  [[nodiscard]] bool is_good(std::uint32_t slot) noexcept;
  [[nodiscard]] std::size_t chain(std::uint32_t slot) noexcept;
  void give_back(std::uint32_t first) noexcept;
  void link_pieces() noexcept;

  ClientSide client_;
  std::span<const std::byte> data_;
  drivers::DriverQueue& queue_;
  drivers::DmaPiece headers_;
  net::Offloads offloads_;
  bool broken_ = false;
  bool joined_ = false;
  bool full_ = false;  ///< a packet waits for descriptors
  std::uint32_t buffers_held_ = 0;
  std::uint32_t chains_ = 0;
  sddf::PacketConsumer active_;
  sddf::PacketProducer free_;
  sddf::BufferSet held_;

  /// The oldest packet.
  std::array<Piece, most_pieces> pieces_{};
  std::uint32_t piece_count_ = 0;
  std::array<drivers::Buffer, most_pieces + 1> buffers_{};

  /// Of each buffer that is held: who it belongs to and which follows in its packet.
  std::array<std::uint8_t, sddf::PacketQueueMemory::most_capacity> owners_{};
  std::array<std::uint16_t, sddf::PacketQueueMemory::most_capacity> next_{};
  /// Free places for headers, as a stack.
  std::array<std::uint16_t, drivers::DriverQueue::most_size> slots_{};
  std::uint32_t slot_count_ = 0;
  /// The first buffer of the packet whose header is in a place.
  std::array<std::uint16_t, drivers::DriverQueue::most_size> first_{};
  OutboundCounters counters_;
};

}  // namespace serai::uplink
