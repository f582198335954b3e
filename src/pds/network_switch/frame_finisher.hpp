// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "core/packet_backend.hpp"
#include "net/header.hpp"
#include "net/segmenter.hpp"

namespace serai::network_switch {

/// Does for receivers of plain frames what the sender left to others: fills in checksums and cuts
/// large packets into frames. Such a packet is copied once more, into memory that only the switch
/// sees: its bytes are needed twice, for their sum and for their place.
class FrameFinisher {
 public:
  /// Begins with a packet of whose frame the first bytes will be given to `send`.
  void begin() noexcept { size_ = 0; }

  /// Appends bytes that follow. They may be shared: they are copied once. What is too much is
  /// dropped, and the frame with it.
  void append(std::span<const std::byte> bytes) noexcept;

  enum class Outcome : std::uint8_t {
    sent,
    lost,        ///< no room, or too long for the receiver's buffers
    impossible,  ///< the frame is not what its header says
  };

  /// Sends the frame, which begins with `head` (at most `most_head_bytes`), as `header`, which is
  /// checked, asks for. What has been appended stays, for another receiver.
  [[nodiscard]] Outcome send(std::span<const std::byte> head, const net::Header& header,
                             PacketBackend& to) noexcept;

  static constexpr std::size_t most_head_bytes = 64;

 private:
  [[nodiscard]] Outcome send_whole(std::span<const std::byte> frame, const net::Header& header,
                                   PacketBackend& to) const noexcept;
  [[nodiscard]] Outcome send_segments(std::span<const std::byte> frame, const net::Header& header,
                                      PacketBackend& to) const noexcept;

  static constexpr std::size_t most_bytes = 0x1'0000 + 64;

  std::size_t size_ = 0;  ///< of what was appended; more than `most_bytes`: too much
  alignas(8) std::array<std::byte, most_head_bytes + most_bytes> bytes_{};
};

}  // namespace serai::network_switch
