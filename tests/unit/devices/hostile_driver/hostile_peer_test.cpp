// SPDX-License-Identifier: BSD-2-Clause
//
// Devices over the back ends that systems have, whose other side, a protection domain, lies or is
// dead: it writes anything into the shared memory, or nothing at all. A guest that behaves may lose
// its data and see errors; its requests come back, nothing else is touched, and a reset works.
#include <cstring>
#include <functional>
#include <gtest/gtest.h>
#include <random>

#include "backends/sddf/block_backend.hpp"
#include "backends/sddf/packet_backend.hpp"
#include "backends/sddf/serial_backend.hpp"
#include "devices/virtio_block/block.hpp"
#include "devices/virtio_console/console.hpp"
#include "devices/virtio_entropy/entropy.hpp"
#include "devices/virtio_net/features.hpp"
#include "devices/virtio_net/net.hpp"
#include "devices/virtio_socket/socket.hpp"
#include "support/active_device.hpp"
#include "support/block_queue_fixture.hpp"
#include "support/fake_signal_port.hpp"
#include "unit/backends/sddf/packet_fixture.hpp"
#include "unit/backends/sddf/queue_fixture.hpp"
#include "unit/devices/hostile_driver/driven_device.hpp"

namespace serai::test {
namespace {

/// Bytes of shared memory that the other side may write.
using Shared = std::span<std::byte>;

template <class Object>
Shared bytes_of(Object& object) {
  return std::as_writable_bytes(std::span(&object, 1));
}

/// Every device over its own back end, and what each shares.
class Peers {
 public:
  virtio::Device& operator[](DeviceKind kind) {
    const std::array<virtio::Device*, 5> devices = {&block, &network, &console, &entropy, &socket};
    return *devices.at(static_cast<std::size_t>(kind));
  }

  std::vector<Shared> shared_with(DeviceKind kind) {
    switch (kind) {
      case DeviceKind::block:
        return {Shared(reinterpret_cast<std::byte*>(disk_memory.request_header),
                       sddf::request_ring_bytes(capacity)),
                Shared(reinterpret_cast<std::byte*>(disk_memory.response_header),
                       sddf::response_ring_bytes(capacity)),
                bytes_of(*disk_memory.storage_info)};
      case DeviceKind::network:
        return shared_with(wire);
      case DeviceKind::socket:
        return shared_with(packets);
      case DeviceKind::console:
        return {bytes_of(forth.indices), bytes_of(back.indices)};
      case DeviceKind::entropy:
        return {bytes_of(random.indices)};
    }
    return {};
  }

  [[nodiscard]] bool guards_intact() const {
    return disk_queue.guards_intact() && wire.up.guards_intact() && wire.down.guards_intact() &&
           packets.up.guards_intact() && packets.down.guards_intact() && forth.guards_intact() &&
           back.guards_intact() && random.guards_intact();
  }

  static constexpr std::uint32_t capacity = 8;

  FakeSignalPort signals;
  BlockQueueFixture disk_queue{capacity, 8};
  sddf::BlockQueueMemory disk_memory = disk_queue.memory();
  sddf::SddfBlockBackend disk{disk_memory, signals, 1};
  sddf::Connection wire{capacity, true, 256};
  sddf::Connection packets{capacity, true, 256};
  sddf::QueueFixture forth{64};
  sddf::QueueFixture back{64};
  sddf::QueueFixture random{64};
  sddf::QueueFixture unused{1};
  sddf::SddfSerialBackend line{forth.memory(), back.memory(), signals, 2};
  sddf::SddfSerialBackend source{unused.memory(), random.memory(), signals, 3};

  virtio_block::Block block{disk, {.queue_size = 16}};
  virtio_net::Net network{wire.client, {.mac = {2, 0, 0, 0, 0, 1}, .mtu = 1500, .queue_size = 16}};
  std::array<virtio_console::Console::PortOptions, 1> ports = {
      {{.back_end = &line, .name = "console", .is_console = true}}};
  virtio_console::Console console{ports};
  virtio_entropy::Entropy entropy{source};
  virtio_socket::Socket socket{packets.client, 3};

 private:
  static std::vector<Shared> shared_with(sddf::Connection& connection) {
    std::vector<Shared> all;
    for (sddf::DirectionMemory* const direction : {&connection.up, &connection.down}) {
      for (const sddf::PacketQueueMemory& queue : {direction->free(), direction->active()}) {
        all.push_back(bytes_of(*queue.indices));
        all.push_back(std::as_writable_bytes(queue.descriptors));
      }
    }
    return all;
  }
};

class HostilePeer : public testing::TestWithParam<DeviceKind> {
 protected:
  void SetUp() override {
    if (GetParam() == DeviceKind::block) {
      // A disk that was there once.
      sddf::BlockServerQueue server(peers.disk_memory);
      server.announce({.blocks = 64});
      device.back_end_ready();
    }
    active.emplace(device, device.offered_features());
  }

