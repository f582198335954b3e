// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace serai::net {

/// What a packet of a VirtIO socket does (VirtIO 1.2, 5.10.6).
namespace socket_operation {
inline constexpr std::uint16_t request = 1;         ///< VIRTIO_VSOCK_OP_REQUEST
inline constexpr std::uint16_t response = 2;        ///< VIRTIO_VSOCK_OP_RESPONSE
inline constexpr std::uint16_t reset = 3;           ///< VIRTIO_VSOCK_OP_RST
inline constexpr std::uint16_t shutdown = 4;        ///< VIRTIO_VSOCK_OP_SHUTDOWN
inline constexpr std::uint16_t data = 5;            ///< VIRTIO_VSOCK_OP_RW
inline constexpr std::uint16_t credit_update = 6;   ///< VIRTIO_VSOCK_OP_CREDIT_UPDATE
inline constexpr std::uint16_t credit_request = 7;  ///< VIRTIO_VSOCK_OP_CREDIT_REQUEST
}  // namespace socket_operation

namespace socket_type {
inline constexpr std::uint16_t stream = 1;
inline constexpr std::uint16_t sequence = 2;  ///< VIRTIO_VSOCK_TYPE_SEQPACKET
}  // namespace socket_type

/// Of `socket_operation::shutdown`.
namespace shutdown_flag {
inline constexpr std::uint32_t no_receive = 1;
inline constexpr std::uint32_t no_send = 2;
inline constexpr std::uint32_t both = no_receive | no_send;
}  // namespace shutdown_flag

/// Of data of `socket_type::sequence`: ends of a message and of a record.
inline constexpr std::uint32_t sequence_ends = 3;

/// The context ID of the host, where native services are (VirtIO 1.2, 5.10.4).
inline constexpr std::uint64_t host_context = 2;

/// Stands before the data of each packet: `virtio_vsock_hdr`. Little-endian.
struct SocketHeader {
  std::uint64_t src_cid = 0;
  std::uint64_t dst_cid = 0;
  std::uint32_t src_port = 0;
  std::uint32_t dst_port = 0;
  std::uint32_t len = 0;  ///< of the data that follows
  std::uint16_t type = 0;
  std::uint16_t op = 0;
  std::uint32_t flags = 0;
  std::uint32_t buf_alloc = 0;  ///< the sender's room for data, and how much of what it was sent
  std::uint32_t fwd_cnt = 0;    ///< has left that room

  friend constexpr bool operator==(const SocketHeader&, const SocketHeader&) noexcept = default;
};

inline constexpr std::size_t socket_header_bytes = 44;
static_assert(offsetof(SocketHeader, fwd_cnt) + sizeof(std::uint32_t) == socket_header_bytes);

/// The most data of one packet: what Linux sends at once.
inline constexpr std::uint32_t most_socket_data = 0x1'0000;

[[nodiscard]] inline SocketHeader socket_header_from(
    std::span<const std::byte, socket_header_bytes> bytes) noexcept {
  SocketHeader header;
  // As bytes, since the structure may be padded behind its last field.
  std::memcpy(static_cast<void*>(&header), bytes.data(), socket_header_bytes);
  return header;
}

inline void write_socket_header(const SocketHeader& header,
                                std::span<std::byte, socket_header_bytes> to) noexcept {
  std::memcpy(to.data(), &header, socket_header_bytes);
}

/// Whether a header makes sense before `data_bytes` of data, whoever sent it: an operation that
/// exists, and data only where it belongs. Its type is another matter.
// Guest-controlled: header.
[[nodiscard]] constexpr bool is_sensible(const SocketHeader& header,
                                         std::uint64_t data_bytes) noexcept {
  const bool is_known =
      header.op >= socket_operation::request && header.op <= socket_operation::credit_request;
  return is_known && header.len == data_bytes && header.len <= most_socket_data &&
         (header.len == 0 || header.op == socket_operation::data);
}

/// Whether a packet has a type that exists; others are answered with RST (VirtIO 1.2, 5.10.6.4.2).
// Guest-controlled: header.
[[nodiscard]] constexpr bool has_known_type(const SocketHeader& header) noexcept {
  return header.type == socket_type::stream || header.type == socket_type::sequence;
}

/// The refusal of a packet.
[[nodiscard]] constexpr SocketHeader reset_for(const SocketHeader& header) noexcept {
  return {.src_cid = header.dst_cid,
          .dst_cid = header.src_cid,
          .src_port = header.dst_port,
          .dst_port = header.src_port,
          .type = header.type,
          .op = socket_operation::reset};
}

}  // namespace serai::net
