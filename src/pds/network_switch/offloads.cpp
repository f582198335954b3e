// SPDX-License-Identifier: BSD-2-Clause
#include "pds/network_switch/offloads.hpp"

#include <algorithm>

namespace serai::network_switch {
namespace {

/// Longer chains of protocol headers exist only where somebody wants to know what happens then.
constexpr std::size_t most_header_bytes = 4096;

net::Offloads allowed_from(bool is_trusted) noexcept {
  net::Offloads offloads;
  for (const net::Offload each : {net::Offload::checksum, net::Offload::tcp4, net::Offload::tcp6,
                                  net::Offload::tcp_ecn, net::Offload::udp}) {
    offloads.add(each);
  }
  return is_trusted ? net::Offloads::all() : offloads;
}

}  // namespace

Result<net::Header> read_offloads(std::span<const std::byte, net::header_bytes> copy,
                                  std::size_t first_frame_bytes, std::size_t head_bytes,
                                  bool is_trusted) noexcept {
  const auto limit = static_cast<std::uint32_t>(std::min(first_frame_bytes, most_header_bytes));
  const net::Header header = net::header_from(copy);
  if (header.flags == 0 && header.gso_type == 0) {
    return net::Header{};
  }
  const auto checked = net::checked(header, limit, allowed_from(is_trusted));
  const bool is_in_head = checked && (checked->flags & net::Header::needs_csum) != 0 &&
                          checked->csum_start < head_bytes;
  return is_in_head ? fail(Error::bad_value) : checked;
}

net::Header moved_by(const net::Header& header, int bytes) noexcept {
  net::Header moved = header;
  if ((header.flags & net::Header::needs_csum) != 0) {
    moved.csum_start = static_cast<std::uint16_t>(header.csum_start + bytes);
  }
  if (header.is_gso()) {
    moved.hdr_len = static_cast<std::uint16_t>(std::max(header.hdr_len + bytes, 0));
  }
  return moved;
}

}  // namespace serai::network_switch
