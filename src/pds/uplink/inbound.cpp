// SPDX-License-Identifier: BSD-2-Clause
#include "pds/uplink/inbound.hpp"

#include <algorithm>
#include <cstring>

#include "net/header.hpp"

namespace serai::uplink {

Inbound::Inbound(const ClientSide& client, std::span<const std::byte> data,
                 drivers::DriverQueue& queue, std::uint64_t unused_header, bool merges) noexcept
    : client_(client),
      data_(data),
      queue_(queue),
      unused_header_(unused_header),
      merges_(merges),
      free_(client.free),
      active_(client.active) {
  client.free.enter_all(client.buffer_bytes);
  free_.cancel_signal();
}

bool Inbound::work() noexcept {
  if (broken_) {
    return false;
  }
  pass_on();
  return refill();
}

void Inbound::pass_on() noexcept {
  bool is_any = false;
  std::uint32_t pieces_left = 0;  // of the packet, behind the pending piece
  Arrival pending;
  // A piece is put once it is sure that another follows: a device gives all pieces of a packet at
  // once (VirtIO 1.2, 5.1.6.4), but its word for how many there are lies where the client writes.
  while (const auto used = queue_.next_used()) {
    if (is_any) {
      put(pending, pieces_left != 0);
    }
    pending = {.buffer = used->token, .bytes = used->bytes};
    pieces_left = (pieces_left == 0 ? pieces_from(pending) : pieces_left) - 1;
    is_any = true;
  }
  if (is_any) {
    put(pending, false);
    active_.publish();
  }
}

/// How many buffers the packet takes that begins with `first`.
std::uint32_t Inbound::pieces_from(const Arrival& first) const noexcept {
  if (!merges_ || first.bytes < net::header_bytes) {
    return 1;
  }
  std::array<std::byte, net::header_bytes> copy{};
  std::memcpy(copy.data(), data_.data() + std::size_t{first.buffer} * client_.buffer_bytes,
              copy.size());
  return std::clamp<std::uint32_t>(net::header_from(copy).num_buffers, 1, most_pieces);
}

void Inbound::put(const Arrival& arrival, bool more) noexcept {
  at_device_.remove(arrival.buffer);
  const std::uint32_t unseen = client_.extended ? 0 : net::header_bytes;
  if (active_.room(1) == 0) {
    // As many entries as buffers: the client has put something there itself.
    broken_ = true;
    return;
  }
  active_.put({.offset = std::uint64_t{arrival.buffer} * client_.buffer_bytes,
               .bytes = static_cast<std::uint16_t>(arrival.bytes - std::min(arrival.bytes, unseen)),
               .owner = owners_[arrival.buffer],
               .more = more});
}

bool Inbound::refill() noexcept {
  bool is_any = false;
  while (!broken_ && queue_.free() >= (client_.extended ? 1 : 2) && add_buffer()) {
    is_any = true;
  }
  return is_any && queue_.publish();
}

/// Gives one of the client's free buffers to the device; false where there is none.
bool Inbound::add_buffer() noexcept {
  if (free_.available(1) == 0) {
    broken_ = free_.is_broken();
    return false;
  }
  // Guest-controlled: the descriptor.
  const sddf::PacketDescriptor descriptor = free_.get(0);
  const auto buffer = client_.buffer_at(descriptor.offset);
  if (!buffer || at_device_.has(*buffer)) {
    broken_ = true;
    return false;
  }
  const std::array buffers = {
      drivers::Buffer{
          .physical = unused_header_, .bytes = net::header_bytes, .device_writes = true},
      drivers::Buffer{.physical = client_.physical_of(*buffer),
                      .bytes = client_.buffer_bytes,
                      .device_writes = true}};
  const auto used = std::span(buffers).last(client_.extended ? 1 : 2);
  if (!queue_.add(used, *buffer)) {
    return false;
  }
  free_.release(1);
  at_device_.add(*buffer);
  owners_[*buffer] = descriptor.owner;
  return true;
}

bool Inbound::is_short_of_buffers() const noexcept {
  return queue_.in_flight() < queue_.size() / 2;
}

bool Inbound::sleep() noexcept {
  if (broken_) {
    return false;
  }
  if (queue_.want_interrupt()) {
    return true;
  }
  if (!is_short_of_buffers()) {
    return false;
  }
  free_.request_signal();
  return free_.available(1) != 0;
}

}  // namespace serai::uplink
