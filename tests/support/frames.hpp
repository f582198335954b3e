// SPDX-License-Identifier: BSD-2-Clause
//
// Ethernet frames for tests, built and checked the plain way.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "net/ethernet.hpp"
#include "net/header.hpp"

namespace serai::test {

using Frame = std::vector<std::byte>;

inline void put8(Frame& frame, unsigned value) {
  frame.push_back(static_cast<std::byte>(value));
}

inline void put16(Frame& frame, unsigned value) {
  put8(frame, value >> 8 & 0xff);
  put8(frame, value & 0xff);
}

inline void put32(Frame& frame, std::uint32_t value) {
  put16(frame, value >> 16);
  put16(frame, value & 0xffff);
}

inline unsigned get16(const Frame& frame, std::size_t place) {
  return std::to_integer<unsigned>(frame.at(place)) << 8 |
         std::to_integer<unsigned>(frame.at(place + 1));
}

inline std::uint32_t get32(const Frame& frame, std::size_t place) {
  return get16(frame, place) << 16 | get16(frame, place + 2);
}

inline void set16(Frame& frame, std::size_t place, unsigned value) {
  frame.at(place) = static_cast<std::byte>(value >> 8);
  frame.at(place + 1) = static_cast<std::byte>(value & 0xff);
}

/// The sum of big-endian words as RFC 1071 describes it, folded, not complemented.
inline std::uint32_t plain_sum(std::span<const std::byte> bytes, std::uint32_t sum = 0) {
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    sum += std::to_integer<std::uint32_t>(bytes[i]) << (i % 2 == 0 ? 8 : 0);
    sum = (sum & 0xffff) + (sum >> 16);
  }
  return sum;
}

/// What a frame is to be made of.
struct FramePlan {
  net::MacAddress to{2, 0, 0, 0, 0, 1};
  net::MacAddress from{2, 0, 0, 0, 0, 2};
  int vlan = -1;
  bool ipv6 = false;
  bool udp = false;
  std::uint16_t from_port = 1000;
  std::uint16_t to_port = 2000;
  std::uint32_t sequence = 0xffff'ff00;
  unsigned tcp_flags = 0x10;
  std::uint8_t host = 1;  ///< last byte of both IP addresses, plus 0 and 1
  std::size_t payload = 100;
};

/// Where the parts of a planned frame begin.
struct FramePlaces {
  std::size_t network = 0;
  std::size_t transport = 0;
  std::size_t payload = 0;
  std::size_t checksum = 0;  ///< of the transport
};

inline FramePlaces places_of(const FramePlan& plan) {
  const std::size_t network = net::ethernet_bytes + (plan.vlan >= 0 ? 4 : 0);
  const std::size_t transport = network + (plan.ipv6 ? 40 : 20);
  return {.network = network,
          .transport = transport,
          .payload = transport + (plan.udp ? 8 : 20),
          .checksum = transport + (plan.udp ? 6 : 16)};
}

/// The sum over addresses, protocol and length, and over the transport's own bytes.
inline std::uint32_t transport_sum(const Frame& frame, const FramePlan& plan) {
  const auto places = places_of(plan);
  const std::span bytes(frame);
  const auto addresses =
      plan.ipv6 ? bytes.subspan(places.network + 8, 32) : bytes.subspan(places.network + 12, 8);
  std::uint32_t sum = plain_sum(addresses);
  sum += plan.udp ? 17 : 6;
  sum += static_cast<std::uint32_t>(frame.size() - places.transport);
  return plain_sum(bytes.subspan(places.transport), sum);
}

/// Whether the checksums of IP and of the transport hold.
inline bool checksums_hold(const Frame& frame, const FramePlan& plan) {
  const auto places = places_of(plan);
  const bool ip_holds =
      plan.ipv6 || plain_sum(std::span(frame).subspan(places.network, 20)) == 0xffff;
  return ip_holds && transport_sum(frame, plan) == 0xffff;
}

