// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "base/result.hpp"

namespace serai::net {

/// What a frame asks of whoever receives it: work that its sender left undone. Also what a receiver
/// is able to do.
enum class Offload : std::uint8_t {
  checksum = 1,     ///< a checksum of TCP or UDP is unfinished
  tcp4 = 2,         ///< several TCP segments in one, over IPv4
  tcp6 = 4,         ///< the same over IPv6
  tcp_ecn = 8,      ///< its first segment has CWR set
  udp = 16,         ///< several UDP datagrams in one
  data_valid = 32,  ///< of a receiver only: believes that checksums were checked
};

/// Several offloads.
class Offloads {
 public:
  constexpr Offloads() noexcept = default;

  [[nodiscard]] static constexpr Offloads all() noexcept { return Offloads(0x3f); }

  [[nodiscard]] constexpr bool has(Offload offload) const noexcept {
    return (bits_ & static_cast<std::uint8_t>(offload)) != 0;
  }

  /// Whether all of `others` are in here.
  [[nodiscard]] constexpr bool cover(Offloads others) const noexcept {
    return (others.bits_ & ~bits_) == 0;
  }

  constexpr void add(Offload offload) noexcept { bits_ |= static_cast<std::uint8_t>(offload); }

  friend constexpr bool operator==(Offloads, Offloads) noexcept = default;

 private:
  constexpr explicit Offloads(std::uint8_t bits) noexcept : bits_(bits) {}

  std::uint8_t bits_ = 0;
};

/// Stands before each frame between a driver and its device, and between PDs that exchange packets
/// of several buffers: `virtio_net_hdr` (VirtIO 1.2, 5.1.6). Little-endian.
struct Header {
  std::uint8_t flags = 0;
  std::uint8_t gso_type = 0;
  std::uint16_t hdr_len = 0;
  std::uint16_t gso_size = 0;
  std::uint16_t csum_start = 0;
  std::uint16_t csum_offset = 0;
  std::uint16_t num_buffers = 0;

  static constexpr std::uint8_t needs_csum = 1;
  static constexpr std::uint8_t data_valid = 2;

  static constexpr std::uint8_t gso_none = 0;
  static constexpr std::uint8_t gso_tcpv4 = 1;
  static constexpr std::uint8_t gso_tcpv6 = 4;
  static constexpr std::uint8_t gso_udp_l4 = 5;
  static constexpr std::uint8_t gso_ecn = 0x80;

  [[nodiscard]] constexpr std::uint8_t gso_kind() const noexcept {
    return static_cast<std::uint8_t>(gso_type & ~gso_ecn);
  }

  [[nodiscard]] constexpr bool is_gso() const noexcept { return gso_kind() != gso_none; }

  friend constexpr bool operator==(const Header&, const Header&) noexcept = default;
};

inline constexpr std::size_t header_bytes = 12;
static_assert(sizeof(Header) == header_bytes);

/// Ethernet's own header.
inline constexpr std::uint32_t ethernet_bytes = 14;
inline constexpr std::uint32_t vlan_tag_bytes = 4;
/// The longest frame there can be: the longest IP packet with a tagged Ethernet header.
inline constexpr std::uint32_t most_frame_bytes = 65535 + ethernet_bytes + vlan_tag_bytes;

[[nodiscard]] inline Header header_from(std::span<const std::byte, header_bytes> bytes) noexcept {
  Header header;
  std::memcpy(&header, bytes.data(), header_bytes);
  return header;
}

inline void write_header(const Header& header, std::span<std::byte, header_bytes> to) noexcept {
  std::memcpy(to.data(), &header, header_bytes);
}

/// A header whose every field can be relied on for a frame of `frame_bytes`: what has no meaning is
/// zero, places lie inside the frame, `gso_size` is not zero. `hdr_len`, a hint that may be wrong,
/// is brought to where it can be. `bad_value` where the sender asks for what is not in `allowed`,
/// or for nonsense. `data_valid` survives only where it is allowed.
// Guest-controlled: header, frame_bytes.
[[nodiscard]] Result<Header> checked(const Header& header, std::uint32_t frame_bytes,
                                     Offloads allowed) noexcept;

/// What a checked header asks of the receiver.
[[nodiscard]] Offloads needs_of(const Header& header) noexcept;

}  // namespace serai::net
