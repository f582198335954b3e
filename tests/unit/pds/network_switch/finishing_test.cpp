// SPDX-License-Identifier: BSD-2-Clause
//
// What a sender left to others, for receivers of plain frames.
#include <algorithm>

#include "switch_fixture.hpp"

namespace serai::network_switch {
namespace {

using test::Bytes;
using test::station;

constexpr std::size_t ip = 14;
constexpr std::size_t tcp = ip + 20;
constexpr std::size_t data = tcp + 20;

unsigned number_at(std::span<const std::byte> bytes, std::size_t place) {
  return std::to_integer<unsigned>(bytes[place]) << 8 | std::to_integer<unsigned>(bytes[place + 1]);
}

void put(Bytes& bytes, std::size_t place, unsigned number) {
  bytes[place] = static_cast<std::byte>(number >> 8);
  bytes[place + 1] = static_cast<std::byte>(number & 0xff);
}

/// The sum of RFC 1071, folded.
unsigned sum(std::span<const std::byte> bytes, unsigned start = 0) {
  unsigned total = start;
  for (std::size_t i = 0; i < bytes.size(); i += 2) {
    total += std::to_integer<unsigned>(bytes[i]) << 8;
    total += i + 1 < bytes.size() ? std::to_integer<unsigned>(bytes[i + 1]) : 0;
  }
  while (total >> 16 != 0) {
    total = (total & 0xffff) + (total >> 16);
  }
  return total;
}

/// A TCP packet as a driver gives it to its device: without its checksum, perhaps too large.
Bytes tcp_frame(std::size_t payload, std::uint8_t to) {
  Bytes frame = test::Frame{.to = station(to), .payload_bytes = 40 + payload}.bytes();
  std::fill_n(frame.begin() + ip, 40, std::byte{0});
  frame[ip] = std::byte{0x45};
  put(frame, ip + 2, static_cast<unsigned>(40 + payload));
  frame[ip + 8] = std::byte{64};
  frame[ip + 9] = std::byte{6};
  put(frame, ip + 12, 0x0a00);
  put(frame, ip + 14, 1);
  put(frame, ip + 16, 0x0a00);
  put(frame, ip + 18, 2);
  put(frame, ip + 10, ~sum(std::span(frame).subspan(ip, 20)) & 0xffff);
  put(frame, tcp, 1234);
  put(frame, tcp + 2, 80);
  put(frame, tcp + 6, 5000);
  frame[tcp + 12] = std::byte{0x50};
  frame[tcp + 13] = std::byte{0x10};
  const auto pseudo = std::span(frame).subspan(ip + 12, 8);
  put(frame, tcp + 16, sum(pseudo, static_cast<unsigned>(6 + 20 + payload)));
  return frame;
}

Bytes packet(const test::Offloads& offloads, const Bytes& frame) {
  Bytes result(sizeof offloads);
  std::memcpy(result.data(), &offloads, sizeof offloads);
  result.insert(result.end(), frame.begin(), frame.end());
  return result;
}

constexpr test::Offloads checksum{.flags = 1, .checksum_start = tcp, .checksum_offset = 16};

constexpr test::Offloads segments(std::uint16_t size) {
  auto offloads = checksum;
  offloads.gso_type = 1;
  offloads.gso_size = size;
  offloads.header_length = data;
  return offloads;
}

void expect_right_checksums(std::span<const std::byte> frame) {
  EXPECT_EQ(sum(frame.subspan(ip, 20)), 0xffffU);
  const auto segment = frame.subspan(tcp);
  const unsigned pseudo = sum(frame.subspan(ip + 12, 8), static_cast<unsigned>(6 + segment.size()));
  EXPECT_EQ(sum(segment, pseudo), 0xffffU);
}

class Finishing : public SwitchTest {
 protected:
  std::uint32_t add_sender() { return add({.rules = {.mac = MacAddress(station(1))}}, extended); }
};

TEST_F(Finishing, ChecksumsAreFilledIn) {
  const auto a = add_sender();
  const auto b = add_vm(2);
  for (const std::size_t payload : {0U, 1U, 100U, 1459U}) {
    at(b).sent.clear();
    const Bytes frame = tcp_frame(payload, 2);
    send(a, packet(checksum, frame));
    ASSERT_EQ(at(b).sent.size(), 1U);
    const Bytes& seen = at(b).sent[0];
    ASSERT_EQ(seen.size(), frame.size());
    expect_right_checksums(seen);
    EXPECT_TRUE(std::equal(seen.begin() + data, seen.end(), frame.begin() + data));
  }
}

TEST_F(Finishing, LargePacketsAreCutUp) {
  const auto a = add_sender();
  const auto b = add_vm(2);
  const Bytes frame = tcp_frame(60'001, 2);
  send(a, packet(segments(1460), frame));
  ASSERT_EQ(at(b).sent.size(), 42U);
  std::size_t offset = data;
  for (const Bytes& seen : at(b).sent) {
    expect_right_checksums(seen);
    EXPECT_EQ(number_at(seen, ip + 2), seen.size() - ip);
    EXPECT_EQ(number_at(seen, tcp + 4) << 16 | number_at(seen, tcp + 6), 5000 + offset - data);
    ASSERT_LE(offset + seen.size() - data, frame.size());
    EXPECT_TRUE(std::equal(seen.begin() + data, seen.end(),
                           frame.begin() + static_cast<std::ptrdiff_t>(offset)));
    offset += seen.size() - data;
  }
  EXPECT_EQ(offset, frame.size());
  EXPECT_EQ(counters(b).delivered, 1U);
}

TEST_F(Finishing, EachReceiverGetsWhatItTakes) {
  const auto a = add_sender();
  const auto plain1 = add_vm(2);
  const auto ext = add({.rules = {.mac = MacAddress(station(3))}}, extended);
  const auto trunk =
      add({.rules = {.mac = MacAddress(station(4)), .vlan = 0, .trunk = true}}, plain);
  Bytes frame = tcp_frame(500, 2);
  std::fill_n(frame.begin(), 6, std::byte{0xff});
  const Bytes whole = packet(checksum, frame);
  send(a, whole);
  ASSERT_EQ(at(plain1).sent.size(), 1U);
  expect_right_checksums(at(plain1).sent[0]);
  ASSERT_EQ(at(ext).sent.size(), 1U);
  EXPECT_EQ(at(ext).sent[0], whole);
  ASSERT_EQ(at(trunk).sent.size(), 1U);
  EXPECT_EQ(at(trunk).sent[0], at(plain1).sent[0]);
}

TEST_F(Finishing, ATagIsPutInBeforeTheSum) {
  const auto a = add({.rules = {.mac = MacAddress(station(1)), .vlan = 7}}, extended);
  const auto trunk = add({.rules = {.mac = MacAddress(station(2)), .trunk = true}}, plain);
  send(a, packet(segments(1000), tcp_frame(3000, 2)));
  ASSERT_EQ(at(trunk).sent.size(), 3U);
  for (Bytes seen : at(trunk).sent) {
    EXPECT_EQ(number_at(seen, 12), 0x8100U);
    EXPECT_EQ(number_at(seen, 14), 7U);
    seen.erase(seen.begin() + 12, seen.begin() + 16);
    expect_right_checksums(seen);
  }
}

TEST_F(Finishing, WhatIsNotWhatItSaysGoesNowhere) {
  const auto a = add_sender();
  const auto b = add_vm(2);
  Bytes not_ip = tcp_frame(3000, 2);
  put(not_ip, 12, 0x1234);
  send(a, packet(segments(1000), not_ip));
  EXPECT_TRUE(at(b).sent.empty());
  EXPECT_EQ(counters(b).unfinishable, 1U);
  EXPECT_FALSE(at(b).has_claimed());
}

TEST_F(Finishing, WhatIsTooLongForAReceiverIsLost) {
  const auto a = add_sender();
  const auto b = add_vm(2);
  send(a, packet(segments(3000), tcp_frame(6000, 2)));
  send(a, packet(checksum, tcp_frame(3000, 2)));
  EXPECT_TRUE(at(b).sent.empty());
  EXPECT_EQ(counters(b).lost, 2U);
  at(b).room = 3;
  send(a, packet(segments(1000), tcp_frame(6000, 2)));
  EXPECT_EQ(at(b).sent.size(), 3U);
  EXPECT_EQ(counters(b).lost, 3U);
  EXPECT_FALSE(at(b).has_claimed());
}

TEST_F(Finishing, TheNextPacketIsItsOwn) {
  const auto a = add_sender();
  const auto b = add_vm(2);
  send(a, packet(segments(1000), tcp_frame(2000, 2)));
  at(b).sent.clear();
  send(a, packet(checksum, tcp_frame(10, 2)));
  ASSERT_EQ(at(b).sent.size(), 1U);
  EXPECT_EQ(at(b).sent[0].size(), data + 10);
  send(a, packet({}, tcp_frame(10, 2)));
  ASSERT_EQ(at(b).sent.size(), 2U);
  EXPECT_EQ(at(b).sent[1], tcp_frame(10, 2));
}

}  // namespace
}  // namespace serai::network_switch
