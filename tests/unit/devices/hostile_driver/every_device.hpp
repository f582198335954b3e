// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <ostream>
#include <span>
#include <string>
#include <vector>

#include "devices/virtio_block/block.hpp"
#include "devices/virtio_console/console.hpp"
#include "devices/virtio_entropy/entropy.hpp"
#include "devices/virtio_net/net.hpp"
#include "devices/virtio_socket/socket.hpp"
#include "support/fake_block_backend.hpp"
#include "support/fake_packet_backend.hpp"
#include "support/fake_serial_backend.hpp"
#include "virtio/device.hpp"

namespace serai::test {

enum class DeviceKind : std::uint8_t { block, network, console, entropy, socket };

inline constexpr std::array every_kind = {DeviceKind::block, DeviceKind::network,
                                          DeviceKind::console, DeviceKind::entropy,
                                          DeviceKind::socket};

inline std::string name_of(DeviceKind kind) {
  constexpr std::array names = {"block", "network", "console", "entropy", "socket"};
  return names.at(static_cast<std::size_t>(kind));
}

inline std::ostream& operator<<(std::ostream& out, DeviceKind kind) {
  return out << name_of(kind);
}

/// One device of each kind, with as many queues as it knows what to do with, on back ends that are
/// the test's.
class EveryDevice {
 public:
  virtio::Device& operator[](DeviceKind kind) {
    const std::array<virtio::Device*, 5> devices = {&block, &network, &console, &entropy, &socket};
    return *devices.at(static_cast<std::size_t>(kind));
  }

  FakeBlockBackend disk;
  FakePacketBackend wire{{.buffer_bytes = 2048, .extended = true, .most_buffers = 40}};
  std::array<FakeSerialBackend, 2> lines;
  FakeSerialBackend source;
  FakePacketBackend packets{{.buffer_bytes = 2048, .extended = true, .most_buffers = 40}};

  virtio_block::Block block{disk, {.read_only = false, .queues = 2, .queue_size = 16}};
  virtio_net::Net network{
      wire, {.mac = {2, 0, 0, 0, 0, 1}, .mtu = 1500, .queue_pairs = 2, .queue_size = 16}};
  std::array<virtio_console::Console::PortOptions, 2> ports = {
      {{.back_end = lines.data(), .name = "console", .is_console = true},
       {.back_end = &lines[1], .name = "second", .is_console = false}}};
  virtio_console::Console console{ports};
  virtio_entropy::Entropy entropy{source};
  virtio_socket::Socket socket{packets, 3};
};

}  // namespace serai::test
