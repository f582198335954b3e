// SPDX-License-Identifier: BSD-2-Clause
#include "pds/network_switch/egress.hpp"

#include <cstring>

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

void append_offloads(PacketPrefix& prefix, const PacketStart& start, bool tagged) noexcept {
  constexpr int tag_bytes = FrameHead::tag_bytes;
  NetHeader offloads = start.offloads;
  if (tagged != start.shape.tag.has_value()) {
    offloads.move_by(tagged ? tag_bytes : -tag_bytes);
  }
  std::array<std::byte, NetHeader::bytes> bytes{};
  offloads.store(bytes);
  append(prefix, bytes);
}

}  // namespace

PacketPrefix reshape(const PacketStart& start, const PacketShape& shape) noexcept {
  PacketPrefix prefix;
  if (shape.extended) {
    append_offloads(prefix, start, shape.tag.has_value());
  }
  std::span<const std::byte> frame = std::span(start.copy).first(start.size);
  if (start.shape.extended) {
    frame = frame.subspan(NetHeader::bytes);
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
