// SPDX-License-Identifier: BSD-2-Clause
//
// The native services, as a VM sees them.
#include <deque>
#include <gtest/gtest.h>
#include <random>

#include "sockets_fixture.hpp"

namespace serai::sockets {
namespace {

constexpr std::uint32_t room = Connection::buffer_bytes;

class EndpointTest : public SocketsTest {
 protected:
  void SetUp() override {
    add();
    add();
    the_switch.start();
  }

  [[nodiscard]] SocketPacket packet(std::uint16_t operation, std::string_view data = {},
                                    std::uint32_t own_port = 1000) const {
    auto result = socket_packet(address_of(0), host, operation, data);
    result.header.src_port = own_port;
    result.header.dst_port = service;
    result.header.fwd_cnt = received;
    result.header.buf_alloc = own_room;
    return result;
  }

  void say(std::uint16_t operation, std::string_view data = {}, std::uint32_t own_port = 1000) {
    send(0, packet(operation, data, own_port));
  }

  /// The next answer's operation; 0 if there is none.
  std::uint16_t answer() {
    const auto got = take(0);
    return got ? got->header.op : 0;
  }

  void open(std::uint32_t own_port = 1000) {
    say(op::request, {}, own_port);
    ASSERT_EQ(answer(), op::response);
  }

  std::uint32_t service = Endpoint::echo_port;
  std::uint32_t received = 0;
  std::uint32_t own_room = 65'536;
};

TEST_F(EndpointTest, AcceptsConnectionsToItsServices) {
  say(op::request);
  const auto reply = take(0);
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->header.op, op::response);
  EXPECT_EQ(reply->header.src_cid, host);
  EXPECT_EQ(reply->header.dst_cid, address_of(0));
  EXPECT_EQ(reply->header.src_port, Endpoint::echo_port);
  EXPECT_EQ(reply->header.dst_port, 1000U);
  EXPECT_EQ(reply->header.buf_alloc, room);
  EXPECT_EQ(reply->header.fwd_cnt, 0U);
  EXPECT_EQ(reply->header.type, net::socket_type::stream);
}

TEST_F(EndpointTest, RefusesOtherPortsAndTypes) {
  service = 8;
  say(op::request);
  EXPECT_EQ(answer(), op::reset);
  service = Endpoint::echo_port;
  auto sequence = packet(op::request);
  sequence.header.type = net::socket_type::sequence;
  send(0, sequence);
  EXPECT_EQ(answer(), op::reset);
}

TEST_F(EndpointTest, RefusesWhatIsOfNoConnection) {
  for (const std::uint16_t operation :
       {op::response, op::shutdown, op::data, op::credit_update, op::credit_request}) {
    say(operation);
    EXPECT_EQ(answer(), op::reset);
  }
  say(op::data, "some data");
  EXPECT_EQ(answer(), op::reset);
  say(op::reset);
  EXPECT_EQ(answer(), 0);
  EXPECT_TRUE(at(0).arrived.empty());
}

TEST_F(EndpointTest, EchoesData) {
  open();
  say(op::data, "hello ");
  say(op::data, "world");
  auto first = take(0);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->data, "hello ");
  EXPECT_EQ(first->header.fwd_cnt, 6U);
  auto second = take(0);
  ASSERT_TRUE(second);
  EXPECT_EQ(second->data, "world");
  EXPECT_EQ(second->header.fwd_cnt, 11U);
}

TEST_F(EndpointTest, NeverSendsMoreThanThePeerHasRoomFor) {
  own_room = 10;
  open();
  say(op::data, "0123456789abcdef");
  EXPECT_EQ(take(0)->data, "0123456789");
  EXPECT_FALSE(take(0));
  received = 4;
  say(op::credit_update);
  EXPECT_EQ(take(0)->data, "abcd");
  received = 14;
  own_room = 100;
  say(op::credit_update);
  EXPECT_EQ(take(0)->data, "ef");
}

TEST_F(EndpointTest, APeerThatTookMoreThanItGotGetsNothing) {
  own_room = 100;
  open();
  received = 1;
  say(op::data, "abc");
  EXPECT_FALSE(take(0));
  received = 0;
  say(op::credit_update);
  EXPECT_EQ(take(0)->data, "abc");
}

