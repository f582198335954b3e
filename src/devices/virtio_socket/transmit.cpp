// SPDX-License-Identifier: BSD-2-Clause
//
// From the guest to the back end.
#include <array>
#include <cstring>

#include "core/packet_writer.hpp"
#include "devices/virtio_socket/socket.hpp"

namespace serai::virtio_socket {

using net::socket_header_bytes;

void Socket::transmit() noexcept {
  virtio::Queue* const queue = queue_at(transmit_queue);
  if (queue == nullptr) {
    return;
  }
  waits_for_room_ = false;
  bool is_done = false;
  do {
    queue->suppress_notifications();
    is_done = transmit_available(*queue);
    // While it waits for room, its return is what makes it go on.
  } while (is_done && queue->allow_notifications());
  waits_for_room_ = !is_done;
  publish(transmit_queue);
}

/// False once the back end has no room; true when all was sent.
bool Socket::transmit_available(virtio::Queue& queue) noexcept {
  while (true) {
    Result<virtio::Chain> chain = queue.pop();
    if (!chain) {
      return true;
    }
    virtio::ChainReader reader = chain->reader();
    std::array<std::byte, socket_header_bytes> copy{};
    const bool is_long_enough = reader.read(copy).has_value();
    // Guest-controlled: the header. Copied once.
    const net::SocketHeader header = net::socket_header_from(copy);
    if (!is_long_enough || !is_good(header, reader.remaining())) {
      ++counters_.refused;
    } else if (has_room(backend_, socket_header_bytes + header.len) || !backend_.is_up()) {
      // One that went down just now takes all, and they go nowhere.
      send(header, reader);
    } else {
      queue.put_back(*std::move(chain));
      return false;
    }
    queue.complete(*std::move(chain), 0);
  }
}

/// A guest speaks for itself alone, and says how much data there is.
bool Socket::is_good(const net::SocketHeader& header, std::uint64_t data_bytes) const noexcept {
  return header.src_cid == context_id_ && net::is_sensible(header, data_bytes) &&
         backend_.format().buffer_bytes >= socket_header_bytes &&
         can_hold(backend_, socket_header_bytes + data_bytes) && backend_.is_up();
}

/// Sends what was checked, and the data straight from the guest's memory into the back end's.
void Socket::send(const net::SocketHeader& header, virtio::ChainReader data) noexcept {
  std::array<std::byte, socket_header_bytes> bytes{};
  net::write_socket_header(header, bytes);
  std::size_t head_bytes = bytes.size();
  do {
    const auto claimed = backend_.claim();
    if (!claimed) {
      // Less room than it promised: the other side broke the protocol.
      backend_.cancel();
      ++counters_.refused;
      return;
    }
    std::memcpy(claimed->data(), bytes.data(), head_bytes);
    const std::size_t copied = data.read_some(claimed->subspan(head_bytes));
    backend_.fill(static_cast<std::uint32_t>(head_bytes + copied));
    head_bytes = 0;
  } while (data.remaining() != 0);
  backend_.commit();
  ++counters_.sent;
}

}  // namespace serai::virtio_socket
