// SPDX-License-Identifier: BSD-2-Clause
//
// A hostile client and a device that lies about what it did, against the uplink. The device only
// ever gets memory of the PD and of the client (the double checks every chain it is given), never
// the same buffer twice at a time.
#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <vector>

#include "base/assert.hpp"
#include "base/bits.hpp"
#include "fuzz/input.hpp"
#include "net/header.hpp"
#include "pds/uplink/uplink.hpp"
#include "support/fake_signal_port.hpp"
#include "support/fake_virtio_device.hpp"
#include "unit/backends/sddf/packet_fixture.hpp"

namespace {

using namespace serai;
using fuzz::Input;
using sddf::DirectionMemory;

constexpr std::uint64_t dma_physical = 0x8000'0000;
constexpr std::uint64_t down_physical = 0x9000'0000;
constexpr std::uint64_t up_physical = 0xa000'0000;
constexpr ChannelId device_channel = 9;
constexpr ChannelId down_channel = 10;
constexpr ChannelId up_channel = 11;
constexpr std::uint32_t buffer_bytes = 128;
constexpr std::uint32_t capacity = 8;
constexpr std::uint16_t receive_queue = 0;
constexpr std::uint16_t transmit_queue = 1;
constexpr std::uint64_t all_offloads = 0x00ff'ffff & ~bit(5);

class World {
 public:
  explicit World(std::uint8_t options)
      : extended((options & 1) != 0),
        hardware(drivers::DeviceType::network,
                 ((options & 2) != 0 ? drivers::feature::event_idx : 0) |
                     ((options & 4) != 0 ? all_offloads | bit(56) : 0)) {
    hardware.queue_count = 2;
    hardware.most_queue_size = (options & 8) != 0 ? 64 : 4;
    hardware.map(dma_physical, dma);
    hardware.map(down_physical, down.data());
    hardware.map(up_physical, up.data());
    drivers::DmaMemory memory({.bytes = dma, .physical = dma_physical});
    const auto started = uplink.start(memory, {.transmit = side(down, down_physical),
                                               .transmit_data = down.data(),
                                               .receive = side(up, up_physical),
                                               .receive_data = up.data(),
                                               .transmit_channel = down_channel,
                                               .receive_channel = up_channel});
    SERAI_ASSERT(started.has_value());
    client = std::make_unique<sddf::SddfPacketBackend>(
        up.direction(1), down.direction(2), signals,
        sddf::SddfPacketBackend::Options{.buffer_bytes = buffer_bytes, .extended = extended});
    client->want_arrivals(true);
  }

  /// What a client does that behaves.
  void send(Input& input) {
    const std::uint8_t pieces = 1 + (extended ? input.byte() & 3 : 0);
    const std::uint8_t kind = input.byte();
    for (std::uint8_t i = 0; i < pieces; ++i) {
      const auto buffer = client->claim();
      if (!buffer) {
        return client->cancel();
      }
      const std::uint32_t bytes = 1 + input.byte() % buffer_bytes;
      std::memset(buffer->data(), (kind & 1) != 0 ? kind : 0, bytes);
      client->fill(bytes);
    }
    client->commit();
    uplink.notified(up_channel);
  }

  void take() {
    while (client->peek()) {
      client->consume();
    }
    client->flush();
    uplink.notified(down_channel);
  }

  /// Anything anywhere in the queues that the client shares, or nearly right.
  void scribble(Input& input) {
    const std::uint8_t where = input.byte();
    DirectionMemory& direction = (where & 1) != 0 ? up : down;
    const sddf::PacketQueueMemory queue = (where & 2) != 0 ? direction.free() : direction.active();
    if ((where & 4) != 0) {
      auto& entry = queue.descriptors[queue.indices->tail % capacity];
      entry.offset = input.byte() * ((where & 8) != 0 ? std::uint64_t{buffer_bytes} : 1U);
      entry.rest = input.byte() | (where & 0x10 ? std::uint64_t{1} << 24 : 0);
      ++queue.indices->tail;
    } else if ((where & 8) != 0) {
      queue.indices->head = static_cast<std::uint16_t>(input.telling_number());
    } else if ((where & 0x10) != 0) {
      queue.indices->tail = static_cast<std::uint16_t>(input.telling_number());
    } else {
      auto& entry = queue.descriptors[input.byte() % capacity];
      entry.offset = input.telling_number();
      entry.rest = input.telling_number();
    }
    uplink.notified((where & 0x20) != 0 ? up_channel : down_channel);
  }

