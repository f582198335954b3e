// SPDX-License-Identifier: BSD-2-Clause
#include <array>
#include <string>
#include <utility>

#include "base/bits.hpp"
#include "sockets_fixture.hpp"

namespace serai::sockets {
namespace {

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

/// A receiver, c, that has room for small packets and not for a large one of a's, and b, which
/// sends small ones.
class SocketTurnsTest : public SocketSwitchTest {
 protected:
  void SetUp() override {
    SocketSwitchTest::SetUp();
    c = add();
  }

  [[nodiscard]] SocketPacket to_c(std::uint32_t from, std::string_view data) const {
    return socket_packet(address_of(from), address_of(c), op::data, data);
  }

  void expect_taken(std::string_view data) {
    const auto packet = take(c);
    ASSERT_TRUE(packet);
    EXPECT_EQ(packet->data, data);
  }

  const std::string large = std::string(65'536, 'L');  // 33 buffers
  std::uint32_t c = 0;
};

TEST_F(SocketTurnsTest, SmallPacketsDoNotStarveALargeOne) {
  at(c).room = 20;
  const auto packet = to_c(a, large);
  at(a).arrive(packet.bytes());
  auto to_host = socket_packet(address_of(a), host, op::request);
  to_host.header.dst_port = 12'345;
  send(a, to_host);
  for (int i = 0; i < 21; ++i) {
    clock.advance_ns(SocketSwitch::patience_ns / 20);
    for (int k = 0; k < 20; ++k) {
      at(b).arrive(to_c(b, "x").bytes());
    }
    the_switch.notified(20 + b);
    at(c).room = 20;
    the_switch.notified(20 + c);
    the_switch.notified(timer_channel);
  }
  expect_reset(a, packet);
  expect_reset(a, to_host);
  EXPECT_TRUE(at(a).arrived.empty());
  EXPECT_FALSE(take(b)) << "there was room for its packets";
  EXPECT_EQ(counters(b).given_up, 0U);
  expect_taken("x");
}

TEST_F(SocketTurnsTest, RoomIsKeptForWhoWaits) {
  at(c).room = 20;
  send(a, to_c(a, large));
  send(b, to_c(b, "small"));
  EXPECT_FALSE(take(c));
  at(c).room = 40;
  the_switch.notified(20 + c);
  expect_taken(large);
  expect_taken("small");
  EXPECT_FALSE(take(a));
  EXPECT_FALSE(take(b));
}

TEST_F(SocketTurnsTest, WhoWaitsTakesTurns) {
  // Both ways round, as ports are served in the order of their numbers.
  for (const auto& [first, second] : {std::pair(a, b), std::pair(b, a)}) {
    at(c).room = 0;
    for (const char* data : {"1", "3", "4"}) {
      at(first).arrive(to_c(first, data).bytes());
    }
    the_switch.notified(20 + first);
    send(second, to_c(second, "2"));
    at(c).room = 3;
    the_switch.notified(20 + c);
    expect_taken("1");
    expect_taken("2");
    expect_taken("3");
    EXPECT_FALSE(take(c));
    at(c).room = 10;
    the_switch.notified(20 + c);
    expect_taken("4");
  }
}

TEST_F(SocketTurnsTest, ATurnIsAsLongAsPatience) {
  at(c).room = 0;
  send(a, to_c(a, "first"));
  clock.advance_ns(SocketSwitch::patience_ns / 2);
  const auto second = to_c(b, large);
  send(b, second);
  at(c).room = 1;
  the_switch.notified(20 + c);
  expect_taken("first");
  EXPECT_EQ(clock.alarms.back(),
            clock.ticks + ns_to_ticks(SocketSwitch::patience_ns, clock.frequency_hz));
  clock.advance_ns(SocketSwitch::patience_ns * 3 / 4);
  the_switch.notified(timer_channel);
  EXPECT_FALSE(take(b));
  clock.advance_ns(SocketSwitch::patience_ns / 4);
  the_switch.notified(timer_channel);
  expect_reset(b, second);
}

TEST_F(SocketTurnsTest, TheDeadAreWaitedForOnce) {
  at(c).room = 0;
  send(a, to_c(a, "a"));
  send(b, to_c(b, "b"));
  clock.advance_ns(SocketSwitch::patience_ns);
  the_switch.notified(timer_channel);
  expect_reset(a, to_c(a, "a"));
  expect_reset(b, to_c(b, "b"));
}

TEST_F(SocketTurnsTest, WhoGoesDownHasNoLongerTurn) {
  at(c).room = 20;
  send(a, to_c(a, large));
  send(b, to_c(b, "small"));
  at(a).up = false;
  the_switch.notified(20 + a);
  clock.advance_ns(SocketSwitch::patience_ns);
  the_switch.notified(timer_channel);
  expect_taken("small");
}

TEST_F(SocketTurnsTest, WhoChangesAPacketLosesItsTurn) {
  at(c).room = 20;
  const auto changed = [&](const SocketPacket& to) {
    const auto header = to.bytes();
    std::ranges::copy(std::span(header).first(net::socket_header_bytes),
                      at(a).arrived.front().bytes.begin());
    return to;
  };
  send(a, to_c(a, large));
  send(b, to_c(b, "small"));
  at(b).room = 0;
  changed(socket_packet(address_of(a), address_of(b), op::data, large));
  the_switch.notified(20 + a);
  expect_taken("small");

  // And it leaves nobody with a deadline of its own behind.
  changed(to_c(a, large));
  the_switch.notified(20 + a);
  clock.advance_ns(SocketSwitch::patience_ns / 2);
  changed(socket_packet(address_of(a), address_of(7), op::data, large));
  the_switch.notified(20 + a);
  EXPECT_TRUE(take(a)) << "unreachable";
  at(c).room = 0;
  send(b, to_c(b, "next"));
  clock.advance_ns(SocketSwitch::patience_ns * 3 / 4);
  the_switch.notified(timer_channel);
  at(b).room = 1;
  EXPECT_FALSE(take(b));
  EXPECT_FALSE(at(b).arrived.empty());
}

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
