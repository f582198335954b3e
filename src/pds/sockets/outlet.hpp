// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>

#include "core/packet_backend.hpp"
#include "core/packet_writer.hpp"
#include "net/socket_header.hpp"

namespace serai::sockets {

/// The way to a client. Refusals for which there is no room are kept and sent before all else, as
/// the packets that they answer are gone.
class Outlet {
 public:
  static constexpr std::size_t most_owed = 8;

  Outlet() noexcept = default;

  explicit Outlet(PacketBackend& backend) noexcept : backend_(&backend) {}

  /// Whether a packet with so much data could ever be sent.
  [[nodiscard]] bool could_send(std::uint64_t data_bytes) const noexcept {
    return backend_->is_up() && can_hold(*backend_, net::socket_header_bytes + data_bytes);
  }

  /// Whether it can be sent now; if not, the client will signal.
  [[nodiscard]] bool can_send(std::uint64_t data_bytes) noexcept {
    return send_owed() && has_room(*backend_, net::socket_header_bytes + data_bytes);
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

  /// Whether the client would learn of another refusal, now or once it has room.
  [[nodiscard]] bool can_refuse() const noexcept {
    return owed_count_ < owed_.size() || !backend_->is_up();
  }

  /// Answers a packet of the client's with RST, unless it is one itself. Where `can_refuse` is
  /// false the client never learns.
  void refuse(const net::SocketHeader& header) noexcept {
    if (header.op == net::socket_operation::reset) {
      return;
    }
    if (can_send(0)) {
      begin(net::reset_for(header));
      finish();
    } else if (owed_count_ < owed_.size()) {
      owed_[owed_count_++] = net::reset_for(header);
    }
  }

  /// Sends the refusals that wait, as far as there is room; whether none is left. If some are, the
  /// client will signal.
  bool send_owed() noexcept {
    std::size_t sent = 0;
    while (sent < owed_count_ && has_room(*backend_, net::socket_header_bytes)) {
      begin(owed_[sent++]);
      finish();
    }
    std::shift_left(owed_.begin(), owed_.end(), static_cast<std::ptrdiff_t>(sent));
    owed_count_ -= sent;
    return owed_count_ == 0;
  }

  /// Whether anything was sent since the last call.
  [[nodiscard]] bool take_sent() noexcept {
    const bool sent = has_sent_;
    has_sent_ = false;
    return sent;
  }

 private:
  PacketBackend* backend_ = nullptr;
  PacketWriter writer_;
  std::array<net::SocketHeader, most_owed> owed_{};  ///< refusals, oldest first
  std::size_t owed_count_ = 0;
  bool has_sent_ = false;
};

}  // namespace serai::sockets
