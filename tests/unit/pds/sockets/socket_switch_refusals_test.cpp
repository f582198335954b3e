// SPDX-License-Identifier: BSD-2-Clause
//
// Refusals for which there is no room.
#include <array>
#include <string>
#include <utility>

#include "sockets_fixture.hpp"

namespace serai::sockets {
namespace {

/// A sender, a, that has no room for the refusals of its packets.
class SocketRefusalsTest : public SocketSwitchTest {
 protected:
  static constexpr std::uint32_t most_owed = 8;

  void SetUp() override {
    SocketSwitchTest::SetUp();
    at(a).room = 0;
  }

  /// A packet from a for nobody, the `number`th.
  [[nodiscard]] SocketPacket lost(std::uint32_t number) const {
    auto packet = socket_packet(address_of(a), address_of(7), op::request);
    packet.header.src_port = number;
    return packet;
  }

  void send_lost(std::uint32_t count) {
    for (std::uint32_t i = 0; i < count; ++i) {
      send(a, lost(i));
    }
  }

  void make_room(std::size_t room) {
    at(a).room = room;
    the_switch.notified(20 + a);
  }
};

TEST_F(SocketRefusalsTest, WaitForRoom) {
  send_lost(3);
  EXPECT_TRUE(at(a).arrived.empty());
  EXPECT_GT(at(a).room_signals, 0);
  EXPECT_FALSE(take(a));
  make_room(2);
  expect_reset(a, lost(0));
  expect_reset(a, lost(1));
  EXPECT_FALSE(take(a));
  EXPECT_EQ(at(a).flushes, 4);
  make_room(2);
  expect_reset(a, lost(2));
}

TEST_F(SocketRefusalsTest, OfTheServicesWaitToo) {
  auto packet = socket_packet(address_of(a), host, op::request);
  packet.header.dst_port = 12'345;
  send(a, packet);
  auto data = socket_packet(address_of(a), host, op::data, "of no connection");
  send(a, data);
  EXPECT_TRUE(at(a).arrived.empty());
  make_room(100);
  expect_reset(a, packet);
  expect_reset(a, data);
}

TEST_F(SocketRefusalsTest, ComeBeforePacketsOfOthers) {
  send_lost(1);
  const auto packet = socket_packet(address_of(b), address_of(a), op::data, "later");
  send(b, packet);
  at(a).room = 1;
  the_switch.notified(20 + b);
  expect_reset(a, lost(0));
  make_room(1);
  EXPECT_EQ(take(a), packet);
}

TEST_F(SocketRefusalsTest, WhatCannotBeAnsweredWaits) {
  send_lost(most_owed + 2);
  EXPECT_EQ(at(a).arrived.size(), 2U);
  make_room(1);
  EXPECT_EQ(at(a).arrived.size(), 1U);
  make_room(100);
  EXPECT_TRUE(at(a).arrived.empty());
  for (std::uint32_t i = 0; i < most_owed + 2; ++i) {
    expect_reset(a, lost(i));
  }
}

TEST_F(SocketRefusalsTest, WhatIsForTheServicesWaitsAsWell) {
  send_lost(most_owed);
  auto packet = socket_packet(address_of(a), host, op::request);
  packet.header.dst_port = 12'345;
  send(a, packet);
  EXPECT_EQ(at(a).arrived.size(), 1U);
  at(a).room = most_owed;
  the_switch.notified(20 + a);
  EXPECT_TRUE(at(a).arrived.empty());
}

TEST_F(SocketRefusalsTest, OfUnknownTypesWaitToo) {
  send_lost(most_owed);
  auto packet = from_a(op::request);
  packet.header.type = 3;
  send(a, packet);
  EXPECT_EQ(at(a).arrived.size(), 1U);
  make_room(100);
  EXPECT_EQ(at(a).sent.size(), most_owed + 1);
}

TEST_F(SocketRefusalsTest, AResetNeedsNoAnswer) {
  send_lost(most_owed);
  auto reset = lost(0);
  reset.header.op = op::reset;
  send(a, reset);
  EXPECT_TRUE(at(a).arrived.empty());
}

TEST_F(SocketRefusalsTest, WhoTakesNoneForLongLosesThem) {
  send_lost(most_owed + 1);
  EXPECT_EQ(clock.alarms.back(),
            clock.ticks + ns_to_ticks(SocketSwitch::patience_ns, clock.frequency_hz));
  clock.advance_ns(SocketSwitch::patience_ns / 2);
  the_switch.notified(timer_channel);
  EXPECT_EQ(at(a).arrived.size(), 1U);
  clock.advance_ns(SocketSwitch::patience_ns / 2);
  the_switch.notified(timer_channel);
  EXPECT_TRUE(at(a).arrived.empty());
  send(a, lost(100));
  EXPECT_TRUE(at(a).arrived.empty()) << "it is deaf until it takes something";

  make_room(most_owed);
  for (std::uint32_t i = 0; i < most_owed; ++i) {
    expect_reset(a, lost(i));
  }
  EXPECT_FALSE(take(a));
  send_lost(most_owed + 1);
  EXPECT_EQ(at(a).arrived.size(), 1U) << "it has the whole patience again";
}

TEST_F(SocketRefusalsTest, ThatMustWaitLeaveTheTurnToOthers) {
  const auto c = add();
  const auto d = add();
  send_lost(most_owed);
  at(d).room = 0;
  send(a, socket_packet(address_of(a), address_of(d), op::data, std::string(65'536, 'L')));
  const auto packet = socket_packet(address_of(c), address_of(d), op::data, "small");
  send(c, packet);
  at(d).room = 1;
  clock.advance_ns(SocketSwitch::patience_ns);
  the_switch.notified(timer_channel);
  EXPECT_EQ(take(d), packet);
  EXPECT_FALSE(at(a).arrived.empty());
  clock.advance_ns(SocketSwitch::patience_ns);
  the_switch.notified(timer_channel);
  clock.advance_ns(SocketSwitch::patience_ns);
  the_switch.notified(timer_channel);
  EXPECT_TRUE(at(a).arrived.empty());
}

}  // namespace
}  // namespace serai::sockets
