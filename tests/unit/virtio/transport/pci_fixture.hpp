// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>
#include <gtest/gtest.h>
#include <map>
#include <utility>
#include <vector>

#include "pci/host_bridge.hpp"
#include "support/fake_interrupt_controller.hpp"
#include "support/recording_virtio_device.hpp"
#include "virtio/transport/pci.hpp"

namespace serai::test {

struct RecordingSink final : pci::MessageSink {
  void send(std::uint64_t address, std::uint32_t data) noexcept override {
    messages.emplace_back(address, data);
  }

  std::vector<std::pair<std::uint64_t, std::uint32_t>> messages;
};

/// A VirtIO function in slot 2 of a host bridge, and the way a driver finds its structures.
class PciTransportTest : public testing::Test {
 protected:
  static constexpr std::uint64_t ram = TransportParts::ram_start;
  static constexpr std::uint64_t window = 0x1000'0000;
  static constexpr std::uint64_t high_window = 0x80'0000'0000;
  static constexpr std::uint64_t structures = high_window + 0x10'0000;
  static constexpr std::uint64_t msix = window + 0x20'0000;
  static constexpr std::uint32_t intx = 35 + 2;

  // Offsets in the structures' BAR, as the capabilities must say.
  struct Places {
    std::uint64_t common = 0;
    std::uint64_t notify = 0;
    std::uint64_t isr = 0;
    std::uint64_t device = 0;
    std::uint32_t access = 0;  ///< of the capability itself
    std::uint32_t msix = 0;    ///< likewise
    std::uint32_t multiplier = 0;
  };

  static GuestRange range(std::uint64_t start, std::uint64_t size) {
    return GuestRange::make(GuestAddress(start), size).value();
  }

  void SetUp() override {
    ASSERT_TRUE(bridge.add(2, function));
    find_structures();
    place(0, structures);
    place(2, msix);
    config_write(4, 6, AccessSize::half);
  }

  std::uint32_t config_read(std::uint32_t offset, AccessSize size = AccessSize::word) {
    return static_cast<std::uint32_t>(bridge.ecam().read(2U << 15 | offset, size).value());
  }

  void config_write(std::uint32_t offset, std::uint32_t value, AccessSize size = AccessSize::word) {
    ASSERT_TRUE(bridge.ecam().write(2U << 15 | offset, size, value));
  }

  void place(unsigned bar, std::uint64_t address) {
    config_write(0x10 + 4 * bar, static_cast<std::uint32_t>(address));
    config_write(0x14 + 4 * bar, static_cast<std::uint32_t>(address >> 32));
  }

  std::uint64_t read(std::uint64_t address, AccessSize size = AccessSize::word) {
    return address >= high_window ? bridge.high_window().read(address - high_window, size).value()
                                  : bridge.window().read(address - window, size).value();
  }

  void write(std::uint64_t address, std::uint64_t value, AccessSize size = AccessSize::word) {
    ASSERT_TRUE(address >= high_window
                    ? bridge.high_window().write(address - high_window, size, value)
                    : bridge.window().write(address - window, size, value));
  }

  std::uint64_t common(std::uint32_t offset, AccessSize size) {
    return read(structures + places.common + offset, size);
  }

  void set_common(std::uint32_t offset, std::uint64_t value, AccessSize size) {
    write(structures + places.common + offset, value, size);
  }

  std::uint64_t status() { return common(20, AccessSize::byte); }

  void set_status(std::uint32_t value) { set_common(20, value, AccessSize::byte); }

  void negotiate(std::uint64_t features) {
    set_status(1);
    set_status(3);
    for (const std::uint32_t half : {0U, 1U}) {
      set_common(8, half, AccessSize::word);
      set_common(12, features >> (32 * half) & 0xffff'ffff, AccessSize::word);
    }
    set_status(0xb);
    ASSERT_EQ(status(), 0xbU);
  }

  void set_up(std::uint32_t queue, std::uint64_t address) {
    set_common(22, queue, AccessSize::half);
    set_common(24, 16, AccessSize::half);
    const std::uint64_t areas[] = {address, address + 0x1000, address + 0x2000};
    for (std::uint32_t i = 0; i < 3; ++i) {
      set_common(32 + 8 * i, areas[i] & 0xffff'ffff, AccessSize::word);
      set_common(36 + 8 * i, areas[i] >> 32, AccessSize::word);
    }
    set_common(28, 1, AccessSize::half);
    ASSERT_EQ(common(28, AccessSize::half), 1U);
  }

  void start(std::uint64_t features = virtio::feature::version_1) {
    negotiate(features);
    set_up(0, ram);
    set_up(1, ram + 0x4000);
    set_status(0xf);
    ASSERT_TRUE(parts.device.is_active());
  }

  /// MSI-X on, vector n at address 0x8020040 with data 80 + n, unmasked; queue n has vector n + 1,
  /// the configuration vector 0.
  void use_msix() {
    for (std::uint32_t vector = 0; vector < 4; ++vector) {
      write(msix + 16 * vector, 0x802'0040);
      write(msix + 16 * vector + 8, 80 + vector);
      write(msix + 16 * vector + 12, 0);
    }
    config_write(places.msix + 2, 0x8000, AccessSize::half);
    set_common(16, 0, AccessSize::half);
    for (std::uint32_t queue = 0; queue < 3; ++queue) {
      set_common(22, queue, AccessSize::half);
      set_common(26, queue + 1, AccessSize::half);
    }
  }

  virtio::Events& events() { return *parts.device.activation->events; }

  void find_structures() {
    for (std::uint32_t at = config_read(0x34, AccessSize::byte); at != 0;
         at = config_read(at + 1, AccessSize::byte)) {
      if (config_read(at, AccessSize::byte) == 0x11) {
        places.msix = at;
        continue;
      }
      ASSERT_EQ(config_read(at, AccessSize::byte), 9U);
      note_structure(at);
    }
  }

  void note_structure(std::uint32_t at) {
    const std::uint32_t type = config_read(at + 3, AccessSize::byte);
    const std::uint32_t offset = config_read(at + 8);
    types[type] = config_read(at + 12);
    ASSERT_EQ(config_read(at + 4, AccessSize::byte), 0U) << "the BAR";
    places.common = type == 1 ? offset : places.common;
    places.notify = type == 2 ? offset : places.notify;
    places.multiplier = type == 2 ? config_read(at + 16) : places.multiplier;
    places.isr = type == 3 ? offset : places.isr;
    places.device = type == 4 ? offset : places.device;
    places.access = type == 5 ? at : places.access;
  }

  FakeInterruptController gic;
  RecordingSink sink;
  TransportParts parts;
  pci::HostBridge bridge{{.ecam = range(0x3f00'0000, 0x10'0000),
                          .window = range(window, 0x100'0000),
                          .high_window = range(high_window, 0x1000'0000),
                          .first_intx_intid = 35},
                         gic};
  virtio::PciTransport function{
      parts.device, parts.memory, parts.queues, parts.pool, 2, sink, bridge, {}};
  Places places;
  std::map<std::uint32_t, std::uint32_t> types;  ///< length of each structure that was found
};

}  // namespace serai::test
