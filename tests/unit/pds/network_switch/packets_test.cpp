// SPDX-License-Identifier: BSD-2-Clause
//
// Hostile and unusual packets, and receivers without room.
#include "switch_fixture.hpp"

namespace serai::network_switch {
namespace {

using test::Bytes;
using test::Frame;
using test::Offloads;
using test::station;

class Packets : public SwitchTest {
 protected:
  std::uint32_t add_extended(std::uint8_t last) {
    return add({.rules = {.mac = MacAddress(station(last))}}, extended);
  }

  /// What of `offloads` reaches the other side, or nothing.
  std::optional<Offloads> pass(const Offloads& offloads, std::size_t payload_bytes = 100) {
    at(1).sent.clear();
    send(0, {.payload_bytes = payload_bytes, .offloads = offloads});
    if (at(1).sent.empty()) {
      return std::nullopt;
    }
    Offloads seen;
    std::memcpy(&seen, at(1).sent[0].data(), sizeof seen);
    return seen;
  }
};

TEST_F(Packets, ShortFramesAreRefused) {
  const auto a = add_vm(1);
  const auto b = add_vm(2);
  const Bytes whole = Frame{.to = station(2)}.bytes();
  for (std::size_t size = 1; size < 14; ++size) {
    send(a, Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)));
  }
  EXPECT_TRUE(at(b).sent.empty());
  EXPECT_EQ(counters(a).malformed, 13U);
  send(a, Bytes(whole.begin(), whole.begin() + 14));
  EXPECT_EQ(at(b).sent.size(), 1U);
}

TEST_F(Packets, ShortTaggedAndShortExtendedFramesAreRefused) {
  const auto trunk = add({.rules = {.mac = MacAddress(station(1)), .trunk = true}});
  const auto ext = add_extended(2);
  const Bytes tagged = Frame{.tag = 5}.bytes();
  for (std::size_t size = 14; size < 18; ++size) {
    send(trunk, Bytes(tagged.begin(), tagged.begin() + static_cast<std::ptrdiff_t>(size)));
  }
  EXPECT_EQ(counters(trunk).malformed, 4U);
  const Bytes whole = Frame{.from = station(2), .offloads = Offloads{}}.bytes();
  for (std::size_t size = 1; size < 26; ++size) {
    send(ext, Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)));
  }
  EXPECT_EQ(counters(ext).malformed, 25U);
  EXPECT_EQ(receivers(), Ports{});
}

TEST_F(Packets, HeadersMustLieInTheFirstBuffer) {
  const auto a = add_extended(1);
  const auto b = add_extended(2);
  const Bytes whole = Frame{.to = station(2), .offloads = Offloads{}}.bytes();
  const auto send_cut_at = [&](std::size_t cut) {
    at(a).arrive_piece(std::span(whole).first(cut), true);
    at(a).arrive_piece(std::span(whole).subspan(cut), false);
    the_switch.notified(10 + a);
  };
  send_cut_at(0);
  send_cut_at(12);
  send_cut_at(25);
  EXPECT_EQ(counters(a).malformed, 3U);
  EXPECT_TRUE(at(b).sent.empty());
  EXPECT_TRUE(at(a).arrived.empty());
  send_cut_at(26);
  ASSERT_EQ(at(b).sent.size(), 1U);
  EXPECT_EQ(at(b).sent[0], whole);
}

TEST_F(Packets, LargeExtendedPacketsPassWhole) {
  const auto a = add_extended(1);
  const auto b = add_extended(2);
  const Frame frame{.to = station(2),
                    .payload_bytes = 65'000,
                    .offloads = Offloads{.flags = 1,
                                         .gso_type = 4,
                                         .header_length = 74,
                                         .gso_size = 1440,
                                         .checksum_start = 54,
                                         .checksum_offset = 16}};
  send(a, frame);
  ASSERT_EQ(at(b).sent.size(), 1U);
  EXPECT_EQ(at(b).sent[0], frame.bytes());
  EXPECT_EQ(at(b).pieces_sent[0], 32U);
  EXPECT_EQ(at(a).consumed, 32U);
}

