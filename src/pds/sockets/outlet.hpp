// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "core/packet_backend.hpp"
#include "core/packet_writer.hpp"
#include "net/socket_header.hpp"

namespace serai::sockets {

/// The way to a client.
class Outlet {
 public:
  Outlet() noexcept = default;

  explicit Outlet(PacketBackend& backend) noexcept : backend_(&backend) {}

  /// Whether a packet with so much data could ever be sent.
  [[nodiscard]] bool could_send(std::uint64_t data_bytes) const noexcept {
    return backend_->is_up() && can_hold(*backend_, net::socket_header_bytes + data_bytes);
  }

  /// Whether it can be sent now; if not, the client will signal.
  [[nodiscard]] bool can_send(std::uint64_t data_bytes) noexcept {
    return has_room(*backend_, net::socket_header_bytes + data_bytes);
  }

  /// Begins a packet, whose data is then appended; `finish` sends it.
  void begin(const net::SocketHeader& header) noexcept {
    std::array<std::byte, net::socket_header_bytes> bytes{};
    net::write_socket_header(header, bytes);
    writer_.begin(*backend_);
    writer_.write(bytes);
  }

  void append(std::span<const std::byte> data) noexcept { writer_.write(data); }

  /// False if the client went down, or there was no room.
  bool finish() noexcept {
    const bool is_sent = writer_.finish();
    has_sent_ |= is_sent;
    return is_sent;
  }

  void cancel() noexcept { writer_.cancel(); }

  /// Whether anything was sent since the last call.
  [[nodiscard]] bool take_sent() noexcept {
    const bool sent = has_sent_;
    has_sent_ = false;
    return sent;
  }

 private:
  PacketBackend* backend_ = nullptr;
  PacketWriter writer_;
  bool has_sent_ = false;
};

}  // namespace serai::sockets
