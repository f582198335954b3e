// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstddef>
#include <cstdint>

#include "net/packet_reader.hpp"
#include "net/socket_header.hpp"
#include "pds/sockets/byte_ring.hpp"
#include "pds/sockets/outlet.hpp"

namespace serai::sockets {

/// What a service does with the data of its connections.
enum class Service : std::uint8_t {
  echo,     ///< sends it back
  discard,  ///< forgets it
};

/// Our end of one connection: a stream with credit (VirtIO 1.2, 5.10.6.3). We promise the peer
/// `buffer_bytes` of room and never send more than it has promised us.
class Connection {
 public:
  static constexpr std::size_t buffer_bytes = 4096;

  /// Begins anew with the packet that asks for the connection.
  void open(const net::SocketHeader& request, Service service) noexcept;

  [[nodiscard]] bool is_open() const noexcept { return is_open_; }

  /// Whether `header` is of this connection.
  [[nodiscard]] bool matches(const net::SocketHeader& header) const noexcept {
    return is_open_ && header.src_cid == peer_.dst_cid && header.src_port == peer_.dst_port &&
           header.dst_port == peer_.src_port;
  }

  /// Handles a packet of this connection other than a request. Takes all of its data, or none and
  /// says so.
  // Guest-controlled: header, data.
  [[nodiscard]] bool receive(const net::SocketHeader& header, net::PacketReader& data) noexcept;

  /// Sends what is due, and closes the connection if it is over. False while something waits for
  /// room.
  [[nodiscard]] bool send(Outlet& to) noexcept;

  /// Gives the connection up: the peer is told with the next `send`.
  void abort() noexcept { owes_reset_ = true; }

 private:
  [[nodiscard]] bool take_data(const net::SocketHeader& header, net::PacketReader& data) noexcept;
  void note_shutdown(std::uint32_t flags) noexcept;
  [[nodiscard]] std::size_t credit() const noexcept;
  [[nodiscard]] bool send_data(Outlet& to) noexcept;
  [[nodiscard]] bool send_control(Outlet& to, std::uint16_t operation,
                                  std::uint32_t flags) noexcept;
  [[nodiscard]] net::SocketHeader header_for(std::uint16_t operation) noexcept;

  net::SocketHeader peer_;  ///< as replies begin: from us to the peer
  ByteRing<buffer_bytes> data_;
  std::uint32_t taken_ = 0;  ///< bytes that left our room
  std::uint32_t told_ = 0;   ///< of those, what the peer knows
  std::uint32_t sent_ = 0;
  std::uint32_t peer_room_ = 0;   ///< its `buf_alloc`
  std::uint32_t peer_taken_ = 0;  ///< its `fwd_cnt`
  std::uint32_t shut_ = 0;        ///< `shutdown_flag`s of the peer
  Service service_ = Service::discard;
  bool is_open_ = false;
  bool owes_response_ = false;
  bool owes_update_ = false;
  bool owes_reset_ = false;
  bool said_goodbye_ = false;
};

}  // namespace serai::sockets
