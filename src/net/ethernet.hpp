// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace serai::net {

using MacAddress = std::array<std::uint8_t, 6>;

inline constexpr MacAddress broadcast_address{0xff, 0xff, 0xff, 0xff, 0xff, 0xff};

/// Whether an address is that of a group; the broadcast address is one.
[[nodiscard]] constexpr bool is_multicast(const MacAddress& address) noexcept {
  return (address[0] & 1) != 0;
}

inline constexpr std::uint16_t ethertype_ipv4 = 0x0800;
inline constexpr std::uint16_t ethertype_ipv6 = 0x86dd;
inline constexpr std::uint16_t ethertype_vlan = 0x8100;
inline constexpr std::uint16_t ethertype_service_vlan = 0x88a8;

/// The first two bytes as a number in the order of the network. There are two.
[[nodiscard]] constexpr std::uint16_t big_endian_16(std::span<const std::byte> bytes) noexcept {
  return static_cast<std::uint16_t>(std::to_integer<unsigned>(bytes[0]) << 8 |
                                    std::to_integer<unsigned>(bytes[1]));
}

/// The address at the start of a frame, of which there are at least 6 bytes.
[[nodiscard]] MacAddress destination_of(std::span<const std::byte> frame) noexcept;

/// The address behind it; at least 12 bytes.
[[nodiscard]] MacAddress source_of(std::span<const std::byte> frame) noexcept;

/// The VLAN of a frame by its outer tag (IEEE 802.1Q), if it has one. Too short frames have none.
[[nodiscard]] std::optional<std::uint16_t> vlan_of(std::span<const std::byte> frame) noexcept;

/// What a frame carries.
struct NetworkLayer {
  std::uint32_t offset = 0;  ///< where it begins
  std::uint16_t type = 0;    ///< EtherType behind all tags
};

/// Looks behind at most two VLAN tags; nothing where the frame ends before 20 more bytes.
[[nodiscard]] std::optional<NetworkLayer> network_layer_of(
    std::span<const std::byte> frame) noexcept;

/// A number that is the same for all frames of one conversation, in both directions: from addresses
/// and, for TCP and UDP, ports. `frame` is the start of a frame, 128 bytes or all of it.
[[nodiscard]] std::uint32_t flow_of(std::span<const std::byte> frame) noexcept;

}  // namespace serai::net
