// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>
#include <cstring>
#include <gtest/gtest.h>
#include <optional>
#include <string_view>
#include <vector>

#include "net/socket_header.hpp"
#include "support/fake_interrupt_controller.hpp"
#include "support/virtio_driver.hpp"
#include "unit/devices/hostile_driver/every_device.hpp"
#include "virtio/transport/mmio.hpp"

namespace serai::test {

/// A device behind its registers, and a driver on each of its queues that does as it is told.
class DrivenDevice {
 public:
  using Bytes = VirtioDriver::Bytes;

  /// What a driver asks of a device: pieces that it reads, then pieces that it writes.
  struct Request {
    std::uint16_t queue = 0;
    std::vector<Bytes> readable;
    std::vector<std::uint32_t> writable;
  };

  DrivenDevice(DeviceKind device_kind, bool packed)
      : kind(device_kind), queues_(device.traits().queue_count) {
    for (std::size_t i = 0; i < queues_.size(); ++i) {
      drivers.emplace_back(ram, VirtioDriver::Options{.size = 16, .packed = packed});
    }
    features_ = std::uint64_t{1} << 32U | std::uint64_t{1} << 28U |
                (packed ? std::uint64_t{1} << 34U : 0) | device.offered_features();
    start();
  }

  /// From a reset to DRIVER_OK, with new rings.
  void start() {
    reset();
    write(0x70, 3);
    for (const std::uint32_t half : {0U, 1U}) {
      write(0x24, half);
      write(0x20, static_cast<std::uint32_t>(features_ >> (32 * half)));
    }
    write(0x70, 11);
    for (std::uint32_t i = 0; i < queues_.size(); ++i) {
      drivers[i].restart();
      const virtio::QueuePlace place = drivers[i].place();
      write(0x30, i);
      write(0x38, place.size);
      write_address(0x80, place.descriptors.value());
      write_address(0x90, place.driver_area.value());
      write_address(0xa0, place.device_area.value());
      write(0x44, 1);
    }
    write(0x70, 15);
    EXPECT_EQ(status(), 15U);
  }

  void reset() {
    write(0x70, 0);
    EXPECT_EQ(status(), 0U);
    EXPECT_EQ(pool_.free(), pool_.capacity());
  }

  void write(std::uint64_t offset, std::uint32_t value) {
    EXPECT_TRUE(transport_.write(offset, AccessSize::word, value));
  }

  [[nodiscard]] std::uint32_t status() {
    return static_cast<std::uint32_t>(transport_.read(0x70, AccessSize::word).value());
  }

  [[nodiscard]] bool needs_reset() { return (status() & 0x40) != 0; }

  void notify(std::uint16_t queue) { write(0x50, queue); }

  /// Something small that the device does at once.
  [[nodiscard]] Request request() const {
    switch (kind) {
      case DeviceKind::block: {
        Bytes header(16);
        header[0] = std::byte{8};  // VIRTIO_BLK_T_GET_ID
        return {.queue = 0, .readable = {header}, .writable = {20, 1}};
      }
      case DeviceKind::network:
        return {.queue = 1, .readable = {Bytes(12), Bytes(60)}, .writable = {}};
      case DeviceKind::console:
        return {.queue = 1, .readable = {VirtioDriver::bytes("some text")}, .writable = {}};
      case DeviceKind::entropy:
        return {.queue = 0, .readable = {}, .writable = {16}};
      case DeviceKind::socket:
        return {.queue = 1, .readable = {socket_packet()}, .writable = {}};
    }
    return {};
  }

  /// Whether the device, which was just started, does what it is for.
  [[nodiscard]] bool works() {
    devices.source.arrive("some random bytes, more or less");
    const Request small = request();
    drivers[small.queue].send(small.readable, small.writable);
    notify(small.queue);
    const auto used = drivers[small.queue].take_used();
    if (!used) {
      return false;
    }
    switch (kind) {
      case DeviceKind::block:
        return used->data.back() == std::byte{0};
      case DeviceKind::network:
        return devices.wire.sent.size() == 1;
      case DeviceKind::console:
        return devices.lines[0].sent.ends_with("some text");
      case DeviceKind::entropy:
        return used->written == 16;
      case DeviceKind::socket:
        return devices.packets.sent.size() == 1;
    }
    return false;
  }

  /// The same after a reset, as R4 and R11 want it after anything.
  void expect_works_again() {
    start();
    devices.wire.sent.clear();
    devices.packets.sent.clear();
    EXPECT_TRUE(works());
    EXPECT_FALSE(needs_reset());
  }

  EveryDevice devices;
  DeviceKind kind;
  virtio::Device& device = devices[kind];
  GuestRam ram;
  std::vector<VirtioDriver> drivers;

 private:
  static Bytes socket_packet() {
    const net::SocketHeader header = {.src_cid = 3,
                                      .dst_cid = net::host_context,
                                      .src_port = 1000,
                                      .dst_port = 7,
                                      .type = net::socket_type::stream,
                                      .op = net::socket_operation::request};
    Bytes bytes(net::socket_header_bytes);
    std::memcpy(bytes.data(), &header, bytes.size());
    return bytes;
  }

  void write_address(std::uint64_t offset, std::uint64_t address) {
    write(offset, static_cast<std::uint32_t>(address));
    write(offset + 4, static_cast<std::uint32_t>(address >> 32U));
  }

  FakeInterruptController gic_;
  std::vector<virtio::Segment> segments_ = std::vector<virtio::Segment>(256);
  virtio::SegmentPool pool_{segments_};
  std::vector<virtio::Queue> queues_;
  virtio::MmioTransport transport_{device, ram.memory(), queues_, pool_, IrqLine(gic_, 48), {}};
  std::uint64_t features_ = 0;
};

}  // namespace serai::test
