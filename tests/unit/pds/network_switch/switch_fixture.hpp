// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <gtest/gtest.h>
#include <memory>
#include <vector>

#include "pds/network_switch/network_switch.hpp"
#include "support/ethernet.hpp"
#include "support/fake_clock_port.hpp"
#include "support/fake_packet_backend.hpp"

namespace serai::network_switch {

constexpr PacketFormat plain{.buffer_bytes = 2048};
constexpr PacketFormat extended{.buffer_bytes = 2048, .extended = true, .most_buffers = 40};

/// A switch whose ports are played by the test. Port i has both channels 10 + i.
class SwitchTest : public testing::Test {
 protected:
  static constexpr ChannelId timer_channel = 5;

  std::uint32_t add(const NetworkSwitch::PortOptions& wanted, PacketFormat format = plain) {
    auto options = wanted;
    options.transmit_channel = static_cast<ChannelId>(10 + ports.size());
    options.receive_channel = options.transmit_channel;
    ports.push_back(std::make_unique<test::FakePacketBackend>(format));
    EXPECT_TRUE(the_switch.add_port(options, *ports.back()));
    return static_cast<std::uint32_t>(ports.size() - 1);
  }

  /// A VM's port.
  std::uint32_t add_vm(std::uint8_t last, std::uint16_t vlan = 0, std::uint32_t group = 0) {
    return add({.rules = {.mac = MacAddress(test::station(last)), .vlan = vlan, .group = group}});
  }

  std::uint32_t add_uplink(std::uint16_t vlan = 0) {
    return add({.rules = {.vlan = vlan, .uplink = true}});
  }

  void send(std::uint32_t port, const test::Bytes& packet) {
    at(port).arrive(packet);
    the_switch.notified(10 + port);
  }

  void send(std::uint32_t port, const test::Frame& frame) { send(port, frame.bytes()); }

  test::FakePacketBackend& at(std::uint32_t port) { return *ports[port]; }

  [[nodiscard]] const PortCounters& counters(std::uint32_t port) const {
    return the_switch.counters(port);
  }

  /// Which ports got something since the last call.
  std::vector<std::uint32_t> receivers() {
    std::vector<std::uint32_t> result;
    for (std::uint32_t i = 0; i < ports.size(); ++i) {
      if (!at(i).sent.empty()) {
        result.push_back(i);
        at(i).sent.clear();
      }
    }
    return result;
  }

  using Ports = std::vector<std::uint32_t>;

  std::vector<std::unique_ptr<test::FakePacketBackend>> ports;
  test::FakeClockPort clock;
  NetworkSwitch the_switch{clock, {.timer_channel = timer_channel}};
};

}  // namespace serai::network_switch
