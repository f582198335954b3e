// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>

#include "base/bits.hpp"
#include "net/header.hpp"

namespace serai::virtio_net {

/// Feature bits of a network device (VirtIO 1.2, 5.1.3).
namespace feature {
inline constexpr std::uint64_t csum = bit(0);
inline constexpr std::uint64_t guest_csum = bit(1);
inline constexpr std::uint64_t ctrl_guest_offloads = bit(2);
inline constexpr std::uint64_t mtu = bit(3);
inline constexpr std::uint64_t mac = bit(5);
inline constexpr std::uint64_t guest_tso4 = bit(7);
inline constexpr std::uint64_t guest_tso6 = bit(8);
inline constexpr std::uint64_t guest_ecn = bit(9);
inline constexpr std::uint64_t host_tso4 = bit(11);
inline constexpr std::uint64_t host_tso6 = bit(12);
inline constexpr std::uint64_t host_ecn = bit(13);
inline constexpr std::uint64_t mrg_rxbuf = bit(15);
inline constexpr std::uint64_t status = bit(16);
inline constexpr std::uint64_t ctrl_vq = bit(17);
inline constexpr std::uint64_t ctrl_rx = bit(18);
inline constexpr std::uint64_t ctrl_vlan = bit(19);
inline constexpr std::uint64_t ctrl_rx_extra = bit(20);
inline constexpr std::uint64_t guest_announce = bit(21);
inline constexpr std::uint64_t mq = bit(22);
inline constexpr std::uint64_t ctrl_mac_addr = bit(23);
inline constexpr std::uint64_t guest_uso4 = bit(54);
inline constexpr std::uint64_t guest_uso6 = bit(55);
inline constexpr std::uint64_t host_uso = bit(56);
}  // namespace feature

/// What VIRTIO_NET_CTRL_GUEST_OFFLOADS_SET can switch.
inline constexpr std::uint64_t guest_offload_bits = feature::guest_csum | feature::guest_tso4 |
                                                    feature::guest_tso6 | feature::guest_ecn |
                                                    feature::guest_uso4 | feature::guest_uso6;

/// What a device offers.
struct FeatureOptions {
  bool offloads = false;
  bool has_mtu = false;
  bool multiqueue = false;
};

[[nodiscard]] std::uint64_t features_of(const FeatureOptions& options) noexcept;

/// Negotiated features without those that need another which was not negotiated (5.1.3.1).
// Guest-controlled: features.
[[nodiscard]] std::uint64_t consistent(std::uint64_t features) noexcept;

/// What the driver may ask of the device for the frames that it transmits.
[[nodiscard]] net::Offloads transmit_offloads(std::uint64_t features) noexcept;

/// What may be left undone in the frames that it receives.
[[nodiscard]] net::Offloads receive_offloads(std::uint64_t features) noexcept;

}  // namespace serai::virtio_net
