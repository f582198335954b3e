// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/bits.hpp"

namespace serai::network_switch {

/// An Ethernet address (IEEE 802, 8.2).
class MacAddress {
 public:
  static constexpr std::size_t bytes = 6;

  constexpr MacAddress() noexcept = default;

  constexpr explicit MacAddress(std::span<const std::byte, bytes> wire) noexcept {
    for (const std::byte byte : wire) {
      value_ = value_ << 8 | static_cast<std::uint64_t>(byte);
    }
  }

  constexpr explicit MacAddress(const std::array<std::uint8_t, bytes>& wire) noexcept {
    for (const std::uint8_t byte : wire) {
      value_ = value_ << 8 | byte;
    }
  }

  /// The address as a number of 48 bits whose highest byte is the first on the wire.
  [[nodiscard]] constexpr std::uint64_t value() const noexcept { return value_; }

  /// Whether it means several stations, or all of them.
  [[nodiscard]] constexpr bool is_group() const noexcept { return test_bit(value_, 40); }

  /// Whether it can be the address of one station.
  [[nodiscard]] constexpr bool is_station() const noexcept { return value_ != 0 && !is_group(); }

  /// Whether it is meant for the next bridge and goes no further (IEEE 802.1Q, table 8-1): spanning
  /// trees, pauses, link discovery.
  [[nodiscard]] constexpr bool is_link_local() const noexcept {
    return value_ >> 4 == 0x0180'c200'000;
  }

  friend constexpr auto operator<=>(MacAddress, MacAddress) noexcept = default;

 private:
  std::uint64_t value_ = 0;
};

}  // namespace serai::network_switch