  /// What a guest asks for, as long as there is room in its queues.
  void ask(std::uint16_t queue) {
    const bool reads = (GetParam() == DeviceKind::network || GetParam() == DeviceKind::socket ||
                        GetParam() == DeviceKind::console) &&
                       queue % 2 == 0;
    const DrivenDevice::Request small = reads ? buffer() : request();
    if (active->drivers[queue].add(small.readable, small.writable)) {
      active->drivers[queue].kick();
      device.notify(queue);
    }
  }

  [[nodiscard]] static DrivenDevice::Request buffer() {
    return {.queue = 0, .readable = {}, .writable = {1600}};
  }

  [[nodiscard]] DrivenDevice::Request request() const {
    if (GetParam() == DeviceKind::block) {
      return {.queue = 0, .readable = {DrivenDevice::Bytes(16)}, .writable = {512, 1}};
    }
    if (GetParam() == DeviceKind::entropy) {
      return {.queue = 0, .readable = {}, .writable = {16}};
    }
    return {.queue = 1, .readable = {DrivenDevice::Bytes(80, std::byte{1})}, .writable = {}};
  }

  /// The queue whose requests the device answers by itself.
  [[nodiscard]] std::uint16_t request_queue() const {
    return GetParam() == DeviceKind::block || GetParam() == DeviceKind::entropy ? 0 : 1;
  }

  /// Throws where the device gives back what a driver did not give it.
  void take_all() {
    for (VirtioDriver& driver : active->drivers) {
      static_cast<void>(driver.take_all_used());
    }
  }

  Peers peers;
  virtio::Device& device = peers[GetParam()];
  std::optional<ActiveDevice> active;
};

TEST_P(HostilePeer, MayWriteAnythingAtAnyTime) {
  std::mt19937 numbers(7);
  const auto below = [&](std::size_t limit) {
    return std::uniform_int_distribution<std::size_t>(0, limit - 1)(numbers);
  };
  const auto shared = peers.shared_with(GetParam());
  for (int step = 0; step < 20'000; ++step) {
    const Shared place = shared[below(shared.size())];
    const auto value = static_cast<std::uint32_t>(below(4) == 0 ? numbers() : below(20));
    const std::size_t size = std::min<std::size_t>(place.size(), std::size_t{1} << below(3));
    std::memcpy(place.data() + below(place.size() - size + 1), &value, size);
    ask(static_cast<std::uint16_t>(below(active->drivers.size())));
    device.back_end_ready();
    if (step % 64 == 0) {
      device.check_progress();
    }
    take_all();
    if (step % 1000 == 999) {
      // The device must come to its end with what it holds, and begin anew.
      active.reset();
      active.emplace(device, device.offered_features());
    }
  }
  ASSERT_EQ(active->events.reset_requests, 0) << "it is not the driver's fault";
  EXPECT_TRUE(peers.guards_intact());
}

TEST_P(HostilePeer, MayBeDead) {
  for (int i = 0; i < 100; ++i) {
    ask(request_queue());
    if (i % 10 == 0) {
      device.check_progress();
    }
  }
  for (int i = 0; i < 3; ++i) {
    device.check_progress();
  }
  take_all();
  EXPECT_FALSE(device.is_waiting());
  const bool ends = GetParam() == DeviceKind::block || GetParam() == DeviceKind::console;
  if (ends) {
    EXPECT_EQ(active->drivers[request_queue()].in_flight(), 0U);
  }
  active->reset();
  EXPECT_TRUE(peers.guards_intact());
}

/// A disk, and a console that a kernel waits for, are what a guest cannot live without.
TEST_P(HostilePeer, MayClaimNonsenseOnce) {
  for (const Shared place : peers.shared_with(GetParam())) {
    std::memset(place.data(), 0x7f, place.size());
  }
  ask(request_queue());
  device.back_end_ready();
  for (int i = 0; i < 3; ++i) {
    device.check_progress();
  }
  const bool used = active->drivers[request_queue()].take_used().has_value();
  EXPECT_EQ(used, GetParam() != DeviceKind::entropy) << "bytes that are not there are waited for";
  EXPECT_TRUE(peers.guards_intact());
}

INSTANTIATE_TEST_SUITE_P(Devices, HostilePeer, testing::ValuesIn(every_kind),
                         [](const auto& test) { return name_of(test.param); });

}  // namespace
}  // namespace serai::test
