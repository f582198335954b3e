// SPDX-License-Identifier: BSD-2-Clause
#include "net/ethernet.hpp"

#include <algorithm>
#include <cstring>

#include "net/header.hpp"

namespace serai::net {
namespace {

constexpr std::size_t type_place = 12;
constexpr std::uint8_t protocol_tcp = 6;
constexpr std::uint8_t protocol_udp = 17;

MacAddress address_at(std::span<const std::byte> bytes) noexcept {
  MacAddress address;
  std::memcpy(address.data(), bytes.data(), address.size());
  return address;
}

constexpr bool is_tag(std::uint16_t type) noexcept {
  return type == ethertype_vlan || type == ethertype_service_vlan;
}

std::uint32_t word_at(std::span<const std::byte> bytes, std::size_t place) noexcept {
  return std::uint32_t{big_endian_16(bytes.subspan(place))} << 16 |
         big_endian_16(bytes.subspan(place + 2));
}

std::uint32_t mix(std::uint32_t hash, std::uint32_t value) noexcept {
  constexpr std::uint32_t odd = 0x9e37'79b1;  // 2^32 divided by the golden ratio
  hash = (hash ^ value) * odd;
  return hash ^ hash >> 15;
}

/// Both ports together, in a way that does not tell them apart; 0 where there are none.
std::uint32_t ports_of(std::span<const std::byte> transport, std::uint8_t protocol) noexcept {
  if (transport.size() < 4 || (protocol != protocol_tcp && protocol != protocol_udp)) {
    return 0;
  }
  return std::uint32_t{big_endian_16(transport)} + big_endian_16(transport.subspan(2)) +
         (std::uint32_t{protocol} << 24);
}

std::uint32_t flow_of_ipv4(std::span<const std::byte> packet) noexcept {
  constexpr std::uint16_t fragment_bits = 0x3fff;
  const std::size_t length = (std::to_integer<std::size_t>(packet[0]) & 0xf) * 4;
  const std::uint32_t hash = mix(0, word_at(packet, 12) + word_at(packet, 16));
  const bool is_fragment = (big_endian_16(packet.subspan(6)) & fragment_bits) != 0;
  if (is_fragment || length > packet.size()) {
    return hash;
  }
  return mix(hash, ports_of(packet.subspan(length), std::to_integer<std::uint8_t>(packet[9])));
}

std::uint32_t flow_of_ipv6(std::span<const std::byte> packet) noexcept {
  constexpr std::size_t header = 40;
  if (packet.size() < header) {
    return 0;
  }
  std::uint32_t hash = 0;
  for (std::size_t i = 8; i < 24; i += 4) {
    hash = mix(hash, word_at(packet, i) + word_at(packet, i + 16));
  }
  return mix(hash, ports_of(packet.subspan(header), std::to_integer<std::uint8_t>(packet[6])));
}

}  // namespace

MacAddress destination_of(std::span<const std::byte> frame) noexcept {
  return address_at(frame);
}

MacAddress source_of(std::span<const std::byte> frame) noexcept {
  return address_at(frame.subspan(6));
}

std::optional<std::uint16_t> vlan_of(std::span<const std::byte> frame) noexcept {
  constexpr std::uint16_t vlan_mask = 0xfff;
  if (frame.size() < ethernet_bytes + vlan_tag_bytes ||
      !is_tag(big_endian_16(frame.subspan(type_place)))) {
    return std::nullopt;
  }
  return big_endian_16(frame.subspan(ethernet_bytes)) & vlan_mask;
}

std::optional<NetworkLayer> network_layer_of(std::span<const std::byte> frame) noexcept {
  constexpr std::uint32_t least = 20;
  constexpr unsigned most_tags = 2;
  NetworkLayer layer{.offset = ethernet_bytes};
  for (unsigned tags = 0;; ++tags) {
    if (frame.size() < layer.offset + least) {
      return std::nullopt;
    }
    layer.type = big_endian_16(frame.subspan(layer.offset - 2));
    if (!is_tag(layer.type) || tags == most_tags) {
      return layer;
    }
    layer.offset += vlan_tag_bytes;
  }
}

std::uint32_t flow_of(std::span<const std::byte> frame) noexcept {
  const auto layer = network_layer_of(frame);
  if (!layer) {
    return 0;
  }
  const auto packet = frame.subspan(layer->offset);
  if (layer->type == ethertype_ipv4) {
    return flow_of_ipv4(packet);
  }
  return layer->type == ethertype_ipv6 ? flow_of_ipv6(packet) : 0;
}

}  // namespace serai::net
