// SPDX-License-Identifier: BSD-2-Clause
//
// A hostile driver, and back ends that have no room or send much, against the console device with
// three ports: the input is a program of buffers, control messages, changes to the rings and
// events.
#include <algorithm>
#include <array>
#include <vector>

#include "devices/virtio_console/console.hpp"
#include "fuzz/input.hpp"
#include "fuzz/queue_guest.hpp"
#include "support/fake_serial_backend.hpp"

namespace {

using serai::fuzz::Input;
using serai::virtio_console::Console;

constexpr std::size_t port_count = 3;
constexpr std::uint16_t queue_count = 2 * port_count + 2;
constexpr std::uint16_t control_transmit = 3;

struct World {
  std::array<serai::test::FakeSerialBackend, port_count> lines;
  std::array<Console::PortOptions, port_count> options = {
      {{.back_end = lines.data(), .name = "console", .is_console = true},
       {.back_end = &lines[1], .name = "", .is_console = false},
       {.back_end = &lines[2], .name = "a rather long name of a port", .is_console = false}}};
  Console console{options};
  serai::fuzz::QueueGuest<queue_count> guest{console};
};

/// A message that is right but for what the input says; or cut short.
void send_message(Input& input, World& world) {
  const std::uint8_t kind = input.byte();
  std::vector<std::uint8_t> message = {
      static_cast<std::uint8_t>((kind & 0x10) != 0 ? input.byte() : kind >> 6),
      0,
      0,
      0,
      static_cast<std::uint8_t>(kind & 7),
      0,
      static_cast<std::uint8_t>((kind & 8) == 0),
      0};
  if ((kind & 0x20) != 0) {
    message[input.byte() % message.size()] = input.byte();
    message.resize(1 + input.byte() % message.size());
  }
  world.guest.add_chain(input, control_transmit, message);
  world.guest.notify(control_transmit);
}

void change_line(Input& input, World& world) {
  const std::uint8_t choice = input.byte();
  auto& line = world.lines[choice % port_count];
  if ((choice & 0x80) != 0) {
    line.room = input.byte();
  } else if (line.arrived.size() < 4096) {
    line.arrived.insert(line.arrived.end(), input.byte() * 4U, 'x');
  }
  line.sent.clear();
  world.console.back_end_ready();
}

void step(Input& input, World& world) {
  const std::uint8_t operation = input.byte();
  const auto queue = static_cast<std::uint16_t>((operation >> 4) % queue_count);
  switch (operation & 0x0f) {
    case 0:
      return (operation & 0xe0) == 0 ? world.guest.start(input) : world.console.back_end_ready();
    case 1:
    case 2:
      return send_message(input, world);
    case 3:
      return change_line(input, world);
    case 4:
      return world.guest.scribble(input);
    case 5:
      return world.guest.configure(input);
    case 6:
      return world.guest.reset_queue(input);
    case 7:
      world.lines[0].window = {.columns = input.byte(), .rows = input.byte()};
      return world.console.back_end_ready();
    case 8:
    case 9:
      return world.guest.notify(queue);
    default:
      world.guest.add_chain(input, queue, {});
      if ((operation & 1) != 0) {
        world.guest.notify(queue);
      }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input({data, size});
  World world;
  world.guest.start(input);
  while (!input.empty()) {
    step(input, world);
  }
  world.guest.stop();
  return 0;
}
