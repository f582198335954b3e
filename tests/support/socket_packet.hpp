// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/socket_header.hpp"

namespace serai::test {

/// A packet of a socket, for tests.
struct SocketPacket {
  net::SocketHeader header;
  std::string data;

  friend bool operator==(const SocketPacket&, const SocketPacket&) = default;

  [[nodiscard]] std::vector<std::byte> bytes() const {
    std::vector<std::byte> result(net::socket_header_bytes);
    net::write_socket_header(header, std::span(result).first<net::socket_header_bytes>());
    for (const char character : data) {
      result.push_back(static_cast<std::byte>(character));
    }
    return result;
  }

  /// Nothing where there is no whole header.
  static std::optional<SocketPacket> from(const std::vector<std::byte>& bytes) {
    if (bytes.size() < net::socket_header_bytes) {
      return std::nullopt;
    }
    SocketPacket packet{
        .header = net::socket_header_from(std::span(bytes).first<net::socket_header_bytes>()),
        .data = {}};
    for (std::size_t i = net::socket_header_bytes; i < bytes.size(); ++i) {
      packet.data.push_back(static_cast<char>(bytes[i]));
    }
    return packet;
  }
};

/// A packet from port 1000 to port 2000 whose length is right.
inline SocketPacket socket_packet(std::uint64_t from, std::uint64_t to, std::uint16_t operation,
                                  std::string_view data = {}) {
  return {.header = {.src_cid = from,
                     .dst_cid = to,
                     .src_port = 1000,
                     .dst_port = 2000,
                     .len = static_cast<std::uint32_t>(data.size()),
                     .type = net::socket_type::stream,
                     .op = operation,
                     .flags = 0,
                     .buf_alloc = 65536,
                     .fwd_cnt = 0},
          .data = std::string(data)};
}

}  // namespace serai::test
