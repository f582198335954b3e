// SPDX-License-Identifier: BSD-2-Clause
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "net_fixture.hpp"

namespace serai::virtio_net {
namespace {

constexpr unsigned ok = 0;
constexpr unsigned error = 1;

constexpr unsigned receive_mode = 0;
constexpr unsigned address = 1;
constexpr unsigned vlan = 2;
constexpr unsigned announcement = 3;
constexpr unsigned pairs = 4;
constexpr unsigned offloads = 5;

constexpr net::MacAddress other_mac{2, 0, 0, 0, 0, 9};
constexpr net::MacAddress group{0x33, 0x33, 0, 0, 0, 1};

Frame byte(unsigned value) {
  return {static_cast<std::byte>(value)};
}

void add_little(Frame& data, std::uint64_t value, unsigned bytes) {
  for (unsigned i = 0; i < bytes; ++i) {
    data.push_back(static_cast<std::byte>(value >> 8 * i & 0xff));
  }
}

Frame little(std::uint64_t value, unsigned bytes) {
  Frame data;
  add_little(data, value, bytes);
  return data;
}

Frame bytes_of(const net::MacAddress& mac) {
  const auto bytes = std::as_bytes(std::span(mac));
  return {bytes.begin(), bytes.end()};
}

/// Both tables of VIRTIO_NET_CTRL_MAC_TABLE_SET.
Frame tables(const std::vector<net::MacAddress>& unicast,
             const std::vector<net::MacAddress>& multicast) {
  Frame data;
  for (const auto* table : {&unicast, &multicast}) {
    add_little(data, table->size(), 4);
    for (const auto& mac : *table) {
      const Frame bytes = bytes_of(mac);
      data.insert(data.end(), bytes.begin(), bytes.end());
    }
  }
  return data;
}

bool passes(NetFixture& fixture, const FramePlan& plan) {
  fixture.offer_buffers(1);
  fixture.deliver({}, test::whole_frame(plan));
  return fixture.take().has_value();
}

bool passes_to(NetFixture& fixture, const net::MacAddress& to) {
  return passes(fixture, FramePlan{.to = to});
}

TEST(NetControl, EverythingPassesUntilTheDriverSaysOtherwise) {
  NetFixture fixture;
  EXPECT_TRUE(passes_to(fixture, other_mac));
  EXPECT_EQ(fixture.command(receive_mode, 0, byte(0)), ok);
  EXPECT_FALSE(passes_to(fixture, other_mac));
  EXPECT_FALSE(passes_to(fixture, group));
  EXPECT_TRUE(passes_to(fixture, own_mac));
  EXPECT_TRUE(passes_to(fixture, net::broadcast_address));
  EXPECT_EQ(fixture.net.counters().receive_filtered, 2U);
}

TEST(NetControl, EveryCommandIsHeardOf) {
  for (const bool packed : {false, true}) {
    NetFixture fixture({.packed = packed, .event_index = true});
    for (unsigned i = 0; i < 5; ++i) {
      EXPECT_EQ(fixture.command(receive_mode, 0, byte(i % 2)), ok) << packed << ' ' << i;
    }
  }
}

TEST(NetControl, EachReceiveModeDoesWhatItSays) {
  NetFixture fixture;
  ASSERT_EQ(fixture.command(receive_mode, 0, byte(0)), ok);
  EXPECT_EQ(fixture.command(receive_mode, 1, byte(1)), ok);
  EXPECT_TRUE(passes_to(fixture, group));
  EXPECT_EQ(fixture.command(receive_mode, 3, byte(1)), ok);
  EXPECT_FALSE(passes_to(fixture, group));
  EXPECT_EQ(fixture.command(receive_mode, 2, byte(1)), ok);
  EXPECT_TRUE(passes_to(fixture, other_mac));
  EXPECT_EQ(fixture.command(receive_mode, 4, byte(1)), ok);
  EXPECT_FALSE(passes_to(fixture, own_mac));
  EXPECT_EQ(fixture.command(receive_mode, 5, byte(1)), ok);
  EXPECT_FALSE(passes_to(fixture, net::broadcast_address));
  EXPECT_EQ(fixture.command(receive_mode, 6, byte(1)), error);
  EXPECT_EQ(fixture.command(receive_mode, 0, {}), error);
  EXPECT_EQ(fixture.command(receive_mode, 0, Frame(2)), error);
}

TEST(NetControl, ExtraModesNeedTheirFeature) {
  NetFixture fixture({.refused = feature::ctrl_rx_extra});
  EXPECT_EQ(fixture.command(receive_mode, 1, byte(1)), ok);
  EXPECT_EQ(fixture.command(receive_mode, 2, byte(1)), error);
}

TEST(NetControl, ATableOfAddressesReplacesTheLast) {
  NetFixture fixture;
  ASSERT_EQ(fixture.command(receive_mode, 0, byte(0)), ok);
  EXPECT_EQ(fixture.command(address, 0, tables({other_mac}, {group})), ok);
  EXPECT_TRUE(passes_to(fixture, other_mac));
  EXPECT_TRUE(passes_to(fixture, group));
  EXPECT_EQ(fixture.command(address, 0, tables({}, {})), ok);
  EXPECT_FALSE(passes_to(fixture, other_mac));
  EXPECT_FALSE(passes_to(fixture, group));
}

TEST(NetControl, MoreAddressesThanFitLetAllOfTheirKindPass) {
  NetFixture fixture;
  ASSERT_EQ(fixture.command(receive_mode, 0, byte(0)), ok);
  const std::vector<net::MacAddress> many(100, group);
  EXPECT_EQ(fixture.command(address, 0, tables({other_mac}, many)), ok);
  EXPECT_TRUE(passes_to(fixture, {1, 2, 3, 4, 5, 6}));
  EXPECT_FALSE(passes_to(fixture, {2, 2, 3, 4, 5, 6}));
  const std::vector<net::MacAddress> hosts(65, other_mac);
  EXPECT_EQ(fixture.command(address, 0, tables(hosts, {})), ok);
  EXPECT_TRUE(passes_to(fixture, {2, 2, 3, 4, 5, 6}));
  EXPECT_FALSE(passes_to(fixture, {1, 2, 3, 4, 5, 6}));
}

TEST(NetControl, TablesThatLieAboutTheirLengthChangeNothing) {
  NetFixture fixture;
  ASSERT_EQ(fixture.command(receive_mode, 0, byte(0)), ok);
  ASSERT_EQ(fixture.command(address, 0, tables({other_mac}, {})), ok);
  EXPECT_EQ(fixture.command(address, 0, little(0xffff'ffff, 4)), error);
  EXPECT_EQ(fixture.command(address, 0, little(0, 4)), error);
  Frame longer = tables({}, {});
  longer.push_back({});
  EXPECT_EQ(fixture.command(address, 0, longer), error);
  EXPECT_TRUE(passes_to(fixture, other_mac));
}

TEST(NetControl, TheAddressCanBeChangedAndComesBackWithAReset) {
  NetFixture fixture;
  ASSERT_EQ(fixture.command(receive_mode, 0, byte(0)), ok);
  EXPECT_EQ(fixture.command(address, 1, bytes_of(group)), error);
  EXPECT_EQ(fixture.command(address, 1, bytes_of(other_mac)), ok);
  EXPECT_TRUE(passes_to(fixture, other_mac));
  EXPECT_FALSE(passes_to(fixture, own_mac));
  net::MacAddress shown{};
  fixture.net.read_config(0, std::as_writable_bytes(std::span(shown)));
  EXPECT_EQ(shown, other_mac);
  fixture.reset();
  fixture.net.read_config(0, std::as_writable_bytes(std::span(shown)));
  EXPECT_EQ(shown, own_mac);
}

TEST(NetControl, VlansPassOnceTheyAreAdded) {
  NetFixture fixture;
  EXPECT_FALSE(passes(fixture, FramePlan{.vlan = 5}));
  EXPECT_TRUE(passes(fixture, FramePlan{})) << "no tag";
  EXPECT_TRUE(passes(fixture, FramePlan{.vlan = 0x2000})) << "a priority only";
  EXPECT_EQ(fixture.command(vlan, 0, little(5, 2)), ok);
  EXPECT_TRUE(passes(fixture, FramePlan{.vlan = 5}));
  EXPECT_FALSE(passes(fixture, FramePlan{.vlan = 6}));
  EXPECT_EQ(fixture.command(vlan, 1, little(5, 2)), ok);
  EXPECT_FALSE(passes(fixture, FramePlan{.vlan = 5}));
  EXPECT_EQ(fixture.command(vlan, 0, little(4096, 2)), error);
  EXPECT_EQ(fixture.command(vlan, 2, little(5, 2)), error);

  NetFixture without({.refused = feature::ctrl_vlan});
  EXPECT_TRUE(passes(without, FramePlan{.vlan = 5}));
  EXPECT_EQ(without.command(vlan, 0, little(5, 2)), error);
}

TEST(NetControl, AnnouncementsAreAskedForAndAcknowledged) {
  NetFixture fixture;
  fixture.net.announce();
  EXPECT_EQ(fixture.events.config_changes, 1);
  EXPECT_EQ(fixture.config16(6), 3U);
  EXPECT_EQ(fixture.command(announcement, 0, {}), ok);
  EXPECT_EQ(fixture.config16(6), 1U);
  EXPECT_EQ(fixture.command(announcement, 1, {}), error);

  NetFixture without({.refused = feature::guest_announce});
  without.net.announce();
  EXPECT_EQ(without.events.config_changes, 0);
  EXPECT_EQ(without.config16(6), 1U);
}

TEST(NetControl, UnknownAndUnansweredCommandsAreHarmless) {
  NetFixture fixture;
  EXPECT_EQ(fixture.command(6, 0, {}), error);
  EXPECT_EQ(fixture.command(0xff, 0xff, Frame(100)), error);
  EXPECT_EQ(fixture.command(pairs, 0, little(1, 2)), error) << "not negotiated";
  fixture.drivers[2]->send({byte(0)}, {1});
  fixture.net.notify(2);
  EXPECT_EQ(fixture.drivers[2]->take_used()->data, byte(error)) << "too short";
  fixture.drivers[2]->send({Frame{std::byte{0}, std::byte{0}, std::byte{0}}}, {});
  fixture.net.notify(2);
  EXPECT_EQ(fixture.drivers[2]->take_used()->written, 0U);
  EXPECT_TRUE(passes_to(fixture, other_mac)) << "not carried out";
  EXPECT_EQ(fixture.events.interrupts[2], 5);
}

TEST(NetControl, OffloadsCanBeSwitchedOffAndOnAgain) {
  NetFixture fixture;
  fixture.offer_buffers(30);
  const FramePlan plan{.payload = 3000};
  const auto delivers = [&] {
    fixture.deliver(test::gso_header(plan, 1000), test::partial_frame(plan));
    int frames = 0;
    while (fixture.take()) {
      ++frames;
    }
    return frames;
  };
  EXPECT_EQ(delivers(), 1);
  EXPECT_EQ(fixture.command(offloads, 0, little(feature::guest_csum, 8)), ok);
  EXPECT_EQ(delivers(), 3);
  EXPECT_EQ(fixture.command(offloads, 0, little(feature::guest_tso4, 8)), ok);
  EXPECT_EQ(delivers(), 3) << "segments need checksums";
  EXPECT_EQ(fixture.command(offloads, 0, little(feature::guest_csum | feature::guest_tso4, 8)), ok);
  EXPECT_EQ(delivers(), 1);
  EXPECT_EQ(fixture.command(offloads, 0, little(feature::csum, 8)), error);
  EXPECT_EQ(fixture.command(offloads, 0, little(1, 4)), error);
}

TEST(NetControl, WhatWaitsIsDroppedIfItNoLongerSuits) {
  NetFixture fixture;
  const FramePlan plan{.payload = 3000};
  fixture.deliver(test::gso_header(plan, 1000), test::partial_frame(plan));
  EXPECT_EQ(fixture.command(offloads, 0, little(0, 8)), ok);
  fixture.offer_buffers(4);
  fixture.net.notify(0);
  EXPECT_FALSE(fixture.take());
  EXPECT_TRUE(fixture.backend.arrived.empty());
}

TEST(NetControl, WhatIsFinishedInSoftwareWaitsThroughCommands) {
  const FramePlan plan{.payload = 300};
  for (const std::uint64_t refused : {feature::guest_csum, feature::guest_tso4}) {
    NetFixture fixture({.refused = refused});
    const bool is_split = refused == feature::guest_tso4;
    fixture.deliver(is_split ? test::gso_header(plan, 300) : test::partial_header(plan),
                    test::partial_frame(plan));
    EXPECT_EQ(fixture.command(receive_mode, 1, byte(1)), ok);
    fixture.offer_buffers(4);
    fixture.net.notify(0);
    const auto received = fixture.take();
    ASSERT_TRUE(received) << is_split;
    EXPECT_TRUE(test::checksums_hold(received->frame, plan)) << is_split;
    EXPECT_EQ(received->header, (net::Header{.num_buffers = 1}));
  }
}

TEST(NetControl, WhatWaitsClaimsNoCheckedChecksumToADriverThatNoLongerTakesIt) {
  for (const std::uint64_t taken : {feature::guest_csum, std::uint64_t{0}}) {
    NetFixture fixture;
    fixture.deliver({.flags = net::Header::data_valid}, test::whole_frame({}));
    EXPECT_EQ(fixture.command(offloads, 0, little(taken, 8)), ok);
    fixture.offer_buffers(1);
    fixture.net.notify(0);
    const auto received = fixture.take();
    ASSERT_TRUE(received);
    EXPECT_EQ(received->header.flags, taken != 0 ? net::Header::data_valid : 0);
  }
}

TEST(NetPairs, FlowsAreReceivedWhereTheyAreSent) {
  NetFixture fixture({.pairs = 4});
  EXPECT_EQ(fixture.config16(8), 4U);
  for (std::uint16_t pair = 0; pair < 4; ++pair) {
    fixture.offer_buffers(8, 2048, static_cast<std::uint16_t>(2 * pair));
  }
  const FramePlan plan{.from_port = 1, .to_port = 2};
  const auto arrives_at = [&] {
    fixture.deliver({}, test::whole_frame(plan));
    for (std::uint16_t pair = 0; pair < 4; ++pair) {
      if (fixture.take(static_cast<std::uint16_t>(2 * pair))) {
        return static_cast<int>(pair);
      }
    }
    return -1;
  };
  fixture.transmit({}, test::whole_frame(plan), 5);
  EXPECT_EQ(arrives_at(), 0) << "one pair is in use at first";
  EXPECT_EQ(fixture.command(pairs, 0, little(4, 2)), ok);
  fixture.transmit({}, test::whole_frame(plan), 5);
  EXPECT_EQ(arrives_at(), 2);
  fixture.transmit({}, test::whole_frame(plan), 7);
  EXPECT_EQ(arrives_at(), 3);
  EXPECT_EQ(fixture.command(pairs, 0, little(2, 2)), ok);
  EXPECT_EQ(arrives_at(), 0) << "its pair is no longer in use";
  EXPECT_EQ(fixture.command(pairs, 0, little(0, 2)), error);
  EXPECT_EQ(fixture.command(pairs, 0, little(5, 2)), error);
}

TEST(NetPairs, ChainsOfAQueueThatIsNoLongerUsedGoBackEmpty) {
  NetFixture fixture({.pairs = 2});
  ASSERT_EQ(fixture.command(pairs, 0, little(2, 2)), ok);
  const FramePlan plan{.payload = 5000};
  fixture.transmit({}, test::whole_frame(plan), 3);
  fixture.offer_buffers(2, 2048, 2);
  fixture.offer_buffers(3, 2048, 0);
  fixture.deliver({}, test::whole_frame(plan));
  EXPECT_TRUE(fixture.drivers[2]->take_all_used().empty()) << "one is missing";
  ASSERT_EQ(fixture.command(pairs, 0, little(1, 2)), ok);
  const auto unused = fixture.drivers[2]->take_all_used();
  ASSERT_EQ(unused.size(), 2U);
  EXPECT_EQ(unused[0].written, 0U);
  EXPECT_EQ(fixture.take(0)->frame, test::whole_frame(plan));
}

TEST(NetPairs, WithoutTheFeatureTheControlQueueIsTheThird) {
  NetFixture fixture({.pairs = 4, .refused = feature::mq});
  EXPECT_EQ(fixture.command(receive_mode, 0, byte(0)), ok);
  EXPECT_FALSE(passes_to(fixture, other_mac));
}

TEST(NetPairs, APairThatIsNotSetUpReceivesNothing) {
  NetFixture fixture({.pairs = 2});
  ASSERT_EQ(fixture.command(pairs, 0, little(2, 2)), ok);
  fixture.transmit({}, test::whole_frame({}), 3);
  fixture.reset_queue(2);
  fixture.offer_buffers(1);
  fixture.deliver({}, test::whole_frame({}));
  EXPECT_TRUE(fixture.take(0));
}

TEST(NetFeatures, OffloadsAreOfferedOnlyWhereTheBackEndCanCarryThem) {
  NetFixture plain({.extended = false});
  EXPECT_EQ(plain.net.offered_features() & (feature::csum | guest_offload_bits), 0U);
  NetFixture extended;
  EXPECT_EQ(extended.net.offered_features() & guest_offload_bits, guest_offload_bits);
  EXPECT_EQ(extended.net.offered_features() & (feature::mq | feature::mtu), 0U);
  EXPECT_EQ(extended.net.traits().queue_count, 3U);
  NetFixture pairs8({.pairs = 8, .mtu = 9000});
  EXPECT_NE(pairs8.net.offered_features() & feature::mq, 0U);
  EXPECT_NE(pairs8.net.offered_features() & feature::mtu, 0U);
  EXPECT_EQ(pairs8.net.traits().queue_count, 17U);
}

TEST(NetFeatures, WhatNeedsAnotherFeatureIsNothingWithoutIt) {
  EXPECT_EQ(consistent(feature::guest_tso4 | feature::guest_ecn | feature::host_tso6 |
                       feature::host_ecn | feature::mq | feature::ctrl_rx),
            0U);
  const std::uint64_t all = features_of({.offloads = true, .has_mtu = true, .multiqueue = true});
  EXPECT_EQ(consistent(all), all);
}

TEST(NetConfig, WritesChangeNothing) {
  NetFixture fixture;
  const Frame ones(12, std::byte{0xff});
  fixture.net.write_config(0, ones);
  net::MacAddress shown{};
  fixture.net.read_config(0, std::as_writable_bytes(std::span(shown)));
  EXPECT_EQ(shown, own_mac);
}

RC_GTEST_PROP(NetControlProperty, AnyCommandIsAnswered,
              (std::uint8_t class_number, std::uint8_t number,
               const std::vector<std::uint8_t>& data)) {
  NetFixture fixture({.pairs = 2, .queue_size = 16});
  Frame bytes;
  for (const std::uint8_t value : data) {
    bytes.push_back(std::byte{value});
  }
  bytes.push_back({});
  RC_ASSERT(fixture.command(class_number % 8U, number % 8U, bytes) <= 1U);
}

}  // namespace
}  // namespace serai::virtio_net
