// SPDX-License-Identifier: BSD-2-Clause
#include "pds/network_switch/frame_finisher.hpp"

#include <algorithm>
#include <cstring>

#include "base/assert.hpp"

namespace serai::network_switch {
namespace {

constexpr std::uint16_t udp_checksum_place = 6;

/// The receiver's next buffer, if it is there and large enough.
Result<std::span<std::byte>> claim(PacketBackend& to, std::size_t bytes) noexcept {
  const auto buffer = to.claim();
  if (buffer && buffer->size() < bytes) {
    to.cancel();
    return fail(Error::no_space);
  }
  return buffer;
}

void send_buffer(PacketBackend& to, std::size_t bytes) noexcept {
  to.fill(static_cast<std::uint32_t>(bytes));
  to.commit();
}

}  // namespace

void FrameFinisher::append(std::span<const std::byte> bytes) noexcept {
  if (bytes.size() > most_bytes - std::min(size_, most_bytes)) {
    size_ = most_bytes + 1;
    return;
  }
  if (!bytes.empty()) {
    std::memcpy(bytes_.data() + most_head_bytes + size_, bytes.data(), bytes.size());
  }
  size_ += bytes.size();
}

FrameFinisher::Outcome FrameFinisher::send(std::span<const std::byte> head,
                                           const net::Header& header, PacketBackend& to) noexcept {
  SERAI_ASSERT(head.size() <= most_head_bytes);
  if (size_ > most_bytes) {
    return Outcome::impossible;
  }
  const std::size_t start = most_head_bytes - head.size();
  std::ranges::copy(head, bytes_.begin() + static_cast<std::ptrdiff_t>(start));
  const auto frame = std::span<const std::byte>(bytes_).subspan(start, head.size() + size_);
  return header.is_gso() ? send_segments(frame, header, to) : send_whole(frame, header, to);
}

/// With its checksum, whose place holds the sum of what IP adds to it (VirtIO 1.2, 5.1.6.2).
FrameFinisher::Outcome FrameFinisher::send_whole(std::span<const std::byte> frame,
                                                 const net::Header& header,
                                                 PacketBackend& to) const noexcept {
  const std::size_t place = std::size_t{header.csum_start} + header.csum_offset;
  if (place + 2 > frame.size()) {
    return Outcome::impossible;
  }
  const auto buffer = claim(to, frame.size());
  if (!buffer) {
    return Outcome::lost;
  }
  net::Checksum sum;
  sum.add(frame.subspan(header.csum_start));
  std::memcpy(buffer->data(), frame.data(), frame.size());
  const auto value = header.csum_offset == udp_checksum_place ? sum.udp_value() : sum.value();
  std::memcpy(buffer->data() + place, value.data(), value.size());
  send_buffer(to, frame.size());
  return Outcome::sent;
}

FrameFinisher::Outcome FrameFinisher::send_segments(std::span<const std::byte> frame,
                                                    const net::Header& header,
                                                    PacketBackend& to) const noexcept {
  auto segmenter =
      net::Segmenter::make(header, static_cast<std::uint32_t>(frame.size()),
                           frame.first(std::min(frame.size(), net::Segmenter::most_header_bytes)));
  if (!segmenter) {
    return Outcome::impossible;
  }
  const std::size_t head_bytes = segmenter->frame_header_bytes();
  std::span<const std::byte> rest = frame.subspan(head_bytes);
  while (const std::size_t bytes = segmenter->payload_bytes()) {
    const auto buffer = claim(to, head_bytes + bytes);
    if (!buffer) {
      return Outcome::lost;
    }
    net::Checksum sum;
    sum.add(rest.first(bytes));
    std::memcpy(buffer->data() + head_bytes, rest.data(), bytes);
    std::ranges::copy(segmenter->finish(sum), buffer->begin());
    send_buffer(to, head_bytes + bytes);
    rest = rest.subspan(bytes);
  }
  return Outcome::sent;
}

}  // namespace serai::network_switch
