// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "base/result.hpp"

namespace serai {

/// How packets pass through a back end.
struct PacketFormat {
  /// Size of each buffer.
  std::uint32_t buffer_bytes = 0;
  /// Whether a packet may take several buffers and, for Ethernet, begins with a header that carries
  /// its offloads (`virtio_net_hdr`, 12 bytes, VirtIO 1.2, 5.1.6). Both ends are Serai's then.
  /// Otherwise a packet is one buffer that holds one Ethernet frame.
  bool extended = false;
  /// The most buffers of one packet; 1 unless `extended`. A packet that needs more cannot be sent.
  std::uint32_t most_buffers = 1;
};

/// A piece of a packet that has arrived.
struct PacketPiece {
  /// Shared with the other side, which may change them at any time: copied once, then looked at.
  std::span<const std::byte> bytes;
  bool more = false;               ///< the packet goes on in the next piece, which is there as well
  std::uint32_t packet_bytes = 0;  ///< of the packet from this piece on
};

/// Where packets go and come from: Ethernet frames, or those of sockets. The other side is hostile,
/// or dead: whatever it does, these functions return in bounded time and stay inside their buffers.
class PacketBackend {
 public:
  [[nodiscard]] virtual PacketFormat format() const noexcept = 0;

  /// False once the other side has broken the protocol: nothing goes through from then on.
  [[nodiscard]] virtual bool is_up() const noexcept { return true; }

  /// How many buffers can be claimed now.
  [[nodiscard]] virtual std::size_t transmit_room() noexcept = 0;

  /// The next free buffer for sending, whole; `no_space` where there is none, or where the packet
  /// has its `most_buffers`. Several may be claimed, one after the other, before they are committed
  /// together.
  [[nodiscard]] virtual Result<std::span<std::byte>> claim() noexcept = 0;

  /// Says how many bytes of the buffer claimed last are used: 1 to all of it.
  virtual void fill(std::uint32_t bytes) noexcept = 0;

  /// Sends the claimed buffers as one packet.
  virtual void commit() noexcept = 0;

  /// Gives the claimed buffers back.
  virtual void cancel() noexcept = 0;

  /// The oldest piece that has arrived, until `consume`.
  [[nodiscard]] virtual std::optional<PacketPiece> peek() noexcept = 0;

  /// Gives the buffer of the oldest piece back to the other side.
  virtual void consume() noexcept = 0;

  /// Asks to be notified when buffers for sending come back. Whoever waits looks at
  /// `transmit_room()` once more after this call, so that no wakeup is lost.
  virtual void request_room_signal() noexcept = 0;

  /// Asks to be notified of the next arrival; whoever sleeps looks at `peek()` once more after it.
  /// The counterpart tells the other side not to bother.
  virtual void want_arrivals(bool wanted) noexcept = 0;

  /// Tells the other side once of what was sent or given back since the last call, if it wants to
  /// know. Call at the end of each event.
  virtual void flush() noexcept = 0;

 protected:
  ~PacketBackend() = default;
};

}  // namespace serai
