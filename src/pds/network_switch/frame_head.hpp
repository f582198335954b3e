// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/result.hpp"
#include "pds/network_switch/mac_address.hpp"

namespace serai::network_switch {

/// What a switch looks at in an Ethernet frame (IEEE 802.3, 3.1.1; 802.1Q, 9.5).
struct FrameHead {
  static constexpr std::size_t untagged_bytes = 14;
  static constexpr std::size_t tag_bytes = 4;
  static constexpr std::size_t addresses_bytes = 12;
  static constexpr std::uint16_t tag_protocol = 0x8100;

  MacAddress destination;
  MacAddress source;
  bool is_tagged = false;
  std::uint16_t tag = 0;  ///< priority and VLAN ID, where `is_tagged`

  [[nodiscard]] constexpr std::uint16_t vlan_id() const noexcept { return tag & 0xfff; }
};

/// The head of a frame that begins with `frame`, a private copy of at least its first 18 bytes, or
/// of all of it. Errors: `bad_value` where it is too short; `unsupported` where it has several
/// tags, or one of a provider's: a switch that took one off would not know what is below.
// Guest-controlled: frame.
[[nodiscard]] Result<FrameHead> parse_frame_head(std::span<const std::byte> frame) noexcept;

}  // namespace serai::network_switch
