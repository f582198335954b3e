// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace serai::net {

/// The Internet checksum (RFC 1071) of bytes that come in pieces of any length.
class Checksum {
 public:
  void add(std::span<const std::byte> bytes) noexcept;

  /// Adds a number in the order of the network, as if it were two bytes at an even place.
  void add_number(std::uint16_t number) noexcept;

  /// Adds what another has summed, whose bytes follow at an even place.
  void add(const Checksum& other) noexcept { sum_ += other.folded(); }

  /// The checksum as it stands in a packet.
  [[nodiscard]] std::array<std::byte, 2> value() const noexcept;

  /// The same for UDP, where 0 means that there is none.
  [[nodiscard]] std::array<std::byte, 2> udp_value() const noexcept;

 private:
  [[nodiscard]] std::uint16_t folded() const noexcept;

  void add_byte(std::byte byte) noexcept;

  std::uint64_t sum_ = 0;  ///< of 16-bit words whose first byte is the low one
  bool odd_ = false;       ///< the next byte is the second of its word
};

}  // namespace serai::net