TEST_F(Packets, LongerOnesThanIpAllowsAreRefused) {
  const auto a = add_extended(1);
  const auto b = add_extended(2);
  send(a, {.to = station(2), .payload_bytes = 65'700, .offloads = Offloads{}});
  EXPECT_EQ(counters(a).malformed, 1U);
  EXPECT_TRUE(at(b).sent.empty());
  EXPECT_TRUE(at(a).arrived.empty());
}

TEST_F(Packets, BuffersOfOtherSizesAreFilledAnew) {
  const auto a = add({.rules = {.mac = MacAddress(station(1))}},
                     {.buffer_bytes = 4096, .extended = true, .most_buffers = 20});
  const auto b = add({.rules = {.mac = MacAddress(station(2))}},
                     {.buffer_bytes = 1024, .extended = true, .most_buffers = 72});
  const Frame frame{.to = station(2), .payload_bytes = 10'000, .offloads = Offloads{}};
  send(a, frame);
  ASSERT_EQ(at(b).sent.size(), 1U);
  EXPECT_EQ(at(b).sent[0], frame.bytes());
  EXPECT_EQ(at(b).pieces_sent[0], 10U);
}

TEST_F(Packets, OffloadsThatCannotBeAreRefused) {
  add_extended(1);
  add_extended(2);
  const Offloads good{.flags = 1, .checksum_start = 34, .checksum_offset = 16};
  EXPECT_EQ(pass(good), good);
  const auto with = [&](auto change) {
    Offloads offloads = good;
    change(offloads);
    return offloads;
  };
  EXPECT_FALSE(pass(with([](Offloads& o) { o.checksum_start = 13; })));
  EXPECT_FALSE(pass(with([](Offloads& o) { o.checksum_start = 0xffff; })));
  EXPECT_FALSE(pass(with([](Offloads& o) { o.checksum_offset = 0xffff; })));
  // The frame has 114 bytes, the checksum two.
  EXPECT_TRUE(pass(with([](Offloads& o) { o.checksum_offset = 78; })));
  EXPECT_FALSE(pass(with([](Offloads& o) { o.checksum_offset = 79; })));
  EXPECT_FALSE(pass(with([](Offloads& o) { o.gso_type = 1; })));  // of no size
  const auto segmented = with([](Offloads& o) {
    o.gso_type = 1;
    o.gso_size = 1000;
    o.header_length = 54;
  });
  EXPECT_EQ(pass(segmented), segmented);
  for (const unsigned type : {2U, 3U, 6U, 0x83U, 0x85U, 0xffU}) {
    Offloads other = segmented;
    other.gso_type = static_cast<std::uint8_t>(type);
    EXPECT_FALSE(pass(other)) << type;
  }
  Offloads without_checksum = segmented;
  without_checksum.flags = 0;
  EXPECT_FALSE(pass(without_checksum));
}

TEST_F(Packets, OffloadsArriveWithoutWhatMeansNothing) {
  add_extended(1);
  add_extended(2);
  EXPECT_EQ(pass({.flags = 0xfe,
                  .header_length = 99,
                  .gso_size = 98,
                  .checksum_start = 97,
                  .checksum_offset = 96,
                  .buffer_count = 95}),
            Offloads{});
}

TEST_F(Packets, OnlyAnUplinkCanSayThatAChecksumIsRight) {
  add({.rules = {.uplink = true}}, extended);
  const auto vm = add_extended(2);
  const Frame frame{.to = station(2), .from = station(50), .offloads = Offloads{.flags = 2}};
  send(0, frame);
  ASSERT_EQ(at(vm).sent.size(), 1U);
  EXPECT_EQ(at(vm).sent[0], frame.bytes());
}

TEST_F(Packets, PlainAndExtendedPortsUnderstandEachOther) {
  const auto p = add_vm(1);
  const auto e = add_extended(2);
  const Frame frame{.to = station(2), .from = station(1)};
  send(p, frame);
  Frame expected = frame;
  expected.offloads = Offloads{};
  ASSERT_EQ(at(e).sent.size(), 1U);
  EXPECT_EQ(at(e).sent[0], expected.bytes());
  send(e, {.to = station(1), .from = station(2), .offloads = Offloads{}});
  ASSERT_EQ(at(p).sent.size(), 1U);
  EXPECT_EQ(at(p).sent[0], (Frame{.to = station(1), .from = station(2)}.bytes()));
}

TEST_F(Packets, ReceiversWithoutRoomLoseOnlyTheirOwn) {
  const auto a = add_vm(1);
  const auto full = add_vm(2);
  const auto dead = add_vm(3);
  const auto fine = add_vm(4);
  at(full).room = 0;
  at(dead).up = false;
  send(a, {.to = test::broadcast});
  EXPECT_EQ(receivers(), Ports{fine});
  EXPECT_EQ(counters(full).lost, 1U);
  EXPECT_EQ(counters(dead).lost, 1U);
  EXPECT_TRUE(at(a).arrived.empty());
}

TEST_F(Packets, AReceiverThatFillsUpHalfwayGetsNothingOfThePacket) {
  const auto a = add_extended(1);
  const auto b = add_extended(2);
  at(b).room = 3;
  send(a, {.to = station(2), .payload_bytes = 8000, .offloads = Offloads{}});
  EXPECT_TRUE(at(b).sent.empty());
  EXPECT_FALSE(at(b).has_claimed());
  EXPECT_EQ(counters(b).lost, 1U);
  at(b).room = 10;
  send(a, {.to = station(2), .payload_bytes = 8000, .offloads = Offloads{}});
  EXPECT_EQ(at(b).sent.size(), 1U);
}

TEST_F(Packets, AFrameTooLongForAPlainReceiverIsLost) {
  const auto a = add_extended(1);
  const auto b = add_vm(2);
  send(a, {.to = station(2), .payload_bytes = 3000, .offloads = Offloads{}});
  EXPECT_TRUE(at(b).sent.empty());
  EXPECT_FALSE(at(b).has_claimed());
  EXPECT_EQ(counters(b).lost, 1U);
}

TEST_F(Packets, EachPortIsFlushedOncePerEvent) {
  const auto a = add_vm(1);
  const auto b = add_vm(2);
  for (int i = 0; i < 40; ++i) {
    at(a).arrive(Frame{.to = station(2)}.bytes());
  }
  the_switch.notified(10 + a);
  EXPECT_EQ(at(b).sent.size(), 40U);
  EXPECT_EQ(at(a).flushes, 1);
  EXPECT_EQ(at(b).flushes, 1);
  EXPECT_TRUE(at(a).wants_arrivals);
}

TEST_F(Packets, AFloodDoesNotKeepOthersWaiting) {
  const auto a = add_vm(1);
  const auto b = add_vm(2);
  const auto c = add_vm(3);
  for (int i = 0; i < 1000; ++i) {
    at(a).arrive(Frame{.to = station(3)}.bytes());
  }
  at(b).arrive(Frame{.to = station(3), .from = station(2)}.bytes());
  the_switch.notified(10 + a);
  ASSERT_EQ(at(c).sent.size(), 1001U);
  const Bytes from_b = Frame{.to = station(3), .from = station(2)}.bytes();
  const auto place = std::ranges::find(at(c).sent, from_b) - at(c).sent.begin();
  EXPECT_LT(place, 200);
}

TEST_F(Packets, WhatWasThereBeforeTheStartIsForwarded) {
  const auto a = add_vm(1);
  const auto b = add_vm(2);
  at(a).arrive(Frame{.to = station(2)}.bytes());
  the_switch.start();
  EXPECT_EQ(at(b).sent.size(), 1U);
  EXPECT_TRUE(at(b).wants_arrivals);
}

TEST_F(Packets, StrangeChannelsAndCallsDoNothing) {
  add_vm(1);
  the_switch.notified(60);
  the_switch.notified(4000);
  the_switch.notified(timer_channel);
  EXPECT_EQ(the_switch.called(10, {}).label, 1U);
}

/// A sender that changes its buffer at the worst moment: once the switch has looked.
class ChangingBackend final : public PacketBackend {
 public:
  explicit ChangingBackend(test::FakePacketBackend& inner) : inner_(inner) {}

  [[nodiscard]] PacketFormat format() const noexcept override { return inner_.format(); }

  [[nodiscard]] std::size_t transmit_room() noexcept override { return inner_.transmit_room(); }

  /// A receiver's: the sender sees that its packet was accepted and writes its header anew.
  [[nodiscard]] Result<std::span<std::byte>> claim() noexcept override {
    std::ranges::fill(std::span(victim->arrived.front().bytes).first(26), std::byte{0xff});
    return inner_.claim();
  }

  void fill(std::uint32_t bytes) noexcept override { inner_.fill(bytes); }

  void commit() noexcept override { inner_.commit(); }

  void cancel() noexcept override { inner_.cancel(); }

  [[nodiscard]] std::optional<PacketPiece> peek() noexcept override { return inner_.peek(); }

  void consume() noexcept override { inner_.consume(); }

  void request_room_signal() noexcept override {}

  void want_arrivals(bool wanted) noexcept override { inner_.want_arrivals(wanted); }

  void flush() noexcept override { inner_.flush(); }

  test::FakePacketBackend* victim = nullptr;

 private:
  test::FakePacketBackend& inner_;
};

TEST_F(Packets, WhatWasCheckedIsWhatArrives) {
  const auto a = add_extended(1);
  test::FakePacketBackend inner(extended);
  ChangingBackend changing(inner);
  changing.victim = &at(a);
  ASSERT_TRUE(the_switch.add_port(
      {.rules = {.mac = MacAddress(station(2))}, .transmit_channel = 40, .receive_channel = 41},
      changing));
  const Frame frame{.to = station(2), .offloads = Offloads{}};
  send(a, frame);
  ASSERT_EQ(inner.sent.size(), 1U);
  EXPECT_EQ(inner.sent[0], frame.bytes());
}

}  // namespace
}  // namespace serai::network_switch
