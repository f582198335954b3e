// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <gtest/gtest.h>
#include <memory>
#include <vector>

#include "pds/sockets/socket_switch.hpp"
#include "support/fake_clock_port.hpp"
#include "support/fake_packet_backend.hpp"
#include "support/socket_packet.hpp"

namespace serai::sockets {

namespace op = net::socket_operation;
using test::socket_packet;
using test::SocketPacket;

/// A switch of sockets whose ports are played by the test. Port i has address 10 + i and both
/// channels 20 + i.
class SocketsTest : public testing::Test {
 protected:
  static constexpr ChannelId timer_channel = 5;
  static constexpr std::uint64_t host = net::host_context;

  static constexpr std::uint64_t address_of(std::uint32_t port) { return 10 + port; }

  std::uint32_t add(std::uint32_t group = 0) {
    const auto index = static_cast<std::uint32_t>(ports.size());
    ports.push_back(std::make_unique<test::FakePacketBackend>(
        PacketFormat{.buffer_bytes = 2048, .extended = true, .most_buffers = 40}));
    EXPECT_TRUE(the_switch.add_port({.context_id = address_of(index),
                                     .group = group,
                                     .transmit_channel = 20 + index,
                                     .receive_channel = 20 + index},
                                    *ports.back()));
    return index;
  }

  void send(std::uint32_t port, const SocketPacket& packet) {
    at(port).arrive(packet.bytes());
    the_switch.notified(20 + port);
  }

  /// The next packet that a port got, or nothing.
  std::optional<SocketPacket> take(std::uint32_t port) {
    auto& sent = at(port).sent;
    if (sent.empty()) {
      return std::nullopt;
    }
    const auto packet = SocketPacket::from(sent.front());
    sent.erase(sent.begin());
    return packet;
  }

  test::FakePacketBackend& at(std::uint32_t port) { return *ports[port]; }

  [[nodiscard]] const PortCounters& counters(std::uint32_t port) const {
    return the_switch.counters(port);
  }

  std::vector<std::unique_ptr<test::FakePacketBackend>> ports;
  test::FakeClockPort clock;
  SocketSwitch the_switch{clock, timer_channel};
};

/// The switch with two ports, `a` and `b`.
class SocketSwitchTest : public SocketsTest {
 protected:
  void SetUp() override {
    a = add();
    b = add();
  }

  [[nodiscard]] SocketPacket from_a(std::uint16_t operation, std::string_view data = {}) const {
    return socket_packet(address_of(a), address_of(b), operation, data);
  }

  void expect_reset(std::uint32_t port, const SocketPacket& of) {
    const auto reply = take(port);
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->header, net::reset_for(of.header));
    EXPECT_TRUE(reply->data.empty());
  }

  std::uint32_t a = 0;
  std::uint32_t b = 0;
};

}  // namespace serai::sockets
