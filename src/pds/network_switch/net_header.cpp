// SPDX-License-Identifier: BSD-2-Clause
#include "pds/network_switch/net_header.hpp"

#include <algorithm>
#include <cstring>

namespace serai::network_switch {
namespace {

constexpr std::uint8_t gso_none = 0;
constexpr std::uint8_t gso_tcp_v4 = 1;
constexpr std::uint8_t gso_tcp_v6 = 4;
constexpr std::uint8_t gso_udp_l4 = 5;
constexpr std::uint8_t gso_ecn = 0x80;

/// Longer chains of protocol headers exist only where somebody wants to know what happens then.
constexpr std::size_t most_header_bytes = 4096;

bool is_known_gso(std::uint8_t type) noexcept {
  const auto plain_type = static_cast<std::uint8_t>(type & ~gso_ecn);
  return plain_type == gso_tcp_v4 || plain_type == gso_tcp_v6 || type == gso_udp_l4;
}

/// Whether the checksum lies in the frame's first part, behind Ethernet's head.
bool is_checksum_inside(const NetHeader& header, std::size_t bytes, std::size_t head) noexcept {
  const std::size_t end = std::size_t{header.checksum_start} + header.checksum_offset + 2;
  return header.checksum_start >= head && end <= std::min(bytes, most_header_bytes);
}

}  // namespace

Result<NetHeader> parse_net_header(std::span<const std::byte, NetHeader::bytes> copy,
                                   std::size_t first_frame_bytes, std::size_t head_bytes,
                                   bool trusts_checksums) noexcept {
  NetHeader header;
  std::memcpy(&header, copy.data(), sizeof header);
  const bool completes = (header.flags & NetHeader::needs_checksum) != 0;
  if (completes && !is_checksum_inside(header, first_frame_bytes, head_bytes)) {
    return fail(Error::bad_value);
  }
  const bool segments = header.gso_type != gso_none;
  if (segments && !is_known_gso(header.gso_type)) {
    return fail(Error::unsupported);
  }
  // A segment's checksum differs from the whole's, so somebody must compute it.
  if (segments && (!completes || header.gso_size == 0)) {
    return fail(Error::bad_value);
  }
  NetHeader clean;
  clean.flags = header.flags & NetHeader::needs_checksum;
  if (trusts_checksums) {
    clean.flags |= header.flags & NetHeader::data_valid;
  }
  if (completes) {
    clean.checksum_start = header.checksum_start;
    clean.checksum_offset = header.checksum_offset;
  }
  if (segments) {
    clean.gso_type = header.gso_type;
    clean.gso_size = header.gso_size;
    clean.header_length = static_cast<std::uint16_t>(
        std::min({std::size_t{header.header_length}, first_frame_bytes, most_header_bytes}));
  }
  return clean;
}

void NetHeader::move_by(int bytes_moved) noexcept {
  if ((flags & needs_checksum) != 0) {
    checksum_start = static_cast<std::uint16_t>(checksum_start + bytes_moved);
  }
  if (header_length != 0) {
    header_length = static_cast<std::uint16_t>(std::max(header_length + bytes_moved, 0));
  }
}

void NetHeader::store(std::span<std::byte, bytes> to) const noexcept {
  std::memcpy(to.data(), this, bytes);
}

}  // namespace serai::network_switch
