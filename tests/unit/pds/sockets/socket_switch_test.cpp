// SPDX-License-Identifier: BSD-2-Clause
#include <array>
#include <string>
#include <utility>

#include "base/bits.hpp"
#include "sockets_fixture.hpp"

namespace serai::sockets {
namespace {

TEST_F(SocketSwitchTest, CarriesPacketsToTheirAddress) {
  const auto c = add();
  const auto packet = from_a(op::data, "hello");
  send(a, packet);
  EXPECT_EQ(take(b), packet);
  EXPECT_FALSE(take(b));
  EXPECT_FALSE(take(c));
  EXPECT_FALSE(take(a));
  EXPECT_EQ(at(b).flushes, 1);
  EXPECT_EQ(at(a).flushes, 1);
  EXPECT_TRUE(at(a).wants_arrivals);
}

TEST_F(SocketSwitchTest, CarriesLargePackets) {
  const auto packet = from_a(op::data, std::string(65'536, 'L'));
  send(a, packet);
  EXPECT_EQ(take(b), packet);
  EXPECT_TRUE(at(a).arrived.empty());
}

TEST_F(SocketSwitchTest, NobodySpeaksForAnother) {
  add();
  for (const std::uint64_t source :
       {address_of(b), address_of(2), host, std::uint64_t{0}, address_of(a) | bit(32)}) {
    auto packet = from_a(op::data, "lie");
    packet.header.src_cid = source;
    send(a, packet);
  }
  EXPECT_FALSE(take(a));
  EXPECT_FALSE(take(b));
  EXPECT_FALSE(take(2));
  EXPECT_EQ(counters(a).spoofed, 5U);
}

TEST_F(SocketSwitchTest, MalformedPacketsAreDropped) {
  const auto broken = [&](auto change) {
    auto packet = from_a(op::data, "abc");
    change(packet.header);
    send(a, packet);
  };
  broken([](auto& h) { h.op = 0; });
  broken([](auto& h) { h.op = 8; });
  broken([](auto& h) { h.len = 2; });
  broken([](auto& h) { h.len = 0xffff'ffff; });
  broken([](auto& h) { h.op = op::response; });
  at(a).arrive(std::vector<std::byte>(43));
  the_switch.notified(20 + a);
  const auto whole = from_a(op::data, "abc").bytes();
  at(a).arrive_piece(std::span(whole).first(43), true);
  at(a).arrive_piece(std::span(whole).subspan(43), false);
  the_switch.notified(20 + a);
  at(a).arrive_piece({}, true);
  at(a).arrive_piece(whole, false);
  the_switch.notified(20 + a);
  EXPECT_EQ(counters(a).malformed, 8U);
  EXPECT_FALSE(take(b));
  EXPECT_FALSE(take(a));
  EXPECT_TRUE(at(a).arrived.empty());
}

// VirtIO 1.2, 5.10.6.4.2.
TEST_F(SocketSwitchTest, UnknownTypesAreRefused) {
  for (const auto type : std::to_array<std::uint16_t>({0, 3, 0xffff})) {
    for (const std::uint64_t destination : {address_of(b), host, address_of(7)}) {
      auto packet = from_a(op::data, "abc");
      packet.header.dst_cid = destination;
      packet.header.type = type;
      send(a, packet);
      expect_reset(a, packet);
      packet = from_a(op::reset);
      packet.header.dst_cid = destination;
      packet.header.type = type;
      send(a, packet);
      EXPECT_FALSE(take(a)) << "a refusal is not refused";
    }
  }
  auto spoofed = from_a(op::request);
  spoofed.header.src_cid = address_of(b);
  spoofed.header.type = 3;
  send(a, spoofed);
  EXPECT_FALSE(take(a));
  EXPECT_FALSE(take(b));
  EXPECT_EQ(counters(a).unknown_type, 18U);
  EXPECT_EQ(counters(a).spoofed, 1U);
}

TEST_F(SocketSwitchTest, APacketWithAHoleGoesNowhere) {
  const auto whole = from_a(op::data, "abcdef").bytes();
  at(a).arrive_piece(std::span(whole).first(46), true);
  at(a).arrive_piece({}, true);
  at(a).arrive_piece(std::span(whole).subspan(46), false);
  send(a, from_a(op::data, "whole"));
  EXPECT_EQ(take(b)->data, "whole");
  EXPECT_FALSE(at(b).has_claimed());
}

TEST_F(SocketSwitchTest, WhatIsForNobodyIsRefused) {
  for (const std::uint64_t nobody : {address_of(7), std::uint64_t{0}, std::uint64_t{1},
                                     address_of(a), address_of(b) | bit(32)}) {
    auto packet = from_a(op::request);
    packet.header.dst_cid = nobody;
    send(a, packet);
    expect_reset(a, packet);
  }
  EXPECT_EQ(counters(a).unreachable, 5U);
  auto reset = from_a(op::reset);
  reset.header.dst_cid = address_of(7);
  send(a, reset);
  EXPECT_FALSE(take(a));
}

TEST_F(SocketSwitchTest, GroupsCannotReachEachOther) {
  const auto other = add(1);
  const auto friend_of_other = add(1);
  auto packet = from_a(op::request);
  packet.header.dst_cid = address_of(other);
  send(a, packet);
  EXPECT_FALSE(take(other));
  expect_reset(a, packet);
  const auto inside = socket_packet(address_of(other), address_of(friend_of_other), op::request);
  send(other, inside);
  EXPECT_EQ(take(friend_of_other), inside);
}

TEST_F(SocketSwitchTest, APacketWaitsForRoomInItsSendersQueue) {
  at(b).room = 0;
  send(a, from_a(op::data, "one"));
  send(a, from_a(op::data, "two"));
  EXPECT_EQ(at(a).arrived.size(), 2U);
  EXPECT_GT(at(b).room_signals, 0);
  at(b).room = 1;
  the_switch.notified(20 + b);
  EXPECT_EQ(take(b)->data, "one");
  at(b).room = 5;
  the_switch.notified(20 + b);
  EXPECT_EQ(take(b)->data, "two");
  EXPECT_FALSE(take(a));
}

TEST_F(SocketSwitchTest, OnlyTheSenderWaits) {
  const auto c = add();
  at(b).room = 0;
  send(a, from_a(op::data, "stuck"));
  const auto other = socket_packet(address_of(c), address_of(a), op::data, "free");
  send(c, other);
  EXPECT_EQ(take(a), other);
}

TEST_F(SocketSwitchTest, WhoTakesNothingForLongIsDeadUntilItTakesSomething) {
  const auto c = add();
  at(b).room = 0;
  const auto packet = from_a(op::data, "to the dead");
  send(a, packet);
  ASSERT_FALSE(clock.alarms.empty());
  EXPECT_EQ(clock.alarms.back(),
            clock.ticks + ns_to_ticks(SocketSwitch::patience_ns, clock.frequency_hz));
  clock.advance_ns(SocketSwitch::patience_ns / 2);
  the_switch.notified(timer_channel);
  EXPECT_FALSE(take(a));
  clock.advance_ns(SocketSwitch::patience_ns);
  the_switch.notified(timer_channel);
  expect_reset(a, packet);
  send(a, packet);
  expect_reset(a, packet);
  EXPECT_EQ(counters(a).given_up, 2U);

  // The dead do not disturb the alarm for others.
  at(c).room = 0;
  auto to_c = packet;
  to_c.header.dst_cid = address_of(c);
  send(a, to_c);
  EXPECT_GT(clock.alarms.back(), clock.ticks);

  at(b).room = 10;
  at(c).room = 10;
  the_switch.notified(20 + c);
  EXPECT_EQ(take(c), to_c);
  send(a, packet);
  EXPECT_EQ(take(b), packet);
}

TEST(SocketSwitch, WithoutATimerNobodyWaits) {
  test::FakeClockPort clock;
  SocketSwitch the_switch(clock, no_channel);
  test::FakePacketBackend a;
  test::FakePacketBackend b;
  ASSERT_TRUE(
      the_switch.add_port({.context_id = 3, .transmit_channel = 0, .receive_channel = 0}, a));
  ASSERT_TRUE(
      the_switch.add_port({.context_id = 4, .transmit_channel = 1, .receive_channel = 1}, b));
  the_switch.start();
  b.room = 0;
  const auto packet = socket_packet(3, 4, op::data, "no end in sight");
  a.arrive(packet.bytes());
  the_switch.notified(0);
  EXPECT_TRUE(a.wants_arrivals);
  EXPECT_TRUE(a.arrived.empty());
  EXPECT_TRUE(clock.alarms.empty());
  ASSERT_EQ(a.sent.size(), 1U);
  EXPECT_EQ(SocketPacket::from(a.sent[0])->header, net::reset_for(packet.header));
}

TEST_F(SocketSwitchTest, WhoIsDownIsRefusedAtOnce) {
  at(b).up = false;
  const auto packet = from_a(op::data, "abc");
  send(a, packet);
  expect_reset(a, packet);
}

TEST_F(SocketSwitchTest, AFloodDoesNotKeepOthersWaiting) {
  const auto c = add();
  for (int i = 0; i < 1000; ++i) {
    at(a).arrive(from_a(op::data, "flood").bytes());
  }
  at(c).arrive(socket_packet(address_of(c), address_of(b), op::data, "drop").bytes());
  the_switch.notified(20 + a);
  ASSERT_EQ(at(b).sent.size(), 1001U);
  int place = 0;
  while (take(b)->data != "drop") {
    ++place;
  }
  EXPECT_LT(place, 200);
}

TEST_F(SocketSwitchTest, PortsThatCannotBeAreRefused) {
  test::FakePacketBackend other;
  EXPECT_EQ(the_switch.add_port({.context_id = 99}, other).error(), Error::out_of_range);
  EXPECT_EQ(
      the_switch
          .add_port({.context_id = address_of(a), .transmit_channel = 1, .receive_channel = 1},
                    other)
          .error(),
      Error::overlap);
}

TEST_F(SocketSwitchTest, StrangeChannelsAndCallsDoNothing) {
  the_switch.notified(61);
  the_switch.notified(4000);
  EXPECT_EQ(the_switch.called(20, {}).label, 1U);
}

TEST_F(SocketSwitchTest, WhatWasThereBeforeTheStartIsCarried) {
  at(a).arrive(from_a(op::request).bytes());
  the_switch.start();
  EXPECT_TRUE(take(b));
}

}  // namespace
}  // namespace serai::sockets
