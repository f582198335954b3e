// SPDX-License-Identifier: BSD-2-Clause
//
// Hostile VMs against the switch of sockets and its services: the input is a program of packets, of
// rooms and of time that passes. Nobody gets what is not for him, and the services keep to the
// credit they were given. Nobody waits without an end, whoever takes nothing.
#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <tuple>
#include <vector>

#include "base/assert.hpp"
#include "fuzz/input.hpp"
#include "pds/sockets/socket_switch.hpp"
#include "support/fake_clock_port.hpp"
#include "support/fake_packet_backend.hpp"
#include "support/socket_packet.hpp"

namespace {

namespace op = serai::net::socket_operation;
using serai::fuzz::Input;
using serai::net::SocketHeader;
using serai::sockets::SocketSwitch;
using serai::test::FakePacketBackend;
using serai::test::SocketPacket;

constexpr serai::ChannelId timer_channel = 40;
constexpr std::array<std::uint32_t, 4> groups = {0, 0, 0, 1};

constexpr std::uint64_t address_of(std::size_t port) {
  return 10 + port;
}

class World {
 public:
  World() {
    for (std::size_t i = 0; i < groups.size(); ++i) {
      ports_.push_back(std::make_unique<FakePacketBackend>(
          serai::PacketFormat{.buffer_bytes = 512, .extended = true, .most_buffers = 20}));
      const auto channel = static_cast<serai::ChannelId>(i);
      SERAI_ASSERT(switch_
                       .add_port({.context_id = address_of(i),
                                  .group = groups[i],
                                  .transmit_channel = channel,
                                  .receive_channel = channel + 10},
                                 *ports_.back())
                       .has_value());
    }
    switch_.start();
  }

  void send(Input& input) {
    const std::size_t port = input.byte() % groups.size();
    const SocketPacket packet = packet_from(input, port);
    if (ports_[port]->arrived.size() > 64) {
      return;
    }
    auto bytes = packet.bytes();
    const std::uint8_t damage = input.byte();
    if (damage == 1) {
      bytes.resize(1 + input.byte() % bytes.size());
    } else if (damage == 2) {
      bytes[input.byte() % bytes.size()] = static_cast<std::byte>(input.byte());
    }
    if (damage == 3) {
      const std::size_t cut = std::min<std::size_t>(input.byte() % bytes.size(), 512);
      ports_[port]->arrive_piece(std::span(bytes).first(cut), true);
      ports_[port]->arrive_piece({}, (damage & 1) != 0);
      ports_[port]->arrive(std::span(bytes).subspan(cut));
    } else {
      ports_[port]->arrive(bytes);
    }
    switch_.notified(static_cast<serai::ChannelId>(port));
    check();
  }

  void pass_time(Input& input) {
    clock_.advance_ns(input.byte() * 2'000'000ULL);
    switch_.notified(timer_channel);
    check();
  }

  void change(Input& input) {
    const std::size_t port = input.byte() % groups.size();
    const std::uint8_t choice = input.byte();
    ports_[port]->room = choice == 0xff ? FakePacketBackend::plenty : choice % 30;
    switch_.notified(static_cast<serai::ChannelId>(port + 10));
    check();
  }

  /// Even if nobody makes room again, every packet has its end: a turn for each that there can be.
  void finish() {
    constexpr std::size_t most_turns = 70 * groups.size();
    const auto waits = [](const auto& port) { return !port->arrived.empty(); };
    for (std::size_t i = 0; i < most_turns && std::ranges::any_of(ports_, waits); ++i) {
      clock_.advance_ns(SocketSwitch::patience_ns);
      switch_.notified(timer_channel);
      check();
    }
    for (const auto& port : ports_) {
      SERAI_ASSERT(!waits(port) && port->wants_arrivals);
    }
  }

 private:
  /// A packet of which every part is often right; the ports of services are among those it names.
  static SocketPacket packet_from(Input& input, std::size_t port) {
    constexpr std::array<std::uint32_t, 4> known_ports = {7, 9, 1000, 8};
    const std::uint8_t kind = input.byte();
    SocketPacket packet;
    packet.header = {.src_cid = address_of(port),
                     .dst_cid = (kind & 1) != 0 ? 2 : address_of(input.byte() % 5U),
                     .src_port = known_ports[kind >> 1 & 3],
                     .dst_port = known_ports[kind >> 3 & 3],
                     .len = 0,
                     .type = static_cast<std::uint16_t>((kind & 0x60) == 0x60 ? 2 : 1),
                     .op = static_cast<std::uint16_t>(input.byte() % 9),
                     .flags = input.byte() & 7U,
                     .buf_alloc = static_cast<std::uint32_t>(input.number(2)),
                     .fwd_cnt = static_cast<std::uint32_t>(input.byte())};
    if (packet.header.op == op::data) {
      packet.data.resize(input.byte() * ((kind & 0x80) != 0 ? 20U : 1U), 'd');
      packet.header.len = static_cast<std::uint32_t>(packet.data.size());
    }
    if (input.byte() == 0xff) {
      packet.header.src_cid = input.byte();
    }
    return packet;
  }

  void check() {
    for (std::size_t to = 0; to < groups.size(); ++to) {
      SERAI_ASSERT(!ports_[to]->has_claimed());
      SERAI_ASSERT(!ports_[to]->unflushed);
      for (const auto& bytes : ports_[to]->sent) {
        const auto packet = SocketPacket::from(bytes);
        SERAI_ASSERT(packet.has_value());
        check_packet(to, *packet);
      }
      ports_[to]->sent.clear();
    }
  }

  void check_packet(std::size_t to, const SocketPacket& packet) {
    const SocketHeader& header = packet.header;
    SERAI_ASSERT(header.dst_cid == address_of(to));
    SERAI_ASSERT(serai::net::is_sensible(header, packet.data.size()));
    // A refusal bears the address of whom it stands for, whoever that would have been.
    const bool may_be_refusal = header.op == op::reset;
    SERAI_ASSERT(may_be_refusal || serai::net::has_known_type(header));
    for (std::size_t from = 0; from < groups.size(); ++from) {
      if (header.src_cid == address_of(from)) {
        SERAI_ASSERT(may_be_refusal || (from != to && groups[from] == groups[to]));
        return;
      }
    }
    SERAI_ASSERT(may_be_refusal || header.src_cid == serai::net::host_context);
    SERAI_ASSERT(may_be_refusal || header.type == serai::net::socket_type::stream);
    SERAI_ASSERT(may_be_refusal || header.buf_alloc == serai::sockets::Connection::buffer_bytes);
  }

  serai::test::FakeClockPort clock_;
  SocketSwitch switch_{clock_, timer_channel};
  std::vector<std::unique_ptr<FakePacketBackend>> ports_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input({data, size});
  const auto world = std::make_unique<World>();
  while (!input.empty()) {
    switch (input.byte() % 8) {
      case 0:
        world->pass_time(input);
        break;
      case 1:
        world->change(input);
        break;
      default:
        world->send(input);
    }
  }
  world->finish();
  return 0;
}