  /// The device does its work, and now and then says that it did other work.
  void run_device(Input& input) {
    const std::uint8_t kind = input.byte();
    const std::uint16_t queue = (kind & 1) != 0 ? receive_queue : transmit_queue;
    if (auto chain = hardware.pop(queue)) {
      check(*chain, queue);
      waiting[queue].push_back(*chain);
    }
    if (waiting[queue].empty() && (kind & 0xc0) != 0xc0) {
      return;
    }
    if ((kind & 0xc0) == 0xc0) {
      hardware.give_back(queue, input.byte(), static_cast<std::uint32_t>(input.telling_number()));
    } else {
      const std::size_t which = (kind >> 2) % waiting[queue].size();
      const auto chain = waiting[queue][which];
      waiting[queue].erase(waiting[queue].begin() + static_cast<std::ptrdiff_t>(which));
      for (const auto& piece : chain.pieces) {
        if (piece.device_writes) {
          std::ranges::fill(piece.bytes, static_cast<std::byte>(input.byte() & 3));
        }
      }
      hardware.give_back(
          queue, chain.head,
          (kind & 2) != 0 ? input.byte() : static_cast<std::uint32_t>(input.telling_number()));
    }
    uplink.notified(device_channel);
  }

  bool extended;
  test::FakeVirtioDevice hardware;
  DirectionMemory down{capacity, buffer_bytes};
  DirectionMemory up{capacity, buffer_bytes};
  alignas(16) std::array<std::byte, uplink::Uplink::memory_bytes> dma{};
  test::FakeSignalPort signals;
  uplink::Uplink uplink{hardware, signals, device_channel};
  std::unique_ptr<sddf::SddfPacketBackend> client;
  std::array<std::vector<test::FakeVirtioDevice::Chain>, 2> waiting;

 private:
  [[nodiscard]] uplink::ClientSide side(DirectionMemory& memory, std::uint64_t physical) const {
    return {.free = memory.free(),
            .active = memory.active(),
            .physical = physical,
            .buffer_bytes = buffer_bytes,
            .extended = extended};
  }

  /// What the device sends is the client's to send, what it fills the client's to receive.
  void check(const test::FakeVirtioDevice::Chain& chain, std::uint16_t queue) {
    for (const auto& piece : chain.pieces) {
      SERAI_ASSERT(piece.device_writes == (queue == receive_queue));
      const auto data = queue == receive_queue ? down.data() : up.data();
      const auto* const at = piece.bytes.data();
      const bool is_client = at >= data.data() && at < data.data() + data.size();
      const bool is_ours = at >= dma.data() && at < dma.data() + dma.size();
      SERAI_ASSERT(is_client || (is_ours && piece.bytes.size() == net::header_bytes));
    }
  }
};

void step(Input& input, World& world) {
  const std::uint8_t operation = input.byte();
  switch (operation & 7) {
    case 0:
    case 1:
      return world.send(input);
    case 2:
      return world.take();
    case 3:
      return (operation & 0x30) == 0 ? world.scribble(input) : world.send(input);
    default:
      return world.run_device(input);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input({data, size});
  auto world = std::make_unique<World>(input.byte());
  while (!input.empty()) {
    step(input, *world);
  }
  SERAI_ASSERT(world->up.guards_intact() && world->down.guards_intact());
  return 0;
}
