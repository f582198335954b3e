// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "backends/sddf/packet_queue.hpp"
#include "core/packet_backend.hpp"
#include "core/ports.hpp"

namespace serai::sddf {

/// Both directions of an sDDF network connection, seen from this PD: it transmits what it puts into
/// `transmit.active`, into buffers that come from `transmit.free`. For the other PD the two
/// directions have changed places and all else is the same: a client and its provider are both one
/// of these. Each side enters its own transmit buffers into its own transmit-free queue at the
/// start; in sDDF, clients do and copiers do.
///
/// Everything that the other side writes is copied once and checked: distances of indices, places,
/// lengths, that no buffer is named twice, that a packet ends. Whoever breaks one of these rules is
/// ignored for ever (`is_up` is false): the link is down. State is fixed: about 2.5 KiB.
///
/// Where `extended`, a packet may take several buffers: a flag in a byte that sDDF leaves unused
/// says that the next buffer belongs to the same packet, and all of them are published at once.
class SddfPacketBackend final : public PacketBackend {
 public:
  struct Direction {
    PacketQueueMemory free;
    PacketQueueMemory active;
    std::span<std::byte> data;  ///< capacity times the size of a buffer
    ChannelId channel = no_channel;

    /// A direction by its virtual addresses.
    [[nodiscard]] static Direction at(std::uint64_t free, std::uint64_t active, std::uint64_t data,
                                      std::uint32_t capacity, std::uint32_t buffer_bytes,
                                      ChannelId channel) noexcept;
  };

  struct Options {
    std::uint32_t buffer_bytes = default_buffer_bytes;  ///< a power of two, at most 32768
    bool extended = false;
  };

  static constexpr std::uint32_t default_buffer_bytes = 2048;  ///< sDDF's only size
  static constexpr std::uint32_t largest_buffer_bytes = 0x8000;
  /// Enough for 64 KiB and headers in buffers of 1 KiB.
  static constexpr std::uint32_t most_buffers = 72;

  /// Owns neither memory nor signals. Capacities that are no powers of two or that do not agree
  /// make a connection that is down from the start.
  SddfPacketBackend(const Direction& transmit, const Direction& receive, SignalPort& signals,
                    const Options& options) noexcept;

  [[nodiscard]] PacketFormat format() const noexcept override;

  [[nodiscard]] bool is_up() const noexcept override { return !broken_; }

  [[nodiscard]] std::size_t transmit_room() noexcept override;
  [[nodiscard]] Result<std::span<std::byte>> claim() noexcept override;
  void fill(std::uint32_t bytes) noexcept override;
  void commit() noexcept override;
  void cancel() noexcept override;
  [[nodiscard]] std::optional<PacketPiece> peek() noexcept override;
  void consume() noexcept override;
  void request_room_signal() noexcept override;
  void want_arrivals(bool wanted) noexcept override;
  void flush() noexcept override;

 private:
  /// A buffer that is ours for now: claimed and not yet sent, or received and not yet given back.
  struct Held {
    std::uint32_t buffer = 0;
    std::uint16_t bytes = 0;
    std::uint8_t owner = 0;
  };

  [[nodiscard]] bool is_usable(const Direction& direction) const noexcept;
  [[nodiscard]] std::uint32_t room_for(std::uint32_t enough) noexcept;
  [[nodiscard]] std::optional<std::uint32_t> buffer_at(std::uint64_t offset,
                                                       const Direction& direction) const noexcept;
  [[nodiscard]] bool load_packet() noexcept;
  [[nodiscard]] bool load_pieces() noexcept;
  [[nodiscard]] std::optional<bool> load_piece() noexcept;
  void give_back_packet() noexcept;
  void break_link() noexcept;

  Direction transmit_;
  Direction receive_;
  SignalPort& signals_;
  std::uint32_t buffer_bytes_;
  std::uint32_t most_buffers_;
  bool extended_;
  bool broken_ = false;
  bool joined_ = false;

  PacketConsumer transmit_free_;
  PacketProducer transmit_active_;
  PacketConsumer receive_active_;
  PacketProducer receive_free_;

  std::array<Held, most_buffers> claimed_{};
  std::uint32_t claimed_count_ = 0;
  BufferSet claimed_set_;

  /// The oldest packet: its pieces from `piece_` on are still to be consumed.
  std::array<Held, most_buffers> packet_{};
  std::uint32_t pieces_ = 0;
  std::uint32_t piece_ = 0;
  std::uint32_t packet_bytes_left_ = 0;
  BufferSet received_set_;
};

}  // namespace serai::sddf
