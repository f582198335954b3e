// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "core/packet_backend.hpp"

namespace serai::net {

/// Reads the packets of a back end byte by byte across their pieces, giving each piece back when it
/// is used up. Does not own the back end, but nobody else peeks or consumes there.
class PacketReader {
 public:
  explicit PacketReader(PacketBackend& backend) noexcept : backend_(backend) {}

  /// What is left of the oldest packet, or 0 when there is none.
  [[nodiscard]] std::uint32_t remaining() noexcept {
    return has_piece() ? piece_.packet_bytes - used_ : 0;
  }

  /// Copies the next bytes without passing over them, as far as they lie in the present piece, and
  /// says how many.
  [[nodiscard]] std::size_t look(std::span<std::byte> to) noexcept {
    const std::span<const std::byte> bytes = rest();
    const std::size_t count = std::min(bytes.size(), to.size());
    if (count != 0) {
      std::memcpy(to.data(), bytes.data(), count);
    }
    return count;
  }

  /// The next bytes that lie side by side, at most `most` of them and none at the packet's end.
  /// Shared: copied once, then looked at.
  [[nodiscard]] std::span<const std::byte> next(std::size_t most) noexcept {
    const std::span<const std::byte> bytes = rest();
    return bytes.first(std::min(bytes.size(), most));
  }

  /// Passes over bytes of the present piece: what `next` returned, or a part of it. At the end of
  /// the packet it is gone, and what is read next belongs to another.
  void advance(std::size_t bytes) noexcept {
    used_ += static_cast<std::uint32_t>(bytes);
    if (used_ >= piece_.bytes.size()) {
      consume();
    }
  }

  /// Passes over what is left of the packet that was begun, or over a whole one.
  void drop() noexcept {
    for (bool more = true; more && has_piece();) {
      more = piece_.more;
      consume();
    }
  }

 private:
  /// Asks the back end only once for each piece.
  [[nodiscard]] bool has_piece() noexcept {
    if (!has_piece_) {
      const auto piece = backend_.peek();
      has_piece_ = piece.has_value();
      piece_ = piece.value_or(PacketPiece{});
    }
    return has_piece_;
  }

  void consume() noexcept {
    backend_.consume();
    has_piece_ = false;
    used_ = 0;
  }

  [[nodiscard]] std::span<const std::byte> rest() noexcept {
    return has_piece() ? piece_.bytes.subspan(used_) : std::span<const std::byte>{};
  }

  PacketBackend& backend_;
  PacketPiece piece_;  ///< the present one
  bool has_piece_ = false;
  std::uint32_t used_ = 0;  ///< of it; less than its length
};

}  // namespace serai::net
