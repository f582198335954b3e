// SPDX-License-Identifier: BSD-2-Clause
#include "net/ethernet.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "net/packet_reader.hpp"
#include "support/fake_packet_backend.hpp"
#include "support/frames.hpp"

namespace serai::net {
namespace {

using test::Frame;
using test::FramePlan;

TEST(Ethernet, FindsAddressesAndTags) {
  const Frame plain = test::whole_frame({});
  EXPECT_EQ(destination_of(plain), (MacAddress{2, 0, 0, 0, 0, 1}));
  EXPECT_EQ(source_of(plain), (MacAddress{2, 0, 0, 0, 0, 2}));
  EXPECT_EQ(vlan_of(plain), std::nullopt);
  EXPECT_EQ(vlan_of(test::whole_frame({.vlan = 0xa123})), 0x123) << "without its priority";
  const Frame tagged = test::whole_frame({.vlan = 1});
  EXPECT_EQ(vlan_of(std::span(tagged).first(17)), std::nullopt);
  EXPECT_TRUE(is_multicast(broadcast_address));
  EXPECT_FALSE(is_multicast({2, 1, 1, 1, 1, 1}));
}

TEST(Ethernet, LooksBehindTwoTagsAtMost) {
  Frame frame = test::whole_frame({.vlan = 1});
  EXPECT_EQ(network_layer_of(frame)->offset, 18U);
  EXPECT_EQ(network_layer_of(frame)->type, ethertype_ipv4);
  const Frame tag(frame.begin() + 12, frame.begin() + 16);
  frame.insert(frame.begin() + 12, tag.begin(), tag.end());
  EXPECT_EQ(network_layer_of(frame)->offset, 22U);
  frame.insert(frame.begin() + 12, tag.begin(), tag.end());
  EXPECT_EQ(network_layer_of(frame)->type, ethertype_vlan) << "not what is behind the third";
  EXPECT_FALSE(network_layer_of(std::span(frame).first(30)));
}

FramePlan answer_to(FramePlan plan) {
  std::swap(plan.from_port, plan.to_port);
  return plan;
}

TEST(Flow, IsTheSameInBothDirectionsAndDiffersBetweenPorts) {
  for (const bool ipv6 : {false, true}) {
    for (const bool udp : {false, true}) {
      const FramePlan plan{.ipv6 = ipv6, .udp = udp};
      Frame answer = test::whole_frame(answer_to(plan));
      const auto places = test::places_of(plan);
      const std::ptrdiff_t size = ipv6 ? 16 : 4;
      const auto first =
          answer.begin() + static_cast<std::ptrdiff_t>(places.network) + (ipv6 ? 8 : 12);
      std::swap_ranges(first, first + size, first + size);
      const std::uint32_t flow = flow_of(test::whole_frame(plan));
      EXPECT_EQ(flow, flow_of(answer));
      FramePlan other = plan;
      other.to_port = 2001;
      EXPECT_NE(flow, flow_of(test::whole_frame(other)));
    }
  }
}

TEST(Flow, FragmentsOfOnePacketStayTogether) {
  const FramePlan plan{.udp = true};
  Frame first = test::whole_frame(plan);
  test::set16(first, 20, 0x2000);  // more fragments
  Frame second = test::whole_frame({.udp = true, .from_port = 7, .to_port = 8});
  test::set16(second, 20, 0x0010);  // not the first
  EXPECT_EQ(flow_of(first), flow_of(second));
}

RC_GTEST_PROP(FlowProperty, AnyBytesHaveOne, (const std::vector<std::uint8_t>& bytes)) {
  const auto frame = std::as_bytes(std::span(bytes));
  RC_ASSERT(flow_of(frame) == flow_of(frame));
  Frame padded(60);
  std::copy(frame.begin(), frame.begin() + std::min<std::ptrdiff_t>(60, std::ssize(frame)),
            padded.begin());
  test::set16(padded, 12, bytes.size() % 2 == 0 ? ethertype_ipv4 : ethertype_ipv6);
  RC_ASSERT(flow_of(padded) == flow_of(padded));
}

TEST(PacketReader, ReadsAcrossPiecesAndGivesThemBack) {
  test::FakePacketBackend backend({.buffer_bytes = 4, .extended = true, .most_buffers = 8});
  PacketReader reader(backend);
  EXPECT_EQ(reader.remaining(), 0U);
  const Frame packet{std::byte{0}, std::byte{1}, std::byte{2}, std::byte{3}, std::byte{4}};
  backend.arrive(packet);
  backend.arrive(packet);
  EXPECT_EQ(reader.remaining(), 5U);
  std::array<std::byte, 8> head{};
  EXPECT_EQ(reader.look(head), 4U);
  reader.advance(3);
  EXPECT_EQ(reader.remaining(), 2U);
  EXPECT_EQ(reader.next(9).size(), 1U);
  reader.advance(1);
  EXPECT_EQ(backend.consumed, 1U);
  EXPECT_EQ(reader.next(9).front(), std::byte{4});
  reader.advance(1);
  EXPECT_EQ(backend.consumed, 2U);
  EXPECT_EQ(reader.remaining(), 5U) << "the next one";
  reader.advance(2);
  reader.drop();
  EXPECT_EQ(backend.consumed, 4U);
  EXPECT_EQ(reader.remaining(), 0U);
  reader.drop();
}

}  // namespace
}  // namespace serai::net
