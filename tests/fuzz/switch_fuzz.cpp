// SPDX-License-Identifier: BSD-2-Clause
//
// Hostile ports against the network switch: the input is a program of packets, of rooms and of time
// that passes. Whoever gets a frame must be allowed to see it.
#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <vector>

#include "base/assert.hpp"
#include "fuzz/input.hpp"
#include "net/header.hpp"
#include "pds/network_switch/network_switch.hpp"
#include "support/ethernet.hpp"
#include "support/fake_clock_port.hpp"
#include "support/fake_packet_backend.hpp"

namespace {

using serai::fuzz::Input;
using serai::network_switch::MacAddress;
using serai::network_switch::NetworkSwitch;
using serai::network_switch::PortRules;
using serai::test::Bytes;
using serai::test::FakePacketBackend;
using serai::test::Frame;

constexpr serai::ChannelId timer_channel = 40;

struct Side {
  PortRules rules;
  bool extended;
  std::uint64_t rate;
};

MacAddress mac(std::uint8_t last) {
  return MacAddress(serai::test::station(last));
}

const std::array<Side, 7> sides = {{
    {.rules = {.mac = mac(1), .group = 1}, .extended = true, .rate = 0},
    {.rules = {.mac = mac(2), .group = 2}, .extended = false, .rate = 0},
    {.rules = {.mac = mac(3)}, .extended = true, .rate = 8'000'000},
    {.rules = {.mac = mac(4), .vlan = 10}, .extended = false, .rate = 0},
    {.rules = {.mac = mac(5), .vlan = 20, .trunk = true}, .extended = true, .rate = 0},
    {.rules = {.uplink = true}, .extended = false, .rate = 0},
    {.rules = {.mac = mac(7), .group = 1, .trunk = true, .any_mac = true},
     .extended = true,
     .rate = 0},
}};

std::uint16_t number_at(const Bytes& bytes, std::size_t place) {
  return static_cast<std::uint16_t>(std::to_integer<unsigned>(bytes[place]) << 8 |
                                    std::to_integer<unsigned>(bytes[place + 1]));
}

/// A frame of which every part is often right.
Bytes packet_from(Input& input, bool extended) {
  const std::uint8_t kind = input.byte();
  Frame frame{.to = serai::test::station(input.byte() % 12),
              .from = serai::test::station(input.byte() % 12)};
  if ((kind & 1) != 0) {
    frame.to = serai::test::broadcast;
  }
  if ((kind & 2) != 0) {
    constexpr std::array<std::uint16_t, 8> tags = {0, 10, 20, 30, 0xa00a, 4095, 0x2014, 7};
    frame.tag = tags[input.byte() % tags.size()];
  }
  frame.payload_bytes = input.byte() * ((kind & 4) != 0 ? 300U : 1U);
  if (extended) {
    frame.offloads.emplace();
  }
  if (extended && (kind & 8) != 0) {
    const std::uint8_t more = input.byte();
    frame.offloads = serai::test::Offloads{
        .flags = static_cast<std::uint8_t>(more & 7),
        .gso_type = static_cast<std::uint8_t>((more >> 3 & 7) | (more & 0x80)),
        .header_length = static_cast<std::uint16_t>(input.byte()),
        .gso_size = static_cast<std::uint16_t>(input.byte() * 6),
        .checksum_start = static_cast<std::uint16_t>(input.byte()),
        .checksum_offset = static_cast<std::uint16_t>(input.byte() % 32)};
  }
  Bytes packet = frame.bytes();
  for (unsigned changes = (kind >> 5) * 2; changes != 0; --changes) {
    packet[input.byte() % packet.size()] = static_cast<std::byte>(input.byte());
  }
  if ((kind & 0x10) != 0) {
    packet.resize(1 + input.byte() % packet.size());
  }
  return packet;
}

class World {
 public:
  World() {
    for (const Side& side : sides) {
      ports_.push_back(std::make_unique<FakePacketBackend>(
          side.extended
              ? serai::PacketFormat{.buffer_bytes = 2048, .extended = true, .most_buffers = 40}
              : serai::PacketFormat{.buffer_bytes = 2048}));
      const auto channel = static_cast<serai::ChannelId>(ports_.size());
      SERAI_ASSERT(switch_
                       .add_port({.rules = side.rules,
                                  .rate_bits_per_second = side.rate,
                                  .burst_bytes = side.rate == 0 ? 0U : 3000U,
                                  .transmit_channel = channel,
                                  .receive_channel = channel + 10},
                                 *ports_.back())
                       .has_value());
    }
  }

