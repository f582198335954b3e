// SPDX-License-Identifier: BSD-2-Clause
#include <array>
#include <cstddef>
#include <optional>

#include "backends/sddf/packet_backend.hpp"
#include "config/view.hpp"
#include "pds/network_switch/network_switch.hpp"
#include "pds/packet_connection.hpp"
#include "platform/microkit/configuration.hpp"
#include "platform/microkit/pd_clock.hpp"
#include "platform/microkit/stop.hpp"

namespace serai {
namespace {

using config::SwitchPortFlag;
using config::SwitchView;
using network_switch::NetworkSwitch;

constinit std::optional<microkit::PdClock> clock;
constinit std::optional<NetworkSwitch> the_switch;
constinit std::array<std::optional<sddf::SddfPacketBackend>, network_switch::most_ports> backends;

NetworkSwitch::PortOptions options_of(const config::SwitchPort& port) noexcept {
  const bool uplink = SwitchView::has(port, SwitchPortFlag::uplink);
  return {
      .rules = {.mac = uplink ? network_switch::MacAddress() : network_switch::MacAddress(port.mac),
                .vlan = port.vlan,
                .group = port.group,
                .uplink = uplink,
                .trunk = SwitchView::has(port, SwitchPortFlag::trunk),
                .any_mac = SwitchView::has(port, SwitchPortFlag::any_mac)},
      .rate_bits_per_second = port.rate_bits_per_second,
      .burst_bytes = port.burst_bytes,
      .transmit_channel = port.queue.transmit_channel,
      .receive_channel = port.queue.receive_channel};
}

}  // namespace

ProtectionDomain& start_protection_domain(SignalPort& signals) {
  const auto view = SwitchView::open(microkit::configuration());
  if (!view) {
    microkit::stop_this_pd("network switch: the configuration is damaged");
  }
  clock.emplace(view->blob().timer_channel);
  the_switch.emplace(*clock, NetworkSwitch::Options{.timer_channel = view->blob().timer_channel});
  for (std::size_t count = 0; const config::SwitchPort& port : view->ports()) {
    if (count == backends.size() ||
        !the_switch->add_port(options_of(port), connect(backends[count], port.queue, signals))) {
      microkit::stop_this_pd("network switch: more ports, or learning ports, than it can have");
    }
    ++count;
  }
  the_switch->start();
  return *the_switch;
}

}  // namespace serai
