// SPDX-License-Identifier: BSD-2-Clause
#include "pds/uplink/outbound.hpp"

#include <algorithm>
#include <cstring>

namespace serai::uplink {
namespace {

constexpr std::uint16_t no_buffer = 0xffff;
constexpr std::size_t slot_bytes = 16;
constexpr std::uint32_t most_packet_bytes = net::most_frame_bytes + net::header_bytes;

}  // namespace

Outbound::Outbound(const ClientSide& client, std::span<const std::byte> data,
                   drivers::DriverQueue& queue, drivers::DmaPiece headers,
                   net::Offloads offloads) noexcept
    : client_(client),
      data_(data),
      queue_(queue),
      headers_(headers),
      offloads_(offloads),
      active_(client.active),
      free_(client.free) {
  for (std::uint16_t& slot : slots_) {
    slot = static_cast<std::uint16_t>(slot_count_++);
  }
}

bool Outbound::work() noexcept {
  if (broken_) {
    return false;
  }
  const bool took_back = take_back();
  full_ = false;
  bool is_any = false;
  bool refused = false;
  while (!broken_ && active_.available(1) != 0 && read_packet()) {
    const std::uint64_t before = counters_.refused;
    if (!send_packet()) {
      full_ = true;
      break;
    }
    const bool is_refused = counters_.refused != before;
    refused |= is_refused;
    is_any |= !is_refused;
  }
  broken_ |= active_.is_broken() || free_.is_broken();
  if (took_back || refused) {
    free_.publish();
  }
  return is_any && queue_.publish();
}

/// Returns the buffers of packets that the device has sent.
bool Outbound::take_back() noexcept {
  bool is_any = false;
  while (const auto used = queue_.next_used()) {
    give_back(first_[used->token]);
    slots_[slot_count_++] = static_cast<std::uint16_t>(used->token);
    --chains_;
    is_any = true;
  }
  return is_any;
}

void Outbound::give_back(std::uint32_t first) noexcept {
  for (std::uint32_t buffer = first; buffer != no_buffer; buffer = next_[buffer]) {
    held_.remove(buffer);
    --buffers_held_;
    if (free_.room(1) == 0) {
      // As many entries as buffers: the client has put something there itself.
      broken_ = true;
      return;
    }
    free_.put({.offset = std::uint64_t{buffer} * client_.buffer_bytes, .owner = owners_[buffer]});
  }
}

/// Copies and checks the descriptors of the oldest packet, without taking it.
bool Outbound::read_packet() noexcept {
  if (!joined_) {
    joined_ = true;
    free_.join();
  }
  piece_count_ = 0;
  for (bool more = true; more;) {
    if (piece_count_ == most_pieces || active_.available(piece_count_ + 1) <= piece_count_) {
      broken_ = true;
      return false;
    }
    // Guest-controlled: the descriptor.
    const sddf::PacketDescriptor descriptor = active_.get(piece_count_);
    const auto buffer = client_.buffer_at(descriptor.offset);
    const bool is_twice =
        buffer && std::ranges::any_of(std::span(pieces_).first(piece_count_),
                                      [&](const Piece& piece) { return piece.buffer == *buffer; });
    if (!buffer || held_.has(*buffer) || is_twice || descriptor.bytes > client_.buffer_bytes) {
      broken_ = true;
      return false;
    }
    owners_[*buffer] = descriptor.owner;
    pieces_[piece_count_++] = {.buffer = *buffer, .bytes = descriptor.bytes};
    more = client_.extended && descriptor.more;
  }
  return true;
}

/// Gives the packet that was read to the device, or back to the client if it cannot be sent. False,
/// and it stays where it is, if the device has no room for it now.
bool Outbound::send_packet() noexcept {
  if (slot_count_ == 0) {
    return false;
  }
  const std::uint32_t slot = slots_[slot_count_ - 1];
  const std::size_t buffers = chain(slot);
  const bool good = is_good(slot) && buffers <= queue_.size();
  if (good && !queue_.add(std::span(buffers_).first(buffers), slot)) {
    return false;
  }
  active_.release(piece_count_);
  link_pieces();
  if (!good) {
    ++counters_.refused;
    give_back(pieces_[0].buffer);
    return true;
  }
  ++counters_.sent;
  ++chains_;
  --slot_count_;
  first_[slot] = static_cast<std::uint16_t>(pieces_[0].buffer);
  return true;
}

/// Puts the packet's header, checked, into its place; false if the packet cannot be sent.
bool Outbound::is_good(std::uint32_t slot) noexcept {
  std::uint32_t bytes = 0;
  for (const Piece& piece : std::span(pieces_).first(piece_count_)) {
    bytes += piece.bytes;
  }
  const std::uint32_t header_bytes = client_.extended ? net::header_bytes : 0;
  if (pieces_[0].bytes < header_bytes || bytes < header_bytes + net::ethernet_bytes ||
      bytes > most_packet_bytes) {
    return false;
  }
  net::Header header;
  if (client_.extended) {
    std::array<std::byte, net::header_bytes> copy{};
    const std::size_t place = std::size_t{pieces_[0].buffer} * client_.buffer_bytes;
    std::memcpy(copy.data(), data_.data() + place, copy.size());
    const auto checked = net::checked(net::header_from(copy), bytes - header_bytes, offloads_);
    if (!checked || !offloads_.cover(net::needs_of(net::header_from(copy)))) {
      return false;
    }
    header = *checked;
  }
  net::write_header(header, headers_.bytes.subspan(slot * slot_bytes).first<net::header_bytes>());
  return true;
}

/// Describes the packet to the device: its header, and what of its buffers follows it. How many
/// descriptors that takes.
std::size_t Outbound::chain(std::uint32_t slot) noexcept {
  std::size_t count = 0;
  buffers_[count++] = {.physical = headers_.physical_at(slot * slot_bytes),
                       .bytes = net::header_bytes};
  std::uint32_t skip = client_.extended ? net::header_bytes : 0;
  for (const Piece& piece : std::span(pieces_).first(piece_count_)) {
    // A descriptor of no bytes is against the rules of the queue (VirtIO 1.2, 2.7.5.2).
    if (piece.bytes > skip) {
      buffers_[count++] = {.physical = client_.physical_of(piece.buffer) + skip,
                           .bytes = piece.bytes - skip};
    }
    skip = 0;
  }
  return count;
}

/// Notes that the packet's buffers are ours until it was sent, and in which order they come.
void Outbound::link_pieces() noexcept {
  for (std::uint32_t i = 0; i < piece_count_; ++i) {
    held_.add(pieces_[i].buffer);
    next_[pieces_[i].buffer] =
        i + 1 < piece_count_ ? static_cast<std::uint16_t>(pieces_[i + 1].buffer) : no_buffer;
  }
  buffers_held_ += piece_count_;
}

bool Outbound::sleep() noexcept {
  if (broken_) {
    return false;
  }
  // Sent buffers are taken back at the next event, whatever it is; an interrupt is worth its price
  // only when the client may be running out of them.
  const bool is_urgent = full_ || buffers_held_ > client_.capacity() / 2;
  if (!is_urgent) {
    queue_.suppress_interrupts();
  } else if (queue_.want_interrupt(static_cast<std::uint16_t>(std::max(chains_ / 2, 1U)))) {
    return true;
  }
  if (full_) {
    return false;
  }
  active_.request_signal();
  return active_.available(1) != 0;
}

}  // namespace serai::uplink
