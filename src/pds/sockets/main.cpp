// SPDX-License-Identifier: BSD-2-Clause
#include <array>
#include <cstddef>
#include <optional>

#include "backends/sddf/packet_backend.hpp"
#include "config/view.hpp"
#include "pds/packet_connection.hpp"
#include "pds/sockets/socket_switch.hpp"
#include "platform/microkit/configuration.hpp"
#include "platform/microkit/pd_clock.hpp"
#include "platform/microkit/stop.hpp"

namespace serai {
namespace {

using sockets::SocketSwitch;

constinit std::optional<microkit::PdClock> clock;
constinit std::optional<SocketSwitch> the_switch;
constinit std::array<std::optional<sddf::SddfPacketBackend>, SocketSwitch::most_ports> backends;

SocketSwitch::PortOptions options_of(const config::SocketPort& port) noexcept {
  return {.context_id = port.context_id,
          .group = port.group,
          .transmit_channel = port.queue.transmit_channel,
          .receive_channel = port.queue.receive_channel};
}

}  // namespace

ProtectionDomain& start_protection_domain(SignalPort& signals) {
  const auto view = config::SocketsView::open(microkit::configuration());
  if (!view) {
    microkit::stop_this_pd("sockets: the configuration is damaged");
  }
  clock.emplace(view->blob().timer_channel);
  the_switch.emplace(*clock, view->blob().timer_channel);
  for (std::size_t count = 0; const config::SocketPort& port : view->ports()) {
    if (count == backends.size() ||
        !the_switch->add_port(options_of(port), connect(backends[count], port.queue, signals))) {
      microkit::stop_this_pd("sockets: more ports than a PD has channels for");
    }
    ++count;
  }
  the_switch->start();
  return *the_switch;
}

}  // namespace serai
