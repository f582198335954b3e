// SPDX-License-Identifier: BSD-2-Clause
//
// Senders that wait for room at the same receiver.
#include <string>
#include <utility>

#include "sockets_fixture.hpp"

namespace serai::sockets {
namespace {

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

}  // namespace
}  // namespace serai::sockets
