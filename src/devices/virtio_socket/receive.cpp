// SPDX-License-Identifier: BSD-2-Clause
//
// From the back end to the guest.
#include <algorithm>
#include <array>
#include <atomic>

#include "devices/virtio_socket/socket.hpp"

namespace serai::virtio_socket {

using net::socket_header_bytes;

void Socket::receive() noexcept {
  virtio::Queue* const queue = queue_at(receive_queue);
  if (queue == nullptr) {
    return;
  }
  // Buffers matter only while a packet waits for one.
  queue->suppress_notifications();
  while (has_packet()) {
    Result<virtio::Chain> chain = queue->pop();
    if (chain) {
      const std::uint32_t written = deliver(chain->writer());
      queue->complete(*std::move(chain), written);
    } else if (!queue->allow_notifications()) {
      backend_.want_arrivals(false);
      break;
    }
  }
  publish(receive_queue);
}

/// Whether there is a packet to deliver; if not, the back end will signal the next.
bool Socket::has_packet() noexcept {
  if (has_arrived_ || load_packet()) {
    return true;
  }
  backend_.want_arrivals(true);
  return load_packet();
}

/// Takes the header of the next packet that is for this guest and makes sense.
bool Socket::load_packet() noexcept {
  while (const std::uint32_t bytes = reader_.remaining()) {
    std::array<std::byte, socket_header_bytes> copy{};
    const bool is_long_enough = reader_.look(copy) == copy.size();
    // The compiler might otherwise read the shared bytes again in place of the copy.
    std::atomic_signal_fence(std::memory_order_seq_cst);
    const net::SocketHeader header = net::socket_header_from(copy);
    if (is_long_enough && header.dst_cid == context_id_ &&
        net::is_sensible(header, bytes - socket_header_bytes)) {
      reader_.advance(socket_header_bytes);
      arrived_ = header;
      data_left_ = header.len;
      has_arrived_ = true;
      return true;
    }
    reader_.drop();
    ++counters_.dropped;
  }
  return false;
}

/// Fills a buffer with the packet, or with as much of its data as fits; how many bytes that are. A
/// buffer that is too short for a header comes back empty.
std::uint32_t Socket::deliver(virtio::ChainWriter to) noexcept {
  const std::uint64_t least = socket_header_bytes + (data_left_ == 0 ? 0 : 1);
  if (to.remaining() < least) {
    return 0;
  }
  const auto count = static_cast<std::uint32_t>(
      std::min<std::uint64_t>(data_left_, to.remaining() - socket_header_bytes));
  net::SocketHeader header = arrived_;
  header.len = count;
  if (count < data_left_ && header.type == net::socket_type::sequence) {
    header.flags &= ~net::sequence_ends;
  }
  std::array<std::byte, socket_header_bytes> bytes{};
  net::write_socket_header(header, bytes);
  to.write_some(bytes);
  for (std::uint32_t left = count; left != 0;) {
    const std::span<const std::byte> piece = reader_.next(left);
    if (piece.empty()) {
      // The other side broke the protocol meanwhile: there is no more of this packet.
      data_left_ = count;
      break;
    }
    to.write_some(piece);
    reader_.advance(piece.size());
    left -= static_cast<std::uint32_t>(piece.size());
  }
  data_left_ -= count;
  has_arrived_ = data_left_ != 0;
  ++counters_.received;
  return socket_header_bytes + count;
}

/// There is no driver: whatever comes is for nobody.
void Socket::drop_arrivals() noexcept {
  // Bounded, should somebody send without end; what is left is dropped at the next arrival.
  constexpr unsigned most_packets = 8192;
  backend_.want_arrivals(true);
  for (unsigned i = 0; i < most_packets && reader_.remaining() != 0; ++i) {
    reader_.drop();
    ++counters_.dropped;
  }
}

}  // namespace serai::virtio_socket
