// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>

#include "devices/virtio_net/receive_filter.hpp"
#include "net/ethernet.hpp"
#include "net/header.hpp"
#include "virtio/chain.hpp"

namespace serai::virtio_net {

/// What the driver can change while the device is active.
struct Settings {
  std::uint64_t features = 0;  ///< negotiated and consistent
  net::Offloads receives;      ///< what may now be left undone in received frames
  std::uint16_t most_pairs = 1;
  std::uint16_t pairs = 1;  ///< queue pairs in use
  net::MacAddress mac{};
  bool announces = false;  ///< the driver is asked to announce itself
  ReceiveFilter filter;
};

/// Carries out the command of a chain of the control queue (VirtIO 1.2, 5.1.6.5) and says how many
/// bytes of acknowledgement were written. A command that is unknown, not negotiated, too short, too
/// long or that asks for nonsense is answered with VIRTIO_NET_ERR and changes nothing.
// Guest-controlled: the chain.
[[nodiscard]] std::uint32_t run_command(Settings& settings, const virtio::Chain& chain) noexcept;

}  // namespace serai::virtio_net
