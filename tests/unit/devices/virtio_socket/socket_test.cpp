// SPDX-License-Identifier: BSD-2-Clause
#include "devices/virtio_socket/socket.hpp"

#include <gtest/gtest.h>
#include <memory>
#include <string>

#include "support/active_device.hpp"
#include "support/fake_packet_backend.hpp"
#include "support/socket_packet.hpp"

namespace serai::virtio_socket {
namespace {

using net::socket_header_bytes;
using test::ActiveDevice;
using test::FakePacketBackend;
using test::socket_packet;
using test::SocketPacket;

namespace op = net::socket_operation;

constexpr std::uint64_t own = 5;
constexpr std::uint64_t peer = 6;
constexpr std::uint16_t receive = 0;
constexpr std::uint16_t transmit = 1;
constexpr std::uint16_t event = 2;

class VirtioSocket : public testing::Test {
 protected:
  void start() { active = std::make_unique<ActiveDevice>(device, 3); }

  void guest_sends(const SocketPacket& packet) { guest_sends(packet.bytes()); }

  void guest_sends(const std::vector<std::byte>& bytes) {
    active->drivers[transmit].send({bytes}, {});
    device.notify(transmit);
  }

  void arrives(const SocketPacket& packet) {
    backend.arrive(packet.bytes());
    device.back_end_ready();
  }

  void guest_gives_buffer(std::uint32_t bytes) {
    active->drivers[receive].send({}, {bytes});
    device.notify(receive);
  }

  std::optional<SocketPacket> guest_gets() {
    const auto used = active->drivers[receive].take_used();
    return used ? SocketPacket::from(used->data) : std::nullopt;
  }