  /// Packets of one port, so that it is known where they came from.
  void send(Input& input) {
    const std::size_t port = input.byte() % sides.size();
    FakePacketBackend& from = *ports_[port];
    for (unsigned count = 1 + input.byte() % 3U; count != 0; --count) {
      Bytes packet = packet_from(input, sides[port].extended);
      if (!sides[port].extended) {
        packet.resize(std::min<std::size_t>(packet.size(), 2048));
        from.arrive_piece(packet, false);
      } else if ((input.byte() & 3) == 0) {
        const std::size_t cut = input.byte() % packet.size();
        packet.resize(std::min<std::size_t>(packet.size(), 2048 + cut));
        from.arrive_piece(std::span(packet).first(cut), true);
        from.arrive_piece(std::span(packet).subspan(cut), false);
      } else {
        from.arrive(packet);
      }
    }
    switch_.notified(static_cast<serai::ChannelId>(port + ((input.byte() & 1) != 0 ? 1 : 11)));
    // A port without a limit leaves nothing behind.
    SERAI_ASSERT(sides[port].rate != 0 || from.arrived.empty());
    check(port);
  }

  void pass_time(Input& input) {
    clock_.advance_ns(input.number(2) * 100'000);
    switch_.notified(timer_channel);
    check(limited);
  }

  void change(Input& input) {
    FakePacketBackend& port = *ports_[input.byte() % sides.size()];
    const std::uint8_t choice = input.byte();
    port.room = choice == 0xff ? FakePacketBackend::plenty : choice % 40;
  }

 private:
  static constexpr std::size_t limited = 2;

  void check(std::size_t from) {
    for (std::size_t to = 0; to < sides.size(); ++to) {
      SERAI_ASSERT(!ports_[to]->has_claimed());
      SERAI_ASSERT(!ports_[to]->unflushed);
      for (const Bytes& packet : ports_[to]->sent) {
        check_packet(from, to, packet);
      }
      ports_[to]->sent.clear();
    }
  }

  static void check_packet(std::size_t from, std::size_t to, const Bytes& packet) {
    const PortRules& source = sides[from].rules;
    const PortRules& target = sides[to].rules;
    SERAI_ASSERT(from != to);
    SERAI_ASSERT(source.group == 0 || target.group == 0 || source.group == target.group ||
                 source.uplink || target.uplink);
    const std::size_t start = sides[to].extended ? 12 : 0;
    SERAI_ASSERT(packet.size() >= start + 14);
    SERAI_ASSERT(sides[to].extended || packet.size() <= 2048);
    const auto at = std::span(packet).subspan(start);
    const MacAddress destination(at.first<6>());
    const MacAddress sender(at.subspan<6, 6>());
    SERAI_ASSERT(sender.is_station());
    SERAI_ASSERT(sender == source.mac || source.learns());
    check_destination(destination, sender, from, to);
    check_tag(number_at(packet, start + 12), source, target, packet, start);
    if (sides[to].extended) {
      const auto header = serai::net::header_from(std::span(packet).first<12>());
      const auto checked = serai::net::checked(
          header, static_cast<std::uint32_t>(packet.size() - 12), serai::net::Offloads::all());
      SERAI_ASSERT(checked && *checked == header);
    }
  }

  static void check_destination(MacAddress destination, MacAddress sender, std::size_t from,
                                std::size_t to) {
    for (std::size_t owner = 0; owner < sides.size(); ++owner) {
      const MacAddress own = sides[owner].rules.mac;
      SERAI_ASSERT(own == MacAddress{} || destination != own || owner == to);
      SERAI_ASSERT(own == MacAddress{} || sender != own || owner == from);
    }
    const bool is_own = destination == sides[to].rules.mac;
    SERAI_ASSERT(destination.is_group() || is_own || sides[to].rules.learns());
  }

  /// By the frame alone it cannot be known of which VLAN it was, but sometimes of which it was not.
  static void check_tag(std::uint16_t type, const PortRules& source, const PortRules& target,
                        const Bytes& packet, std::size_t start) {
    const bool is_tagged = type == 0x8100;
    SERAI_ASSERT(type != 0x88a8 && type != 0x9100 && type != 0x9200);
    SERAI_ASSERT(!is_tagged || target.trunk);
    SERAI_ASSERT(source.trunk || target.trunk || source.vlan == target.vlan);
    if (is_tagged) {
      const std::uint16_t vlan = number_at(packet, start + 14) & 0xfff;
      SERAI_ASSERT(vlan != 0 && vlan != 4095 && vlan != target.vlan);
      SERAI_ASSERT(source.trunk || vlan == source.vlan);
    } else {
      SERAI_ASSERT(source.trunk || source.vlan == target.vlan);
    }
  }

  serai::test::FakeClockPort clock_;
  NetworkSwitch switch_{clock_, {.timer_channel = timer_channel}};
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
  return 0;
}