/// A frame of TCP or UDP with counting payload and no transport checksum.
inline Frame unfinished_frame(const FramePlan& plan) {
  const auto places = places_of(plan);
  Frame frame;
  for (const std::uint8_t byte : plan.to) {
    put8(frame, byte);
  }
  for (const std::uint8_t byte : plan.from) {
    put8(frame, byte);
  }
  if (plan.vlan >= 0) {
    put16(frame, 0x8100);
    put16(frame, static_cast<unsigned>(plan.vlan));
  }
  put16(frame, plan.ipv6 ? 0x86dd : 0x0800);
  const std::size_t transport_bytes = places.payload - places.transport + plan.payload;
  const unsigned protocol = plan.udp ? 17 : 6;
  if (plan.ipv6) {
    put32(frame, 0x6000'0000);
    put16(frame, static_cast<unsigned>(transport_bytes & 0xffff));
    put8(frame, protocol);
    put8(frame, 64);
    for (unsigned end = 0; end < 2; ++end) {
      put32(frame, 0xfd00'0000);
      put32(frame, 0);
      put32(frame, 0);
      put32(frame, plan.host + end);
    }
  } else {
    put16(frame, 0x4500);
    put16(frame, static_cast<unsigned>((20 + transport_bytes) & 0xffff));
    put16(frame, 0xfffe);  // identification, about to wrap
    put16(frame, 0x4000);
    put8(frame, 64);
    put8(frame, protocol);
    put16(frame, 0);
    put32(frame, 0x0a00'0000 + plan.host);
    put32(frame, 0x0a00'0001 + plan.host);
    set16(frame, places.network + 10,
          ~plain_sum(std::span(frame).subspan(places.network, 20)) & 0xffff);
  }
  put16(frame, plan.from_port);
  put16(frame, plan.to_port);
  if (plan.udp) {
    put16(frame, static_cast<unsigned>(transport_bytes & 0xffff));
    put16(frame, 0);
  } else {
    put32(frame, plan.sequence);
    put32(frame, 1);
    put16(frame, 0x5000 | plan.tcp_flags);
    put16(frame, 0x1000);
    put32(frame, 0);
  }
  for (std::size_t i = 0; i < plan.payload; ++i) {
    put8(frame, (i * 7 + i / 251) & 0xff);
  }
  return frame;
}

/// The same with the sum of its pseudo header where the checksum will be, as a driver leaves it
/// that asks for `VIRTIO_NET_HDR_F_NEEDS_CSUM`.
inline Frame partial_frame(const FramePlan& plan) {
  Frame frame = unfinished_frame(plan);
  const auto places = places_of(plan);
  const std::uint32_t whole = transport_sum(frame, plan);
  const std::uint32_t own = plain_sum(std::span(frame).subspan(places.transport));
  const std::uint32_t pseudo = whole + (~own & 0xffff);
  set16(frame, places.checksum, (pseudo & 0xffff) + (pseudo >> 16));
  return frame;
}

/// The same, finished.
inline Frame whole_frame(const FramePlan& plan) {
  Frame frame = unfinished_frame(plan);
  set16(frame, places_of(plan).checksum, ~transport_sum(frame, plan) & 0xffff);
  return frame;
}

/// The header of a frame whose checksum is unfinished.
inline net::Header partial_header(const FramePlan& plan) {
  const auto places = places_of(plan);
  return {.flags = net::Header::needs_csum,
          .csum_start = static_cast<std::uint16_t>(places.transport),
          .csum_offset = static_cast<std::uint16_t>(places.checksum - places.transport)};
}

/// The header of a frame of several segments.
inline net::Header gso_header(const FramePlan& plan, std::uint16_t segment) {
  net::Header header = partial_header(plan);
  header.gso_type = plan.udp    ? net::Header::gso_udp_l4
                    : plan.ipv6 ? net::Header::gso_tcpv6
                                : net::Header::gso_tcpv4;
  header.gso_size = segment;
  header.hdr_len = static_cast<std::uint16_t>(places_of(plan).payload);
  return header;
}

/// Header and frame, one after the other.
inline Frame with_header(const net::Header& header, const Frame& frame) {
  Frame packet(net::header_bytes);
  std::memcpy(packet.data(), &header, net::header_bytes);
  packet.insert(packet.end(), frame.begin(), frame.end());
  return packet;
}

}  // namespace serai::test
