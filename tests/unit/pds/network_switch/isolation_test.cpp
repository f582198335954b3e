// SPDX-License-Identifier: BSD-2-Clause
//
// Who may send as whom, and who sees what.
#include "switch_fixture.hpp"

namespace serai::network_switch {
namespace {

using test::Frame;
using test::station;

class Isolation : public SwitchTest {};

TEST_F(Isolation, AFrameForOneStationReachesItAlone) {
  const auto a = add_vm(1);
  const auto b = add_vm(2);
  add_vm(3);
  const Frame frame{.to = station(2), .from = station(1)};
  send(a, frame);
  ASSERT_EQ(at(b).sent.size(), 1U);
  EXPECT_EQ(at(b).sent[0], frame.bytes());
  EXPECT_EQ(receivers(), Ports{b});
  EXPECT_EQ(counters(a).forwarded, 1U);
  EXPECT_EQ(counters(b).delivered, 1U);
}

TEST_F(Isolation, BroadcastsAndMulticastsReachAllOthers) {
  const auto a = add_vm(1);
  const auto b = add_vm(2);
  const auto c = add_uplink();
  send(a, {.to = test::broadcast});
  EXPECT_EQ(receivers(), (Ports{b, c}));
  send(a, {.to = {0x01, 0, 0x5e, 0, 0, 1}});
  EXPECT_EQ(receivers(), (Ports{b, c}));
}

TEST_F(Isolation, AnotherSourceAddressIsRefused) {
  const auto a = add_vm(1);
  add_vm(2);
  const test::Mac refused[] = {station(2), station(9), {}, test::broadcast, {3, 0, 0, 0, 0, 1}};
  for (const auto& source : refused) {
    send(a, {.to = test::broadcast, .from = source});
  }
  EXPECT_EQ(receivers(), Ports{});
  EXPECT_EQ(counters(a).spoofed, std::size(refused));
}

TEST_F(Isolation, AnUplinkMaySendAsAnyoneButAVm) {
  const auto a = add_vm(1);
  const auto up = add_uplink();
  send(up, {.to = station(1), .from = station(77)});
  EXPECT_EQ(receivers(), Ports{a});
  send(up, {.to = test::broadcast, .from = station(1)});
  send(up, {.to = test::broadcast, .from = test::broadcast});
  EXPECT_EQ(receivers(), Ports{});
  EXPECT_EQ(counters(up).spoofed, 2U);
}

TEST_F(Isolation, UnknownStationsAreSoughtBehindLearningPortsOnly) {
  const auto a = add_vm(1);
  add_vm(2);
  const auto bridge = add({.rules = {.mac = MacAddress(station(3)), .any_mac = true}});
  const auto up = add_uplink();
  send(a, {.to = station(50)});
  EXPECT_EQ(receivers(), (Ports{bridge, up}));
  send(bridge, {.to = station(1), .from = station(50)});
  EXPECT_EQ(receivers(), Ports{a});
  send(a, {.to = station(50)});
  EXPECT_EQ(receivers(), Ports{bridge});
}

TEST_F(Isolation, WhatWasLearnedIsForgottenAfterFiveMinutes) {
  const auto a = add_vm(1);
  const auto bridge = add({.rules = {.mac = MacAddress(station(3)), .any_mac = true}});
  const auto up = add_uplink();
  send(up, {.to = station(1), .from = station(50)});
  clock.advance_ns(299 * ns_per_second);
  receivers();
  send(a, {.to = station(50)});
  EXPECT_EQ(receivers(), Ports{up});
  clock.advance_ns(2 * ns_per_second);
  send(a, {.to = station(50)});
  EXPECT_EQ(receivers(), (Ports{bridge, up}));
}

TEST_F(Isolation, AStationThatMovesIsWhereItWasSeenLast) {
  const auto a = add_vm(1);
  const auto bridge = add({.rules = {.any_mac = true}});
  const auto up = add_uplink();
  send(up, {.to = station(1), .from = station(50)});
  send(bridge, {.to = station(1), .from = station(50)});
  receivers();
  send(a, {.to = station(50)});
  EXPECT_EQ(receivers(), Ports{bridge});
  send(up, {.to = station(1), .from = station(50)});
  receivers();
  send(a, {.to = station(50)});
  EXPECT_EQ(receivers(), Ports{up});
}

TEST_F(Isolation, AnotherGroupCannotClaimAStation) {
  const auto bad = add({.rules = {.mac = MacAddress(station(3)), .group = 1, .any_mac = true}});
  const auto victim = add_vm(2, 0, 2);
  const auto up = add_uplink();
  send(up, {.to = station(2), .from = station(50)});
  send(bad, {.to = station(103), .from = station(50)});
  receivers();
  send(victim, {.to = station(50), .from = station(2)});
  EXPECT_EQ(receivers(), Ports{up});
  send(bad, {.to = station(103), .from = station(51)});
  receivers();
  send(victim, {.to = station(51), .from = station(2)});
  EXPECT_EQ(receivers(), Ports{up}) << "a station that is known to the other group alone";
  EXPECT_EQ(counters(victim).nowhere, 0U);
}

TEST_F(Isolation, AStationMovesForThoseWhoSeeWhereItIs) {
  const auto bridge = add({.rules = {.group = 1, .any_mac = true}});
  const auto same_group = add_vm(1, 0, 1);
  const auto other_group = add_vm(2, 0, 2);
  const auto no_group = add_vm(3);
  const auto up = add_uplink();
  const auto send_from = [&](std::uint32_t port, std::uint8_t last) {
    receivers();
    send(port, {.to = station(50), .from = station(last)});
    return receivers();
  };
  for (int i = 0; i < 2; ++i) {
    send(up, {.to = station(1), .from = station(50)});
    EXPECT_EQ(send_from(same_group, 1), Ports{up});
    EXPECT_EQ(send_from(other_group, 2), Ports{up});
    EXPECT_EQ(send_from(no_group, 3), Ports{up});
    send(bridge, {.to = station(1), .from = station(50)});
    EXPECT_EQ(send_from(same_group, 1), Ports{bridge});
    EXPECT_EQ(send_from(other_group, 2), Ports{up});
    EXPECT_EQ(send_from(no_group, 3), Ports{bridge});
  }
}

TEST_F(Isolation, FloodingWithAddressesDoesNotEvictAnotherPortsStations) {
  const auto a = add_vm(1);
  const auto bridge = add({.rules = {.any_mac = true}});
  const auto up = add_uplink();
  send(up, {.to = station(1), .from = station(50)});
  for (unsigned i = 0; i < 5000; ++i) {
    send(bridge, {.to = station(1),
                  .from = {0x06, 0, 0, 0, static_cast<std::uint8_t>(i >> 8),
                           static_cast<std::uint8_t>(i)}});
  }
  receivers();
  send(a, {.to = station(50)});
  EXPECT_EQ(receivers(), Ports{up});
}

TEST_F(Isolation, NothingComesBackToWhereItCameFrom) {
  const auto up = add_uplink();
  add_vm(1);
  send(up, {.to = station(50), .from = station(51)});
  send(up, {.to = station(51), .from = station(50)});
  EXPECT_EQ(receivers(), Ports{});
  EXPECT_EQ(counters(up).nowhere, 2U);
}

TEST_F(Isolation, FramesForBridgesStayOut) {
  const auto a = add_vm(1);
  add_uplink();
  send(a, {.to = {0x01, 0x80, 0xc2, 0, 0, 0}});
  send(a, {.to = {0x01, 0x80, 0xc2, 0, 0, 0x0e}});
  EXPECT_EQ(receivers(), Ports{});
  EXPECT_EQ(counters(a).link_local, 2U);
  send(a, {.to = {0x01, 0x80, 0xc2, 0, 0, 0x10}});
  EXPECT_EQ(receivers(), Ports{1});
}

TEST_F(Isolation, GroupsSeeThemselvesUplinksAndGroupZero) {
  const auto red1 = add_vm(1, 0, 1);
  const auto red2 = add_vm(2, 0, 1);
  const auto blue = add_vm(3, 0, 2);
  const auto all = add_vm(4, 0, 0);
  const auto up = add_uplink();
  send(red1, {.to = test::broadcast, .from = station(1)});
  EXPECT_EQ(receivers(), (Ports{red2, all, up}));
  send(blue, {.to = test::broadcast, .from = station(3)});
  EXPECT_EQ(receivers(), (Ports{all, up}));
  send(red1, {.to = station(3), .from = station(1)});
  EXPECT_EQ(receivers(), Ports{});
  EXPECT_EQ(counters(red1).nowhere, 1U);
  send(up, {.to = test::broadcast, .from = station(99)});
  EXPECT_EQ(receivers(), (Ports{red1, red2, blue, all}));
}

TEST_F(Isolation, PortsThatCannotBeAreRefused) {
  add_vm(1);
  test::FakePacketBackend other;
  const auto error_of = [&](const NetworkSwitch::PortOptions& options) {
    return the_switch.add_port(options, other).error();
  };
  EXPECT_EQ(error_of({.rules = {.mac = MacAddress(station(2))}}), Error::out_of_range);
  EXPECT_EQ(
      error_of(
          {.rules = {.mac = MacAddress(station(1))}, .transmit_channel = 1, .receive_channel = 1}),
      Error::overlap);
  EXPECT_EQ(error_of({.rules = {.mac = MacAddress(test::broadcast)},
                      .transmit_channel = 1,
                      .receive_channel = 1}),
            Error::bad_value);
  EXPECT_EQ(error_of({.rules = {.mac = MacAddress(station(2)), .vlan = 4095},
                      .transmit_channel = 1,
                      .receive_channel = 1}),
            Error::bad_value);
  EXPECT_EQ(error_of({.transmit_channel = 1, .receive_channel = 1}), Error::bad_value);
}

TEST_F(Isolation, OnlySoManyPortsCanLearn) {
  for (std::size_t i = 0; i < Forwarding::most_learning_ports; ++i) {
    add_uplink();
  }
  test::FakePacketBackend other;
  EXPECT_EQ(
      the_switch
          .add_port({.rules = {.uplink = true}, .transmit_channel = 1, .receive_channel = 1}, other)
          .error(),
      Error::no_space);
}

}  // namespace
}  // namespace serai::network_switch
