// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "core/packet_backend.hpp"

namespace serai {

/// Whether a back end could ever take a packet of so many bytes.
[[nodiscard]] bool can_hold(const PacketBackend& backend, std::uint64_t bytes) noexcept;

/// Whether a back end can take a packet now; if not, its other side will signal when it can take
/// more. One that is down has no room, and never will.
[[nodiscard]] bool has_room(PacketBackend& backend, std::uint64_t bytes) noexcept;

/// Writes one packet into a back end's buffers, piece by piece, and sends it whole or not at all.
/// One packet per back end may be under way; nothing is owned. Where a buffer is missing, or the
/// packet is longer than the back end's format allows, everything claimed is given back and the
/// rest of the packet goes nowhere.
class PacketWriter {
 public:
  /// Begins a packet. `to` must outlive it.
  void begin(PacketBackend& to) noexcept;

  /// Appends bytes. They may be shared with a hostile writer: they are copied once.
  void write(std::span<const std::byte> bytes) noexcept;

  /// Sends the packet; false where not all of it found room.
  [[nodiscard]] bool finish() noexcept;

  /// Drops the packet.
  void cancel() noexcept;

 private:
  [[nodiscard]] bool next_buffer() noexcept;

  PacketBackend* to_ = nullptr;  ///< null: nothing under way, or given up
  std::span<std::byte> buffer_;
  std::size_t used_ = 0;  ///< of `buffer_`
  bool extended_ = false;
};

}  // namespace serai
