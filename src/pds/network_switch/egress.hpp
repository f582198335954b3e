// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "net/header.hpp"
#include "pds/network_switch/frame_head.hpp"

namespace serai::network_switch {

/// How a packet looks on one side of the switch.
struct PacketShape {
  bool extended = false;                            ///< a net::Header is in front
  std::optional<std::uint16_t> tag = std::nullopt;  ///< of the VLAN, with its priority

  friend bool operator==(const PacketShape&, const PacketShape&) noexcept = default;
};

/// The start of a packet, copied out of shared memory, and what was found in it. What is checked
/// here is what the receivers get.
struct PacketStart {
  /// Enough for both headers; a multiple of 8, so that the copies of what follows stay aligned.
  static constexpr std::size_t most_bytes = 32;

  alignas(8) std::array<std::byte, most_bytes> copy{};
  std::size_t size = 0;  ///< of `copy`
  PacketShape shape;
  FrameHead head;
  net::Header offloads;  ///< as checked; `copy` has it too
};

/// The start of a packet in the shape that a receiver wants.
struct PacketPrefix {
  alignas(8) std::array<std::byte,
                        PacketStart::most_bytes + net::header_bytes + FrameHead::tag_bytes> bytes{};
  std::size_t size = 0;
};

/// What its sender left undone, for a packet in another shape.
[[nodiscard]] net::Header offloads_in(const PacketStart& start, const PacketShape& shape) noexcept;

/// Rewrites a packet's start.
[[nodiscard]] PacketPrefix reshape(const PacketStart& start, const PacketShape& shape) noexcept;

}  // namespace serai::network_switch
