// SPDX-License-Identifier: BSD-2-Clause
#include "net/header.hpp"

#include <algorithm>
#include <array>

namespace serai::net {
namespace {

struct GsoKind {
  std::uint8_t type;
  Offload offload;
};

constexpr std::array gso_kinds{
    GsoKind{.type = Header::gso_tcpv4, .offload = Offload::tcp4},
    GsoKind{.type = Header::gso_tcpv6, .offload = Offload::tcp6},
    GsoKind{.type = Header::gso_udp_l4, .offload = Offload::udp},
};

/// Whether a packet of several segments makes sense; its checksum is known to.
bool is_gso_good(const Header& header, Offloads allowed) noexcept {
  if ((header.flags & Header::needs_csum) == 0 || header.gso_size == 0) {
    return false;
  }
  const bool is_tcp = header.gso_kind() != Header::gso_udp_l4;
  const bool has_ecn = (header.gso_type & Header::gso_ecn) != 0;
  if (has_ecn && !(is_tcp && allowed.has(Offload::tcp_ecn))) {
    return false;
  }
  return std::ranges::any_of(gso_kinds, [&](const GsoKind& kind) {
    return kind.type == header.gso_kind() && allowed.has(kind.offload);
  });
}

}  // namespace

Result<Header> checked(const Header& header, std::uint32_t frame_bytes, Offloads allowed) noexcept {
  Header good;
  if ((header.flags & Header::needs_csum) != 0 && allowed.has(Offload::checksum)) {
    const std::uint32_t end = std::uint32_t{header.csum_start} + header.csum_offset + 2;
    if (header.csum_start < ethernet_bytes || end > frame_bytes) {
      return fail(Error::bad_value);
    }
    good.flags = Header::needs_csum;
    good.csum_start = header.csum_start;
    good.csum_offset = header.csum_offset;
  } else if ((header.flags & Header::data_valid) != 0 && allowed.has(Offload::data_valid)) {
    good.flags = Header::data_valid;
  }
  if (!header.is_gso()) {
    return good;
  }
  good.gso_type = header.gso_type;
  good.gso_size = header.gso_size;
  // The length of all headers is a hint that may be wrong (5.1.6.2.2): Linux counts here all of the
  // frame that lies side by side in its memory. It is never less than what was checked above.
  const std::uint32_t least = std::uint32_t{good.csum_start} + good.csum_offset + 2;
  const std::uint32_t hint = std::max<std::uint32_t>(header.hdr_len, least);
  good.hdr_len = static_cast<std::uint16_t>(std::min(hint, frame_bytes));
  if (least > 0xffff || !is_gso_good(good, allowed)) {
    return fail(Error::bad_value);
  }
  return good;
}

Offloads needs_of(const Header& header) noexcept {
  Offloads needs;
  if ((header.flags & Header::needs_csum) != 0) {
    needs.add(Offload::checksum);
  }
  if ((header.gso_type & Header::gso_ecn) != 0) {
    needs.add(Offload::tcp_ecn);
  }
  for (const GsoKind& kind : gso_kinds) {
    if (kind.type == header.gso_kind()) {
      needs.add(kind.offload);
    }
  }
  return needs;
}

}  // namespace serai::net
