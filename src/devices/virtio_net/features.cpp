// SPDX-License-Identifier: BSD-2-Clause
#include "devices/virtio_net/features.hpp"

#include <array>

namespace serai::virtio_net {
namespace {

using net::Offload;
using net::Offloads;

/// A feature means nothing without at least one of `needs`.
struct Need {
  std::uint64_t feature;
  std::uint64_t needs;
};

// Those that others need come first.
constexpr std::array needs{
    Need{.feature = feature::guest_tso4, .needs = feature::guest_csum},
    Need{.feature = feature::guest_tso6, .needs = feature::guest_csum},
    Need{.feature = feature::guest_ecn, .needs = feature::guest_tso4 | feature::guest_tso6},
    Need{.feature = feature::guest_uso4, .needs = feature::guest_csum},
    Need{.feature = feature::guest_uso6, .needs = feature::guest_csum},
    Need{.feature = feature::host_tso4, .needs = feature::csum},
    Need{.feature = feature::host_tso6, .needs = feature::csum},
    Need{.feature = feature::host_ecn, .needs = feature::host_tso4 | feature::host_tso6},
    Need{.feature = feature::host_uso, .needs = feature::csum},
    Need{.feature = feature::ctrl_guest_offloads, .needs = feature::ctrl_vq},
    Need{.feature = feature::ctrl_rx, .needs = feature::ctrl_vq},
    Need{.feature = feature::ctrl_rx_extra, .needs = feature::ctrl_vq},
    Need{.feature = feature::ctrl_vlan, .needs = feature::ctrl_vq},
    Need{.feature = feature::guest_announce, .needs = feature::ctrl_vq},
    Need{.feature = feature::guest_announce, .needs = feature::status},
    Need{.feature = feature::mq, .needs = feature::ctrl_vq},
    Need{.feature = feature::ctrl_mac_addr, .needs = feature::ctrl_vq},
};

/// `offload` is there if all of `features` are.
struct Meaning {
  std::uint64_t features;
  Offload offload;
};

constexpr std::array transmit_meanings{
    Meaning{.features = feature::csum, .offload = Offload::checksum},
    Meaning{.features = feature::host_tso4, .offload = Offload::tcp4},
    Meaning{.features = feature::host_tso6, .offload = Offload::tcp6},
    Meaning{.features = feature::host_ecn, .offload = Offload::tcp_ecn},
    Meaning{.features = feature::host_uso, .offload = Offload::udp},
};

// A header does not tell over which IP its UDP is, so a driver must be able to take both.
constexpr std::array receive_meanings{
    Meaning{.features = feature::guest_csum, .offload = Offload::checksum},
    Meaning{.features = feature::guest_csum, .offload = Offload::data_valid},
    Meaning{.features = feature::guest_tso4, .offload = Offload::tcp4},
    Meaning{.features = feature::guest_tso6, .offload = Offload::tcp6},
    Meaning{.features = feature::guest_ecn, .offload = Offload::tcp_ecn},
    Meaning{.features = feature::guest_uso4 | feature::guest_uso6, .offload = Offload::udp},
};

Offloads offloads_of(std::uint64_t features, std::span<const Meaning> meanings) noexcept {
  Offloads offloads;
  for (const Meaning& meaning : meanings) {
    if ((features & meaning.features) == meaning.features) {
      offloads.add(meaning.offload);
    }
  }
  return offloads;
}

}  // namespace

std::uint64_t features_of(const FeatureOptions& options) noexcept {
  std::uint64_t features = feature::mac | feature::status | feature::mrg_rxbuf | feature::ctrl_vq |
                           feature::ctrl_rx | feature::ctrl_rx_extra | feature::ctrl_vlan |
                           feature::ctrl_mac_addr | feature::guest_announce;
  if (options.offloads) {
    features |= feature::csum | feature::host_tso4 | feature::host_tso6 | feature::host_ecn |
                feature::host_uso | guest_offload_bits | feature::ctrl_guest_offloads;
  }
  if (options.has_mtu) {
    features |= feature::mtu;
  }
  if (options.multiqueue) {
    features |= feature::mq;
  }
  return features;
}

std::uint64_t consistent(std::uint64_t features) noexcept {
  for (const Need& need : needs) {
    if ((features & need.needs) == 0) {
      features &= ~need.feature;
    }
  }
  return features;
}

Offloads transmit_offloads(std::uint64_t features) noexcept {
  return offloads_of(features, transmit_meanings);
}

Offloads receive_offloads(std::uint64_t features) noexcept {
  return offloads_of(features, receive_meanings);
}

}  // namespace serai::virtio_net
