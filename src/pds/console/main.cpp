// SPDX-License-Identifier: BSD-2-Clause
#include <array>
#include <optional>

#include "backends/sddf/serial_backend.hpp"
#include "config/view.hpp"
#include "pds/console/console.hpp"
#include "pds/console/pl011_driver.hpp"
#include "platform/microkit/configuration.hpp"
#include "platform/microkit/stop.hpp"

namespace serai {
namespace {

using Backend = std::optional<sddf::SddfSerialBackend>;

/// One VM's two connections.
struct Connection {
  Backend console;
  Backend log;
};

constinit std::optional<console::Pl011Driver> uart;
constinit std::optional<console::Console> the_console;
constinit std::array<Connection, console::Console::most_clients> connections;

sddf::SddfSerialBackend& connect(Backend& backend, const config::SerialQueue& queue,
                                 SignalPort& signals) noexcept {
  using sddf::SerialQueueMemory;
  return backend.emplace(
      SerialQueueMemory::at(queue.transmit_queue, queue.transmit_data, queue.transmit_capacity),
      SerialQueueMemory::at(queue.receive_queue, queue.receive_data, queue.receive_capacity),
      signals, queue.channel);
}

void add_clients(const config::ConsoleView& view, SignalPort& signals) noexcept {
  std::size_t count = 0;
  for (const config::ConsoleClient& client : view.clients()) {
    if (count == connections.size()) {
      return;  // more than a PD has channels for: the configuration's checks refuse it
    }
    Connection& connection = connections[count++];
    const auto added = the_console->add_client(config::ConsoleView::name_of(client),
                                               connect(connection.console, client.console, signals),
                                               connect(connection.log, client.log, signals));
    if (!added) {
      return;
    }
  }
}

}  // namespace

ProtectionDomain& start_protection_domain(SignalPort& signals) {
  const auto view = config::ConsoleView::open(microkit::configuration());
  if (!view) {
    microkit::stop_this_pd("console: the configuration is damaged");
  }
  uart.emplace(view->blob().uart_address);
  the_console.emplace(*uart, signals,
                      console::Console::Options{
                          .uart_channel = view->blob().uart_channel,
                          .prefix_lines = view->has(config::ConsoleFlag::prefix),
                          .terminal = view->has(config::ConsoleFlag::colour),
                          .window = {.columns = view->blob().columns, .rows = view->blob().rows},
                      });
  add_clients(*view, signals);
  the_console->start();
  return *the_console;
}

}  // namespace serai