TEST_F(EndpointTest, APeerThatSendsMoreThanItWasPromisedLosesTheConnection) {
  own_room = 0;
  open();
  say(op::data, std::string(room, 'x'));
  EXPECT_EQ(answer(), 0);
  say(op::data, "y");
  EXPECT_EQ(answer(), op::reset);
  say(op::credit_update);
  EXPECT_EQ(answer(), op::reset);
  EXPECT_TRUE(at(0).arrived.empty());
}

TEST_F(EndpointTest, TellsItsRoomWhenAsked) {
  own_room = 0;
  open();
  say(op::data, "abc");
  say(op::credit_request);
  const auto update = take(0);
  ASSERT_TRUE(update);
  EXPECT_EQ(update->header.op, op::credit_update);
  EXPECT_EQ(update->header.buf_alloc, room);
  EXPECT_EQ(update->header.fwd_cnt, 0U);
}

TEST_F(EndpointTest, DiscardTakesEverythingAndSaysSoInTime) {
  service = Endpoint::discard_port;
  open();
  std::uint32_t sent = 0;
  std::uint32_t told = 0;
  for (int i = 0; i < 100; ++i) {
    ASSERT_LE(sent + 1000 - told, room);
    say(op::data, std::string(1000, 'd'));
    sent += 1000;
    while (const auto update = take(0)) {
      EXPECT_EQ(update->header.op, op::credit_update);
      told = update->header.fwd_cnt;
    }
  }
  EXPECT_GT(told, sent - room);
}

TEST_F(EndpointTest, AClosedConnectionIsAnsweredWithAReset) {
  open();
  auto closing = packet(op::shutdown);
  closing.header.flags = net::shutdown_flag::both;
  send(0, closing);
  EXPECT_EQ(answer(), op::reset);
  say(op::data, "late");
  EXPECT_EQ(answer(), op::reset);
}

TEST_F(EndpointTest, WhoSendsNoMoreStillGetsItsEcho) {
  own_room = 4;
  open();
  say(op::data, "abcdefgh");
  EXPECT_EQ(take(0)->data, "abcd");
  auto closing = packet(op::shutdown);
  closing.header.flags = net::shutdown_flag::no_send;
  send(0, closing);
  EXPECT_EQ(answer(), 0);
  received = 4;
  say(op::credit_update);
  EXPECT_EQ(take(0)->data, "efgh");
  const auto goodbye = take(0);
  ASSERT_TRUE(goodbye);
  EXPECT_EQ(goodbye->header.op, op::shutdown);
  EXPECT_EQ(goodbye->header.flags, net::shutdown_flag::both);
  say(op::data, "more after all");
  EXPECT_EQ(answer(), op::reset);
}

TEST_F(EndpointTest, WhoReceivesNoMoreIsNotSentTo) {
  own_room = 4;
  open();
  say(op::data, "abcdefgh");
  EXPECT_EQ(take(0)->data, "abcd");
  auto closing = packet(op::shutdown);
  closing.header.flags = net::shutdown_flag::no_receive;
  send(0, closing);
  own_room = 1000;
  say(op::data, "ijkl");
  EXPECT_EQ(answer(), 0);
  say(op::credit_request);
  EXPECT_EQ(take(0)->header.fwd_cnt, 12U);
}

TEST_F(EndpointTest, AskingAgainBeginsAnew) {
  own_room = 0;
  open();
  say(op::data, "old");
  own_room = 100;
  open();
  say(op::data, "new");
  EXPECT_EQ(take(0)->data, "new");
}

TEST_F(EndpointTest, AResetEndsAConnection) {
  open();
  say(op::reset);
  EXPECT_EQ(answer(), 0);
  say(op::data, "x");
  EXPECT_EQ(answer(), op::reset);
}

TEST_F(EndpointTest, AResponseThatNobodyAskedForEndsIt) {
  open();
  say(op::response);
  EXPECT_EQ(answer(), op::reset);
}

TEST_F(EndpointTest, TheOldestConnectionMakesWayForOneTooMany) {
  for (std::uint32_t port = 0; port < Endpoint::most_per_client; ++port) {
    open(port);
  }
  say(op::data, "I am in use", 0);
  EXPECT_EQ(take(0)->data, "I am in use");
  say(op::request, {}, 100);
  const auto lost = take(0);
  ASSERT_TRUE(lost);
  EXPECT_EQ(lost->header.op, op::reset);
  EXPECT_EQ(lost->header.dst_port, 1U);
  EXPECT_EQ(answer(), op::response);
  say(op::data, "still there", 0);
  EXPECT_EQ(take(0)->data, "still there");
}

