// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstddef>
#include <span>

#include "base/result.hpp"
#include "net/header.hpp"

namespace serai::network_switch {

/// The header before a frame, from a private copy, with everything in it that says nothing set to
/// zero. `first_frame_bytes` is how much of the frame the packet's first buffer holds, in which all
/// protocols' headers must lie, and `head_bytes` how much of that is Ethernet's. `is_trusted`: the
/// sender may say that checksums were checked, because it has a device that does. Errors:
/// `bad_value`.
// Guest-controlled: copy.
[[nodiscard]] Result<net::Header> read_offloads(std::span<const std::byte, net::header_bytes> copy,
                                                std::size_t first_frame_bytes,
                                                std::size_t head_bytes, bool is_trusted) noexcept;

/// Whether the frame is ready for a wire: no checksum to fill in, nothing to cut up.
[[nodiscard]] constexpr bool is_plain(const net::Header& header) noexcept {
  return (header.flags & net::Header::needs_csum) == 0 && !header.is_gso();
}

/// The header of a frame whose head grew by `bytes` (or shrank).
[[nodiscard]] net::Header moved_by(const net::Header& header, int bytes) noexcept;

}  // namespace serai::network_switch
