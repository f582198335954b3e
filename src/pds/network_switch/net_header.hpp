// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/result.hpp"

namespace serai::network_switch {

/// What stands in front of each frame of an extended packet: what its sender leaves to others
/// (`virtio_net_hdr`, VirtIO 1.2, 5.1.6).
struct NetHeader {
  static constexpr std::size_t bytes = 12;

  static constexpr std::uint8_t needs_checksum = 1;  ///< VIRTIO_NET_HDR_F_NEEDS_CSUM
  static constexpr std::uint8_t data_valid = 2;      ///< VIRTIO_NET_HDR_F_DATA_VALID

  std::uint8_t flags = 0;
  std::uint8_t gso_type = 0;
  std::uint16_t header_length = 0;
  std::uint16_t gso_size = 0;
  std::uint16_t checksum_start = 0;   ///< from the frame's first byte
  std::uint16_t checksum_offset = 0;  ///< from there
  std::uint16_t buffer_count = 0;     ///< between a device and its driver only

  /// Whether the frame is ready for a wire: no checksum to fill in, nothing to cut up.
  [[nodiscard]] constexpr bool is_plain() const noexcept {
    return (flags & needs_checksum) == 0 && gso_type == 0;
  }

  /// The frame's head grew by `bytes` (or shrank).
  void move_by(int bytes) noexcept;

  /// As it stands in front of a frame.
  void store(std::span<std::byte, bytes> to) const noexcept;
};

static_assert(sizeof(NetHeader) == NetHeader::bytes);

/// The header at the start of a private copy, with everything in it that says nothing set to zero.
/// `first_frame_bytes` is how much of the frame the packet's first buffer holds, in which all
/// protocols' headers must lie, and `head_bytes` how much of that is Ethernet's.
/// `trusts_checksums`: "data valid" may stay, because the sender has a device that checks. Errors:
/// `bad_value` where offsets lie outside the frame or do not fit together; `unsupported`
/// segmentation.
// Guest-controlled: copy.
[[nodiscard]] Result<NetHeader> parse_net_header(std::span<const std::byte, NetHeader::bytes> copy,
                                                 std::size_t first_frame_bytes,
                                                 std::size_t head_bytes,
                                                 bool trusts_checksums) noexcept;

}  // namespace serai::network_switch
