// SPDX-License-Identifier: BSD-2-Clause
#include <array>
#include <gtest/gtest.h>
// Needs GoogleTest before it.
#include <rapidcheck/gtest.h>

#include "switch_fixture.hpp"

namespace serai::network_switch {
namespace {

using test::Frame;
using test::station;

class Vlan : public SwitchTest {
 protected:
  std::uint32_t add_trunk(std::uint8_t last, std::uint16_t native, PacketFormat format = plain) {
    return add({.rules = {.mac = MacAddress(station(last)), .vlan = native, .trunk = true}},
               format);
  }
};

TEST_F(Vlan, AccessPortsOfOneVlanSeeEachOtherUntagged) {
  const auto a = add_vm(1, 10);
  const auto b = add_vm(2, 10);
  add_vm(3, 20);
  add_vm(4, 0);
  const Frame frame{.from = station(1)};
  send(a, frame);
  ASSERT_EQ(at(b).sent.size(), 1U);
  EXPECT_EQ(at(b).sent[0], frame.bytes());
  EXPECT_EQ(receivers(), Ports{b});
  send(a, {.to = station(3)});
  send(a, {.to = station(4)});
  EXPECT_EQ(receivers(), Ports{});
}

TEST_F(Vlan, TaggedFramesFromAccessPortsAreRefused) {
  const auto a = add_vm(1, 10);
  const auto none = add_vm(2, 0);
  add_trunk(3, 0);
  for (const auto tag : std::to_array<std::uint16_t>({0, 10, 20, 0xe00a, 4095})) {
    send(a, {.from = station(1), .tag = tag});
    send(none, {.from = station(2), .tag = tag});
  }
  EXPECT_EQ(receivers(), Ports{});
  EXPECT_EQ(counters(a).bad_tag, 5U);
  EXPECT_EQ(counters(none).bad_tag, 5U);
}

TEST_F(Vlan, SecondTagsAndProvidersTagsAreRefusedEverywhere) {
  const auto a = add_vm(1, 10);
  const auto trunk = add_trunk(2, 10);
  for (const auto type : std::to_array<std::uint16_t>({0x8100, 0x88a8, 0x9100, 0x9200})) {
    send(trunk, {.from = station(2), .tag = 10, .type = type});
  }
  for (const auto type : std::to_array<std::uint16_t>({0x88a8, 0x9100, 0x9200})) {
    send(trunk, {.from = station(2), .type = type});
    send(a, {.from = station(1), .type = type});
  }
  EXPECT_EQ(receivers(), Ports{});
  EXPECT_EQ(counters(trunk).malformed, 7U);
  EXPECT_EQ(counters(a).malformed, 3U);
}

TEST_F(Vlan, ATrunkGetsTagsAndGivesThemUp) {
  const auto a = add_vm(1, 10);
  const auto trunk = add_trunk(2, 0);
  send(a, {.from = station(1)});
  ASSERT_EQ(at(trunk).sent.size(), 1U);
  EXPECT_EQ(at(trunk).sent[0], (Frame{.from = station(1), .tag = 10}.bytes()));
  send(trunk, {.to = station(1), .from = station(2), .tag = 0xa00a});
  ASSERT_EQ(at(a).sent.size(), 1U);
  EXPECT_EQ(at(a).sent[0], (Frame{.to = station(1), .from = station(2)}.bytes()));
}

TEST_F(Vlan, ATrunksOwnVlanIsUntaggedThere) {
  const auto a = add_vm(1, 10);
  const auto trunk = add_trunk(2, 10);
  const Frame out{.from = station(1)};
  send(a, out);
  ASSERT_EQ(at(trunk).sent.size(), 1U);
  EXPECT_EQ(at(trunk).sent[0], out.bytes());
  send(trunk, {.to = station(1), .from = station(2)});
  send(trunk, {.to = station(1), .from = station(2), .tag = 10});
  send(trunk, {.to = station(1), .from = station(2), .tag = 0});
  EXPECT_EQ(at(a).sent.size(), 3U);
  EXPECT_EQ(at(a).sent[2], (Frame{.to = station(1), .from = station(2)}.bytes()));
}

TEST_F(Vlan, PriorityStaysBetweenTrunks) {
  const auto a = add_trunk(1, 10);
  const auto b = add_trunk(2, 20);
  send(a, {.from = station(1), .tag = 0xe01e});
  send(a, {.from = station(1), .tag = 0xe000});
  send(a, {.from = station(1), .tag = 20});
  ASSERT_EQ(at(b).sent.size(), 3U);
  EXPECT_EQ(at(b).sent[0], (Frame{.from = station(1), .tag = 0xe01e}.bytes()));
  EXPECT_EQ(at(b).sent[1], (Frame{.from = station(1), .tag = 0xe00a}.bytes()));
  EXPECT_EQ(at(b).sent[2], Frame{.from = station(1)}.bytes());
}

TEST_F(Vlan, WhatHasNoVlanDoesNotEnterATrunkWithOne) {
  const auto a = add_vm(1, 0);
  add_trunk(2, 10);
  send(a, {.from = station(1)});
  EXPECT_EQ(receivers(), Ports{});
}

TEST_F(Vlan, TheLastVlanIsNone) {
  const auto trunk = add_trunk(1, 0);
  add_trunk(2, 0);
  send(trunk, {.from = station(1), .tag = 4095});
  EXPECT_EQ(receivers(), Ports{});
  EXPECT_EQ(counters(trunk).bad_tag, 1U);
}

TEST_F(Vlan, StationsAreLearnedPerVlan) {
  const auto a = add_vm(1, 10);
  const auto b = add_vm(2, 20);
  const auto up = add({.rules = {.uplink = true, .trunk = true}});
  const auto bridge = add({.rules = {.trunk = true, .any_mac = true}});
  send(up, {.to = station(1), .from = station(50), .tag = 10});
  receivers();
  send(a, {.to = station(50), .from = station(1)});
  EXPECT_EQ(receivers(), Ports{up});
  send(b, {.to = station(50), .from = station(2)});
  EXPECT_EQ(receivers(), (Ports{up, bridge}));
}

TEST_F(Vlan, ChecksumsMoveWithTheTag) {
  const auto trunk = add_trunk(1, 0, extended);
  const auto access = add({.rules = {.mac = MacAddress(station(2)), .vlan = 10}}, extended);
  const test::Offloads offloads{.flags = 1,
                                .gso_type = 1,
                                .header_length = 54,
                                .gso_size = 1448,
                                .checksum_start = 34,
                                .checksum_offset = 16};
  test::Offloads tagged = offloads;
  tagged.checksum_start = 38;
  tagged.header_length = 58;
  const Frame inside{.from = station(2), .payload_bytes = 4000, .offloads = offloads};
  const Frame outside{.from = station(2), .tag = 10, .payload_bytes = 4000, .offloads = tagged};
  send(access, inside);
  ASSERT_EQ(at(trunk).sent.size(), 1U);
  EXPECT_EQ(at(trunk).sent[0], outside.bytes());
  Frame back = outside;
  back.from = station(1);
  send(trunk, back);
  Frame expected = inside;
  expected.from = station(1);
  ASSERT_EQ(at(access).sent.size(), 1U);
  EXPECT_EQ(at(access).sent[0], expected.bytes());
}

/// Whatever the ports and the frame: nobody sees a VLAN that is not his, and access ports never see
/// a tag.
RC_GTEST_FIXTURE_PROP(Vlan, NothingLeaks, ()) {
  struct Side {
    std::uint16_t vlan;
    bool trunk;
  };

  std::vector<Side> sides;
  const auto count = *rc::gen::inRange(2, 7);
  for (int i = 0; i < count; ++i) {
    const Side side{static_cast<std::uint16_t>(*rc::gen::inRange(0, 4)),
                    *rc::gen::arbitrary<bool>()};
    sides.push_back(side);
    add({.rules = {.mac = MacAddress(station(static_cast<std::uint8_t>(i + 1))),
                   .vlan = side.vlan,
                   .trunk = side.trunk}});
  }
  const auto sender = static_cast<std::uint32_t>(*rc::gen::inRange(0, count));
  Frame frame{.from = station(static_cast<std::uint8_t>(sender + 1))};
  if (*rc::gen::arbitrary<bool>()) {
    frame.tag = static_cast<std::uint16_t>(*rc::gen::inRange(0, 4));
  }
  send(sender, frame);
  const Side& from = sides[sender];
  const std::uint16_t vlan = frame.tag.value_or(0) != 0 ? *frame.tag : from.vlan;
  const bool accepted = !frame.tag || from.trunk;
  for (std::uint32_t i = 0; i < sides.size(); ++i) {
    const Side& to = sides[i];
    const bool is_member = to.vlan == vlan || (to.trunk && vlan != 0);
    const bool expected = accepted && i != sender && is_member;
    RC_ASSERT(at(i).sent.size() == (expected ? 1U : 0U));
    if (expected) {
      Frame seen = frame;
      seen.tag = vlan == to.vlan ? std::nullopt : std::optional(vlan);
      RC_ASSERT(at(i).sent[0] == seen.bytes());
    }
  }
}

}  // namespace
}  // namespace serai::network_switch
