// SPDX-License-Identifier: BSD-2-Clause
//
// Several VMs that print anything, VMMs that log anything, and a person who types anything, against
// the console PD on a slow UART. No VM writes where the names stand: each line of the screen begins
// with the name of a VM, or is the console's own, and only printable characters arrive.
#include <algorithm>
#include <array>
#include <deque>
#include <string>
#include <string_view>

#include "base/assert.hpp"
#include "fuzz/input.hpp"
#include "pds/console/console.hpp"
#include "support/fake_serial_backend.hpp"
#include "support/fake_signal_port.hpp"

namespace {

using namespace serai;
using fuzz::Input;

constexpr std::size_t client_count = 3;
constexpr ChannelId uart_channel = 40;

class Uart final : public console::UartPort {
 public:
  std::size_t write(std::span<const std::byte> characters) noexcept override {
    const std::size_t count = std::min(characters.size(), room);
    room -= count;
    for (const std::byte character : characters.first(count)) {
      output.push_back(static_cast<char>(character));
    }
    return count;
  }

  std::size_t read(std::span<std::byte> to) noexcept override {
    const std::size_t count = std::min(to.size(), typed.size());
    for (std::size_t i = 0; i < count; ++i) {
      to[i] = static_cast<std::byte>(typed.front());
      typed.pop_front();
    }
    return count;
  }

  void set_transmit_interrupt(bool enabled) noexcept override { wants_interrupt = enabled; }

  void acknowledge() noexcept override {}

  std::size_t room = 0;
  std::string output;
  std::deque<char> typed;
  bool wants_interrupt = false;
};

struct World {
  explicit World(std::uint8_t options)
      : is_terminal((options & 1) != 0),
        console(uart, signals,
                {.uart_channel = uart_channel, .prefix_lines = true, .terminal = is_terminal}) {
    for (std::size_t i = 0; i < client_count; ++i) {
      SERAI_ASSERT(console.add_client(names[i], vms[i], logs[i]).has_value());
    }
  }

  static constexpr std::array<std::string_view, client_count> names = {"a", "bb", "c-c"};

  bool is_terminal;
  Uart uart;
  test::FakeSignalPort signals;
  std::array<test::FakeSerialBackend, client_count> vms;
  std::array<test::FakeSerialBackend, client_count> logs;
  console::Console console;
};

/// Whether a line of the screen, without colours, is one that may stand there.
bool may_stand(std::string_view line) {
  if (line.empty() || line.starts_with("[serai")) {
    return true;
  }
  for (const std::string_view name : World::names) {
    if (line.starts_with(name) && line.substr(name.size()).starts_with("| ")) {
      return true;
    }
  }
  return false;
}

/// What a line looks like in the end: a backspace moves back by one.
std::string shown(std::string_view line) {
  std::string text;
  std::size_t cursor = 0;
  for (const char character : line) {
    if (character == '\b') {
      SERAI_ASSERT(cursor != 0);
      --cursor;
      continue;
    }
    SERAI_ASSERT(static_cast<unsigned char>(character) >= ' ' && character != 0x7f);
    text.resize(std::max(text.size(), cursor + 1));
    text[cursor++] = character;
  }
  return text;
}

void check_screen(std::string_view output) {
  std::size_t start = 0;
  while (start < output.size()) {
    std::size_t end = output.find('\n', start);
    end = end == std::string_view::npos ? output.size() : end;
    std::string_view line = output.substr(start, end - start);
    if (line.ends_with('\r')) {
      line.remove_suffix(1);
    }
    SERAI_ASSERT(may_stand(shown(line)) || end == output.size());
    start = end + 1;
  }
}

void add_text(Input& input, test::FakeSerialBackend& line) {
  constexpr std::array<std::string_view, 8> pieces = {
      "\n", "\r", "word ", "\x1b[2J\x1b[1;1H", "\xc3\xa4", "a| ", "\b\b", "[serai x] "};
  const std::uint8_t kind = input.byte();
  if (line.arrived.size() > 4096) {
    return;
  }
  if ((kind & 1) != 0) {
    line.arrive(pieces[(kind >> 1) % pieces.size()]);
    return;
  }
  for (std::uint8_t i = kind >> 4; i != 0; --i) {
    line.arrived.push_back(static_cast<char>(input.byte()));
  }
}

void step(Input& input, World& world) {
  const std::uint8_t operation = input.byte();
  const std::size_t client = (operation >> 3) % client_count;
  switch (operation & 7) {
    case 0:
    case 1:
    case 2:
      return add_text(input, world.vms[client]);
    case 3:
      return add_text(input, world.logs[client]);
    case 4:
      world.uart.room += input.byte() * 8U;
      return world.console.notified(uart_channel);
    case 5:
      world.uart.typed.push_back((operation & 0x40) != 0 ? '\x1d'
                                                         : static_cast<char>(input.byte()));
      return world.console.notified(uart_channel);
    case 6:
      world.vms[client].room = input.byte();
      world.vms[client].sent.clear();
      return;
    default:
      return world.console.notified(static_cast<ChannelId>(client));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input({data, size});
  World world(input.byte());
  world.console.start();
  while (!input.empty()) {
    step(input, world);
  }
  // Everything that waits gets out once there is room.
  world.uart.room = std::size_t{1} << 30U;
  world.console.notified(uart_channel);
  SERAI_ASSERT(!world.uart.wants_interrupt);
  for (std::size_t i = 0; i < client_count; ++i) {
    SERAI_ASSERT(world.vms[i].arrived.empty() && world.logs[i].arrived.empty());
  }
  if (!world.is_terminal) {
    check_screen(world.uart.output);
  }
  return 0;
}