  FakePacketBackend backend{{.buffer_bytes = 256, .extended = true, .most_buffers = 300}};
  Socket device{backend, own};
  std::unique_ptr<ActiveDevice> active;
};

TEST_F(VirtioSocket, TellsItsAddress) {
  EXPECT_EQ(device.traits().id, virtio::DeviceId::socket);
  EXPECT_EQ(device.traits().queue_count, 3);
  std::array<std::byte, 8> config{};
  device.read_config(0, config);
  EXPECT_EQ(config[0], std::byte{own});
  std::array<std::byte, 3> part{};
  device.write_config(0, part);
  device.read_config(5, part);
  EXPECT_EQ(part[0], std::byte{0});
}

TEST_F(VirtioSocket, CarriesPacketsBothWays) {
  start();
  const auto out = socket_packet(own, peer, op::data, "to the other");
  guest_sends(out);
  ASSERT_EQ(backend.sent.size(), 1U);
  EXPECT_EQ(SocketPacket::from(backend.sent[0]), out);
  EXPECT_TRUE(active->drivers[transmit].take_used());
  const auto in = socket_packet(peer, own, op::data, "and back");
  guest_gives_buffer(4096);
  arrives(in);
  EXPECT_EQ(guest_gets(), in);
  EXPECT_EQ(active->events.interrupts.count(receive), 1U);
  EXPECT_FALSE(backend.unflushed);
}

TEST_F(VirtioSocket, RefusesWhatTheGuestMayNotSay) {
  start();
  const auto refused = [&](auto change) {
    auto packet = socket_packet(own, peer, op::data, "abc");
    change(packet.header);
    guest_sends(packet);
  };
  refused([](auto& h) { h.src_cid = peer; });
  refused([](auto& h) { h.src_cid = own | 1ULL << 32; });
  refused([](auto& h) { h.op = 0; });
  refused([](auto& h) { h.op = 8; });
  refused([](auto& h) { h.len = 2; });
  refused([](auto& h) { h.len = 4; });
  refused([](auto& h) { h.len = 0xffff'ffff; });
  refused([](auto& h) { h.op = op::request; });
  guest_sends(std::vector<std::byte>(43));
  guest_sends(std::vector<std::byte>(1));
  EXPECT_TRUE(backend.sent.empty());
  EXPECT_EQ(device.counters().refused, 10U);
  EXPECT_EQ(active->drivers[transmit].take_all_used().size(), 10U);
  guest_sends(socket_packet(own, peer, op::request));
  EXPECT_EQ(backend.sent.size(), 1U);
}

// The back end answers them with RST (5.10.6.4.2).
TEST_F(VirtioSocket, CarriesPacketsOfUnknownTypes) {
  start();
  for (const auto type : std::to_array<std::uint16_t>({0, 3})) {
    auto packet = socket_packet(own, peer, op::request);
    packet.header.type = type;
    guest_sends(packet);
    ASSERT_EQ(backend.sent.size(), 1U);
    EXPECT_EQ(SocketPacket::from(backend.sent[0]), packet);
    backend.sent.clear();
    const SocketPacket refusal{.header = net::reset_for(packet.header), .data = {}};
    guest_gives_buffer(4096);
    arrives(refusal);
    EXPECT_EQ(guest_gets(), refusal);
  }
}

TEST_F(VirtioSocket, TakesNoMoreThanLinuxSendsAtOnce) {
  start();
  const std::string most(65'536, 'm');
  guest_sends(socket_packet(own, peer, op::data, most));
  ASSERT_EQ(backend.sent.size(), 1U);
  EXPECT_EQ(SocketPacket::from(backend.sent[0])->data, most);
  guest_sends(socket_packet(own, peer, op::data, most + "x"));
  EXPECT_EQ(backend.sent.size(), 1U);
  EXPECT_EQ(device.counters().refused, 1U);
}

TEST_F(VirtioSocket, LeavesPacketsWithTheDriverUntilThereIsRoom) {
  start();
  backend.room = 3;
  const auto packet = socket_packet(own, peer, op::data, std::string(400, 'a'));
  for (int i = 0; i < 4; ++i) {
    guest_sends(packet);
  }
  EXPECT_EQ(backend.sent.size(), 1U);
  EXPECT_EQ(active->drivers[transmit].take_all_used().size(), 1U);
  EXPECT_GT(backend.room_signals, 0);
  backend.room = 4;
  device.back_end_ready();
  EXPECT_EQ(backend.sent.size(), 3U);
  backend.room = 100;
  device.back_end_ready();
  EXPECT_EQ(backend.sent.size(), 4U);
  EXPECT_EQ(active->drivers[transmit].take_all_used().size(), 3U);
}

TEST_F(VirtioSocket, LeavesPacketsWithTheBackEndUntilThereAreBuffers) {
  start();
  const auto packet = socket_packet(peer, own, op::data, "wait");
  arrives(packet);
  arrives(packet);
  EXPECT_FALSE(backend.wants_arrivals);
  EXPECT_FALSE(guest_gets());
  guest_gives_buffer(100);
  EXPECT_EQ(guest_gets(), packet);
  EXPECT_FALSE(guest_gets());
  guest_gives_buffer(100);
  EXPECT_EQ(guest_gets(), packet);
  EXPECT_TRUE(backend.wants_arrivals);
}

TEST_F(VirtioSocket, LongDataArrivesInSeveralPackets) {
  start();
  std::string text;
  for (int i = 0; i < 10'000; ++i) {
    text.push_back(static_cast<char>('a' + i % 26));
  }
  const auto packet = socket_packet(peer, own, op::data, text);
  arrives(packet);
  std::string seen;
  int packets = 0;
  while (seen.size() < text.size()) {
    guest_gives_buffer(packets % 2 == 0 ? 1000 : 45);
    const auto got = guest_gets();
    ASSERT_TRUE(got);
    EXPECT_EQ(got->header.len, got->data.size());
    EXPECT_EQ(got->header.src_port, packet.header.src_port);
    seen += got->data;
    ++packets;
  }
  EXPECT_EQ(seen, text);
  EXPECT_TRUE(backend.arrived.empty());
}

TEST_F(VirtioSocket, AMessageEndsWithItsLastPacket) {
  start();
  auto packet = socket_packet(peer, own, op::data, std::string(150, 's'));
  packet.header.type = net::socket_type::sequence;
  packet.header.flags = 3;
  arrives(packet);
  guest_gives_buffer(144);
  guest_gives_buffer(144);
  EXPECT_EQ(guest_gets()->header.flags, 0U);
  EXPECT_EQ(guest_gets()->header.flags, 3U);
}

TEST_F(VirtioSocket, UselessBuffersComeBackEmpty) {
  start();
  arrives(socket_packet(peer, own, op::data, "abc"));
  guest_gives_buffer(44);
  guest_gives_buffer(10);
  const auto used = active->drivers[receive].take_all_used();
  ASSERT_EQ(used.size(), 2U);
  EXPECT_EQ(used[0].written, 0U);
  EXPECT_EQ(used[1].written, 0U);
  guest_gives_buffer(47);
  EXPECT_EQ(guest_gets()->data, "abc");
  arrives(socket_packet(peer, own, op::response));
  guest_gives_buffer(44);
  EXPECT_EQ(guest_gets()->header.op, op::response);
}

TEST_F(VirtioSocket, DropsWhatIsForAnotherOrMakesNoSense) {
  start();
  for (int i = 0; i < 8; ++i) {
    guest_gives_buffer(200);
  }
  arrives(socket_packet(peer, peer, op::data, "abc"));
  auto long_packet = socket_packet(peer, own, op::data, "abc");
  long_packet.header.len = 4;
  arrives(long_packet);
  backend.arrive(std::vector<std::byte>(20));
  device.back_end_ready();
  const auto whole = socket_packet(peer, own, op::data, "abc").bytes();
  backend.arrive_piece(std::span(whole).first(20), true);
  backend.arrive_piece(std::span(whole).subspan(20), false);
  device.back_end_ready();
  EXPECT_EQ(device.counters().dropped, 4U);
  EXPECT_FALSE(guest_gets());
  EXPECT_TRUE(backend.arrived.empty());
  backend.arrive_piece(std::span(whole).first(44), true);
  backend.arrive_piece({}, true);
  backend.arrive_piece(std::span(whole).subspan(44), false);
  device.back_end_ready();
  arrives(socket_packet(peer, own, op::data, "next"));
  auto seen = guest_gets();
  EXPECT_EQ(seen->header.len, 3U);
  EXPECT_EQ(guest_gets()->data, "next");
}

TEST_F(VirtioSocket, AResetForgetsTheRestOfAPacket) {
  start();
  arrives(socket_packet(peer, own, op::data, std::string(1000, 'o')));
  guest_gives_buffer(100);
  EXPECT_TRUE(guest_gets());
  active->reset();
  EXPECT_TRUE(backend.arrived.empty());
  arrives(socket_packet(peer, own, op::data, "to nobody"));
  EXPECT_TRUE(backend.arrived.empty());
  active.reset();
  start();
  guest_gives_buffer(100);
  arrives(socket_packet(peer, own, op::request));
  EXPECT_EQ(guest_gets()->header.op, op::request);
}

TEST_F(VirtioSocket, TellsTheDriverThatAllConnectionsAreGone) {
  start();
  device.transport_reset();
  EXPECT_EQ(active->events.interrupts.count(event), 0U);
  active->drivers[event].send({}, {4});
  device.notify(event);
  const auto used = active->drivers[event].take_used();
  ASSERT_TRUE(used);
  EXPECT_EQ(used->data, std::vector<std::byte>(4));
  EXPECT_EQ(active->events.interrupts.count(event), 1U);
  active->drivers[event].send({}, {4});
  device.notify(event);
  EXPECT_FALSE(active->drivers[event].take_used());
}

TEST_F(VirtioSocket, ABackEndThatGoesDownIsSuchAnEventAndLeavesNothingWaiting) {
  start();
  active->drivers[event].send({}, {4});
  backend.room = 0;
  guest_sends(socket_packet(own, peer, op::data, "abc"));
  EXPECT_FALSE(active->drivers[transmit].take_used());
  backend.up = false;
  device.back_end_ready();
  EXPECT_TRUE(active->drivers[event].take_used());
  EXPECT_TRUE(active->drivers[transmit].take_used());
  guest_sends(socket_packet(own, peer, op::data, "abc"));
  EXPECT_TRUE(active->drivers[transmit].take_used());
}

TEST_F(VirtioSocket, BrokenQueuesAskForAReset) {
  for (const std::uint16_t queue : {receive, transmit, event}) {
    active.reset();
    start();
    backend.arrived.clear();
    backend.arrive(socket_packet(peer, own, op::response).bytes());
    device.transport_reset();
    active->drivers[queue].force_available(0xfff0);
    device.notify(queue);
    EXPECT_GT(active->events.reset_requests, 0) << queue;
  }
}

TEST_F(VirtioSocket, QueuesMayBeResetAlone) {
  start();
  for (const std::uint16_t queue : {receive, transmit, event}) {
    active->restart(queue);
  }
  guest_gives_buffer(100);
  arrives(socket_packet(peer, own, op::request));
  EXPECT_TRUE(guest_gets());
}

}  // namespace
}  // namespace serai::virtio_socket
