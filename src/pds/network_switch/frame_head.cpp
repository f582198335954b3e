// SPDX-License-Identifier: BSD-2-Clause
#include "pds/network_switch/frame_head.hpp"

namespace serai::network_switch {
namespace {

std::uint16_t big_endian_at(std::span<const std::byte> bytes, std::size_t offset) noexcept {
  return static_cast<std::uint16_t>(std::to_integer<unsigned>(bytes[offset]) << 8 |
                                    std::to_integer<unsigned>(bytes[offset + 1]));
}

/// The types that announce a tag: of a customer, of a provider (802.1ad), and two of older
/// switches.
bool is_tag_protocol(std::uint16_t type) noexcept {
  return type == FrameHead::tag_protocol || type == 0x88a8 || type == 0x9100 || type == 0x9200;
}

}  // namespace

Result<FrameHead> parse_frame_head(std::span<const std::byte> frame) noexcept {
  if (frame.size() < FrameHead::untagged_bytes) {
    return fail(Error::bad_value);
  }
  FrameHead head{.destination = MacAddress(frame.first<MacAddress::bytes>()),
                 .source = MacAddress(frame.subspan<MacAddress::bytes, MacAddress::bytes>())};
  const std::uint16_t type = big_endian_at(frame, FrameHead::addresses_bytes);
  if (!is_tag_protocol(type)) {
    return head;
  }
  if (frame.size() < FrameHead::untagged_bytes + FrameHead::tag_bytes) {
    return fail(Error::bad_value);
  }
  const std::uint16_t inner = big_endian_at(frame, FrameHead::addresses_bytes + 4);
  if (type != FrameHead::tag_protocol || is_tag_protocol(inner)) {
    return fail(Error::unsupported);
  }
  head.is_tagged = true;
  head.tag = big_endian_at(frame, FrameHead::addresses_bytes + 2);
  return head;
}

}  // namespace serai::network_switch