TEST_F(EndpointTest, NoClientTakesAnothersConnections) {
  auto other = socket_packet(address_of(1), host, op::request);
  other.header.dst_port = service;
  send(1, other);
  ASSERT_EQ(take(1)->header.op, op::response);
  for (std::uint32_t port = 0; port < 1000; ++port) {
    say(op::request, {}, port);
  }
  other.header.op = op::data;
  other.header.len = 4;
  other.data = "mine";
  send(1, other);
  EXPECT_EQ(take(1)->data, "mine");
}

TEST_F(EndpointTest, AnswersWaitForRoom) {
  at(0).room = 0;
  say(op::request);
  say(op::data, "abc");
  EXPECT_TRUE(at(0).sent.empty());
  EXPECT_GT(at(0).room_signals, 0);
  at(0).room = 1;
  the_switch.notified(20);
  EXPECT_EQ(answer(), op::response);
  at(0).room = 1;
  the_switch.notified(20);
  EXPECT_EQ(take(0)->data, "abc");
}

TEST(Endpoint, SharesItsConnectionsAmongAnyNumberOfClients) {
  for (std::size_t clients = 1; clients <= SocketSwitch::most_ports; ++clients) {
    Endpoint endpoint;
    endpoint.set_clients(clients);
    test::FakePacketBackend backend{{.buffer_bytes = 2048}};
    net::PacketReader reader(backend);
    Outlet outlet(backend);
    const std::size_t share =
        std::min(Endpoint::most_per_client, Endpoint::most_connections / clients);
    for (std::uint32_t client = 0; client < clients; ++client) {
      for (std::uint32_t port = 0; port < 10; ++port) {
        auto request = socket_packet(10 + client, net::host_context, op::request).header;
        request.src_port = port;
        request.dst_port = Endpoint::echo_port;
        EXPECT_TRUE(endpoint.receive(client, request, reader, outlet));
      }
    }
    for (std::uint32_t client = 0; client < clients; ++client) {
      EXPECT_EQ(endpoint.count_of(client), share);
    }
  }
}

/// Whatever the pieces and the rooms: all data comes back in order, and nobody's promise is broken.
class EndpointCredit : public EndpointTest, public testing::WithParamInterface<unsigned> {};

TEST_P(EndpointCredit, IsKept) {
  std::mt19937 random(GetParam());
  const auto any = [&](std::uint32_t least, std::uint32_t most) {
    return std::uniform_int_distribution<std::uint32_t>(least, most)(random);
  };
  own_room = any(1, GetParam() % 2 == 0 ? 30 : 3000);
  say(op::request);
  ASSERT_TRUE(answer() == op::response);
  const auto total = any(1, own_room * 20);
  std::uint32_t sent = 0;
  std::uint32_t peer_taken = 0;  // as the service said
  std::uint32_t got = 0;
  std::deque<std::string> unread;
  for (int step = 0; step < 100'000 && received < total; ++step) {
    const std::uint32_t credit = room - (sent - peer_taken);
    const auto wanted = any(0, 1500);
    const std::uint32_t count = std::min({wanted, credit, total - sent});
    if (count != 0) {
      std::string data;
      for (std::uint32_t i = 0; i < count; ++i) {
        data.push_back(static_cast<char>((sent + i) * 31 % 251));
      }
      sent += count;
      say(op::data, data);
    } else {
      say(op::credit_update);
    }
    while (const auto reply = take(0)) {
      ASSERT_TRUE(reply->header.op == op::data || reply->header.op == op::credit_update);
      peer_taken = reply->header.fwd_cnt;
      ASSERT_TRUE(sent - peer_taken <= room);
      for (const char byte : reply->data) {
        ASSERT_EQ(byte, static_cast<char>(got++ * 31 % 251));
      }
      if (!reply->data.empty()) {
        unread.push_back(reply->data);
      }
      ASSERT_TRUE(got - received <= own_room);
    }
    while (!unread.empty() && any(0, 2) != 0) {
      received += static_cast<std::uint32_t>(unread.front().size());
      unread.pop_front();
    }
  }
  ASSERT_TRUE(received == total);
}

INSTANTIATE_TEST_SUITE_P(Random, EndpointCredit, testing::Range(0U, 40U));

}  // namespace
}  // namespace serai::sockets
