// SPDX-License-Identifier: BSD-2-Clause
#include "pds/network_switch/egress.hpp"

#include <cstring>

#include "pds/network_switch/offloads.hpp"

namespace serai::network_switch {
namespace {

void append(PacketPrefix& prefix, std::span<const std::byte> bytes) noexcept {
  std::memcpy(prefix.bytes.data() + prefix.size, bytes.data(), bytes.size());
  prefix.size += bytes.size();
}

void append_tag(PacketPrefix& prefix, std::uint16_t tag) noexcept {
  constexpr auto protocol = FrameHead::tag_protocol;
  const std::array<std::byte, FrameHead::tag_bytes> bytes = {
      std::byte{protocol >> 8}, std::byte{protocol & 0xff}, static_cast<std::byte>(tag >> 8),
      static_cast<std::byte>(tag & 0xff)};
  append(prefix, bytes);
}

}  // namespace

net::Header offloads_in(const PacketStart& start, const PacketShape& shape) noexcept {
  constexpr int tag_bytes = FrameHead::tag_bytes;
  if (shape.tag.has_value() == start.shape.tag.has_value()) {
    return start.offloads;
  }
  return moved_by(start.offloads, shape.tag ? tag_bytes : -tag_bytes);
}

PacketPrefix reshape(const PacketStart& start, const PacketShape& shape) noexcept {
  PacketPrefix prefix;
  if (shape.extended) {
    std::array<std::byte, net::header_bytes> bytes{};
    net::write_header(offloads_in(start, shape), bytes);
    append(prefix, bytes);
  }
  std::span<const std::byte> frame = std::span(start.copy).first(start.size);
  if (start.shape.extended) {
    frame = frame.subspan(net::header_bytes);
  }
  append(prefix, frame.first(FrameHead::addresses_bytes));
  frame = frame.subspan(FrameHead::addresses_bytes);
  if (start.shape.tag) {
    frame = frame.subspan(FrameHead::tag_bytes);
  }
  if (shape.tag) {
    append_tag(prefix, *shape.tag);
  }
  append(prefix, frame);
  return prefix;
}

}  // namespace serai::network_switch
