// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/bits.hpp"
#include "base/static_vector.hpp"
#include "net/ethernet.hpp"

namespace serai::virtio_net {

/// Which frames the driver wants (VirtIO 1.2, 5.1.6.5.1 to 5.1.6.5.3).
class ReceiveFilter {
 public:
  static constexpr std::size_t most_addresses = 64;

  /// What a command of class VIRTIO_NET_CTRL_RX switches; numbered by the command.
  enum class Mode : std::uint8_t {
    promiscuous = 0,
    all_multicast = 1,
    all_unicast = 2,
    no_multicast = 3,
    no_unicast = 4,
    no_broadcast = 5,
  };

  static constexpr std::uint8_t mode_count = 6;

  /// As at power-on: everything is accepted until the driver says otherwise.
  void reset(const net::MacAddress& own) noexcept;

  void set_mode(Mode mode, bool on) noexcept;

  void set_own_address(const net::MacAddress& own) noexcept { own_ = own; }

  /// A table is filled again from empty: `clear_addresses`, then each address. What does not fit
  /// makes all of its kind pass, so that nothing that is wanted is lost.
  void clear_addresses() noexcept;
  void add_address(const net::MacAddress& address) noexcept;

  void overflow_unicast() noexcept { too_many_unicast_ = true; }

  void overflow_multicast() noexcept { too_many_multicast_ = true; }

  /// From now on frames with a tag pass only if their VLAN was added.
  void filter_vlans() noexcept;
  static constexpr std::uint16_t vlan_count = 4096;
  /// `vlan` is below `vlan_count`.
  void set_vlan(std::uint16_t vlan, bool wanted) noexcept;

  /// Whether a frame is for the driver, by its start: 18 bytes or all of it, at least 14.
  // Guest-controlled: all of it.
  [[nodiscard]] bool accepts(std::span<const std::byte> frame) const noexcept;

 private:
  [[nodiscard]] bool is_on(Mode mode) const noexcept {
    return (modes_ & bit(static_cast<unsigned>(mode))) != 0;
  }

  [[nodiscard]] bool accepts_address(const net::MacAddress& address) const noexcept;
  [[nodiscard]] bool knows(const net::MacAddress& address) const noexcept;

  net::MacAddress own_{};
  std::uint64_t modes_ = 0;
  bool too_many_unicast_ = false;
  bool too_many_multicast_ = false;
  bool filters_vlans_ = false;
  StaticVector<net::MacAddress, most_addresses> addresses_;
  std::array<std::uint64_t, vlan_count / 64> vlans_{};
};

}  // namespace serai::virtio_net
