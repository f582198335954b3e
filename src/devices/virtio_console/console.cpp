// SPDX-License-Identifier: BSD-2-Clause
#include "devices/virtio_console/console.hpp"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <utility>

#include "base/assert.hpp"

namespace serai::virtio_console {
namespace {

/// PCI: simple communication controller, other.
constexpr std::uint32_t pci_class = 0x07'8000;
constexpr std::uint16_t most_queue_size = 128;

// Queues (5.3.2): port 0 has the first two, the control queues follow, then the other ports.
constexpr std::uint16_t control_receive = 2;
constexpr std::uint16_t control_transmit = 3;

constexpr std::uint16_t receive_queue(std::size_t port) noexcept {
  return static_cast<std::uint16_t>(port == 0 ? 0 : 2 * port + 2);
}

constexpr std::uint16_t transmit_queue(std::size_t port) noexcept {
  return static_cast<std::uint16_t>(receive_queue(port) + 1);
}

}  // namespace

Console::Console(std::span<const PortOptions> ports) noexcept : port_count_(ports.size()) {
  SERAI_ASSERT(!ports.empty() && ports.size() <= most_ports);
  for (std::size_t i = 0; i < ports.size(); ++i) {
    std::destroy_at(&ports_[i]);
    std::construct_at(&ports_[i], *ports[i].back_end, ports[i].name, ports[i].is_console);
  }
}

void Console::look_at_window() noexcept {
  const WindowSize now = ports_[0].window_size();
  if (now == window_) {
    return;
  }
  window_ = now;
  if (!is_active()) {
    unseen_change_.changed();
    return;
  }
  // The control message is for a driver that has seen the port; the other way works for all.
  if (has_multiport()) {
    ports_[0].request(Pending::resize);
  } else {
    active_.events->config_changed();
  }
}

virtio::DeviceTraits Console::traits() const noexcept {
  return {.id = virtio::DeviceId::console,
          .queue_count = static_cast<std::uint16_t>(2 * port_count_ + 2),
          .most_queue_size = most_queue_size,
          .config_bytes = sizeof(ConfigLayout),
          .pci_class = pci_class};
}

std::uint64_t Console::offered_features() const noexcept {
  return feature::size | feature::multiport | feature::emergency_write;
}

void Console::read_config(std::uint32_t offset, std::span<std::byte> to) noexcept {
  unseen_change_.read();
  const ConfigLayout layout{.columns = window_.columns,
                            .rows = window_.rows,
                            .most_ports = static_cast<std::uint32_t>(port_count_),
                            .emergency_write = 0};
  const auto bytes = std::as_bytes(std::span(&layout, 1));
  std::ranges::copy(bytes.subspan(offset, to.size()), to.begin());
}

void Console::write_config(std::uint32_t offset, std::span<const std::byte> bytes) noexcept {
  if (offset == offsetof(ConfigLayout, emergency_write) && !bytes.empty()) {
    ports_[0].emergency(bytes[0]);
  }
}

void Console::activate(const virtio::Activation& activation) noexcept {
  look_at_window();
  active_ = activation;
  if (unseen_change_ && !has_multiport()) {
    active_.events->config_changed();
  }
  work();
}

void Console::reset() noexcept {
  if (is_active()) {
    for (std::size_t i = 0; i < port_count_; ++i) {
      ports_[i].abandon(active_.queues[transmit_queue(i)]);
    }
  }
  for (Port& port : ports_) {
    port.forget_messages();
  }
  active_ = {};
  unseen_change_ = {};
}

void Console::reset_queue(std::uint16_t queue) noexcept {
  for (std::size_t i = 0; i < port_count_; ++i) {
    if (transmit_queue(i) == queue) {
      ports_[i].abandon(active_.queues[queue]);
    }
  }
}

void Console::notify(std::uint16_t /*queue*/) noexcept {
  work();
}

void Console::back_end_ready() noexcept {
  look_at_window();
  if (is_active()) {
    work();
  }
}

bool Console::is_waiting() const noexcept {
  return std::ranges::any_of(ports_, &Port::is_waiting);
}

void Console::check_progress() noexcept {
  for (Port& port : ports_) {
    port.check_progress();
  }
  if (is_active()) {
    work();
  }
}

void Console::work() noexcept {
  if (has_multiport()) {
    receive_control();
    send_control();
    finish(control_transmit);
    finish(control_receive);
  }
  for (std::size_t i = 0; i < usable_ports(); ++i) {
    ports_[i].transmit(active_.queues[transmit_queue(i)]);
    ports_[i].receive(active_.queues[receive_queue(i)]);
    finish(transmit_queue(i));
    finish(receive_queue(i));
    ports_[i].flush();
  }
}

void Console::finish(std::uint16_t queue) const noexcept {
  if (active_.queues[queue].publish()) {
    active_.events->queue_interrupt(queue);
  }
  if (active_.queues[queue].is_broken()) {
    active_.events->needs_reset();
  }
}

void Console::receive_control() noexcept {
  virtio::Queue& queue = active_.queues[control_transmit];
  do {
    queue.suppress_notifications();
    while (true) {
      Result<virtio::Chain> chain = queue.pop();
      if (!chain) {
        break;
      }
      ControlMessage message{};
      // Guest-controlled: copied here, then looked at. What is too short says nothing.
      if (chain->reader().read(std::as_writable_bytes(std::span(&message, 1)))) {
        handle(message);
      }
      queue.complete(*std::move(chain), 0);
    }
  } while (queue.allow_notifications());
}

void Console::handle(const ControlMessage& message) noexcept {
  switch (static_cast<Event>(message.event)) {
    case Event::device_ready:
      if (message.value == 1) {
        for (std::size_t i = 0; i < port_count_; ++i) {
          ports_[i].request(Pending::add);
        }
      }
      return;
    case Event::port_ready:
      if (message.value == 1 && message.port < port_count_) {
        Port& port = ports_[message.port];
        port.request(Pending::name);
        port.request(Pending::open);
        if (port.is_console()) {
          port.request(Pending::console);
        }
        if (port.is_console() && window_ != WindowSize{}) {
          port.request(Pending::resize);
        }
      }
      return;
    default:
      // PORT_OPEN says whether someone listens in the guest: what arrives waits for them.
      return;
  }
}

void Console::send_control() noexcept {
  for (std::size_t i = 0; i < port_count_; ++i) {
    while (send_next(i)) {
    }
  }
}

bool Console::send_next(std::size_t index) noexcept {
  Port& port = ports_[index];
  const ResizeBody size{.columns = window_.columns, .rows = window_.rows};

  struct Entry {
    Pending pending;
    Event event;
    std::span<const std::byte> body;
  };

  const std::array<Entry, 5> entries = {{
      {Pending::add, Event::device_add, {}},
      {Pending::console, Event::console_port, {}},
      {Pending::name, Event::port_name, std::as_bytes(std::span(port.name()))},
      {Pending::resize, Event::resize, std::as_bytes(std::span(&size, 1))},
      {Pending::open, Event::port_open, {}},
  }};
  for (const Entry& entry : entries) {
    if (!port.wants(entry.pending)) {
      continue;
    }
    const ControlMessage message{.port = static_cast<std::uint32_t>(index),
                                 .event = static_cast<std::uint16_t>(entry.event),
                                 .value = 1};
    if (!send(message, entry.body)) {
      return false;
    }
    port.settle(entry.pending);
    return true;
  }
  return false;
}

bool Console::send(const ControlMessage& message, std::span<const std::byte> body) const noexcept {
  virtio::Queue& queue = active_.queues[control_receive];
  Result<virtio::Chain> chain = queue.pop();
  if (!chain && queue.allow_notifications()) {
    chain = queue.pop();
  }
  if (!chain) {
    return false;
  }
  virtio::ChainWriter to = chain->writer();
  const std::size_t written =
      to.write_some(std::as_bytes(std::span(&message, 1))) + to.write_some(body);
  queue.complete(*std::move(chain), static_cast<std::uint32_t>(written));
  return true;
}

}  // namespace serai::virtio_console
