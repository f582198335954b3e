// SPDX-License-Identifier: BSD-2-Clause
//
// A lying entropy device and clients that write anything into their queues, against the entropy PD.
// A client that behaves only ever gets bytes that the device gave.
#include <array>
#include <cstring>
#include <memory>

#include "base/assert.hpp"
#include "fuzz/input.hpp"
#include "fuzz/lying_device.hpp"
#include "pds/entropy/entropy_server.hpp"
#include "support/fake_log_port.hpp"
#include "support/fake_signal_port.hpp"
#include "unit/backends/sddf/queue_fixture.hpp"

namespace {

using namespace serai;
using fuzz::Input;

constexpr ChannelId device_channel = 3;
constexpr std::byte mark{0x5a};

class World {
 public:
  explicit World(Input& input) : device(input, drivers::DeviceType::entropy) { begin(input); }

  /// A life of the PD, which may follow another in the same memory.
  void begin(Input& input) {
    device.lie_every(input.byte() % 32);
    server = std::make_unique<entropy::EntropyServer>(device, signals, log, device_channel);
    drivers::DmaMemory memory({.bytes = dma, .physical = dma_physical});
    server->bring_up(memory);
    device.lie_every(0);
    for (std::size_t i = 0; i < clients.size(); ++i) {
      SERAI_ASSERT(
          server->add_client(clients[i].memory(), static_cast<ChannelId>(10 + i)).has_value());
    }
    server->start();
  }

  /// Fills what the device was asked to fill, and gives it back, as it should or not.
  void give(Input& input) {
    const std::uint8_t kind = input.byte();
    std::memset(dma.data() + piece_offset, static_cast<int>(mark),
                entropy::EntropyServer::piece_bytes);
    std::uint16_t index = 0;
    std::memcpy(&index, dma.data() + used_offset + 2, 2);
    const drivers::UsedEntry entry = {
        .id = (kind & 1) != 0 ? index % std::uint32_t{queue_size} : input.byte(),
        .length = (kind & 2) != 0 ? 64 : static_cast<std::uint32_t>(input.telling_number())};
    std::memcpy(dma.data() + used_offset + 4 + sizeof entry * (index % queue_size), &entry,
                sizeof entry);
    index = static_cast<std::uint16_t>(index + ((kind & 0x1c) != 0 ? 1 : input.byte()));
    std::memcpy(dma.data() + used_offset + 2, &index, 2);
    device.interrupts = kind >> 6;
    server->notified(device_channel);
  }

  void take(Input& input) {
    std::array<std::byte, 64> bytes{};
    const std::uint8_t count = input.byte() % 65;
    const std::size_t got = honest.read(std::span(bytes).first(count));
    for (std::size_t i = 0; i < got; ++i) {
      SERAI_ASSERT(bytes[i] == mark || lied_in_memory);
    }
    server->notified(10);
  }

  void scribble(Input& input) {
    const std::uint8_t where = input.byte();
    sddf::QueueFixture& queue = clients[1 + where % 2];
    const auto value = static_cast<std::uint32_t>(input.telling_number());
    std::uint32_t& word = (where & 4) != 0 ? queue.indices.head : queue.indices.tail;
    word = (where & 8) != 0 ? word + value % 64 : value;
    queue.indices.producer_signalled = where >> 7;
    server->notified(static_cast<ChannelId>(11 + where % 2));
  }

  /// Anything anywhere in the device's memory.
  void scribble_rings(Input& input) {
    lied_in_memory = true;
    const auto value = static_cast<std::uint32_t>(input.telling_number());
    std::memcpy(dma.data() + input.number(2) % (dma.size() - 4), &value, 4);
  }

  static constexpr std::uint64_t dma_physical = 0x4000'0000;
  static constexpr std::uint16_t queue_size = 4;
  // What the server takes from its region, in this order: the rings, then the piece.
  static constexpr std::size_t used_offset = 80;
  static constexpr std::size_t piece_offset = 128;

  alignas(64) std::array<std::byte, 4096> dma{};
  fuzz::LyingDevice device;
  test::FakeSignalPort signals;
  test::FakeLogPort log;
  std::array<sddf::QueueFixture, 3> clients = {sddf::QueueFixture(64), sddf::QueueFixture(32),
                                               sddf::QueueFixture(128)};
  sddf::SerialConsumer honest{clients[0].memory()};
  std::unique_ptr<entropy::EntropyServer> server;
  bool lied_in_memory = false;
};

void step(Input& input, World& world) {
  const std::uint8_t operation = input.byte();
  switch (operation & 7) {
    case 0:
      return (operation & 0xf0) == 0 ? world.begin(input) : world.take(input);
    case 1:
    case 2:
    case 3:
      return world.give(input);
    case 4:
    case 5:
      return world.take(input);
    case 6:
      return world.scribble(input);
    default:
      return (operation & 0x70) == 0 ? world.scribble_rings(input) : world.scribble(input);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input({data, size});
  auto world = std::make_unique<World>(input);
  while (!input.empty()) {
    step(input, *world);
  }
  for (const auto& client : world->clients) {
    SERAI_ASSERT(client.guards_intact());
  }
  return 0;
}
