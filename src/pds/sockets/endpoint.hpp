// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "net/packet_reader.hpp"
#include "net/socket_header.hpp"
#include "pds/sockets/connection.hpp"
#include "pds/sockets/outlet.hpp"

namespace serai::sockets {

/// The native end of sockets, at the host's context ID: services on known ports. Every client has
/// the same number of connections, which no other can take from it; one that asks for more loses
/// the one that it used least lately.
class Endpoint {
 public:
  static constexpr std::size_t most_connections = 64;
  static constexpr std::size_t most_per_client = 8;

  static constexpr std::uint32_t echo_port = 7;
  static constexpr std::uint32_t discard_port = 9;

  /// Says how many clients there are, before the first packet: the connections are shared among
  /// them.
  void set_clients(std::size_t count) noexcept;

  /// Handles a packet that client `client` sent to the host, and answers what can be answered.
  /// False if it did not take the packet's data.
  // Guest-controlled: header, data.
  [[nodiscard]] bool receive(std::uint32_t client, const net::SocketHeader& header,
                             net::PacketReader& data, Outlet& to) noexcept;

  /// Sends a client what waited for room.
  void client_ready(std::uint32_t client, Outlet& to) noexcept;

  /// How many connections a client has.
  [[nodiscard]] std::size_t count_of(std::uint32_t client) const noexcept;

 private:
  struct Entry {
    Connection connection;
    std::uint32_t client = 0;
    std::uint64_t used_at = 0;
    bool waits = false;  ///< for room
  };

  [[nodiscard]] Entry* find(std::uint32_t client, const net::SocketHeader& header) noexcept;
  [[nodiscard]] Entry* make_place(std::uint32_t client, Outlet& to) noexcept;

  std::array<Entry, most_connections> entries_{};
  std::size_t per_client_ = 1;
  std::uint64_t packets_ = 0;
};

}  // namespace serai::sockets
