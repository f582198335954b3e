// SPDX-License-Identifier: BSD-2-Clause
#include "backends/sddf/packet_backend.hpp"

#include <deque>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "packet_fixture.hpp"

namespace serai::sddf {
namespace {

constexpr std::uint64_t more_bit = 1U << 24;

/// Plays the far side by hand: enters a descriptor into a queue of which it is the producer.
void enter(const PacketQueueMemory& queue, std::uint64_t offset, std::uint64_t rest) {
  SharedPacketDescriptor& shared =
      queue.descriptors[queue.indices->tail & (queue.descriptors.size() - 1)];
  shared = {.offset = offset, .rest = rest};
  ++queue.indices->tail;
}

/// Plays a far side that took all its free buffers.
void take_free(DirectionMemory& memory) {
  memory.free().indices->head = memory.free().indices->tail;
}

TEST(PacketBackend, CarriesPacketsBothWays) {
  Connection connection;
  EXPECT_TRUE(send_text(connection.client, "up"));
  EXPECT_TRUE(send_text(connection.provider, "down"));
  EXPECT_EQ(receive_text(connection.provider), "up");
  EXPECT_EQ(receive_text(connection.client), "down");
  EXPECT_EQ(receive_text(connection.client), std::nullopt);
}

TEST(PacketBackend, SpreadsAPacketOverBuffersAndSaysHowLongItIs) {
  Connection connection;
  const std::string text(150, 'x');
  EXPECT_TRUE(send_text(connection.client, text));
  auto piece = connection.provider.peek();
  ASSERT_TRUE(piece);
  EXPECT_EQ(piece->bytes.size(), 64U);
  EXPECT_TRUE(piece->more);
  EXPECT_EQ(piece->packet_bytes, 150U);
  connection.provider.consume();
  piece = connection.provider.peek();
  ASSERT_TRUE(piece);
  EXPECT_EQ(piece->packet_bytes, 86U);
  connection.provider.consume();
  piece = connection.provider.peek();
  ASSERT_TRUE(piece);
  EXPECT_EQ(piece->bytes.size(), 22U);
  EXPECT_FALSE(piece->more);
  connection.provider.consume();
  EXPECT_FALSE(connection.provider.peek());
}

TEST(PacketBackend, AllPiecesAppearAtOnce) {
  Connection connection;
  ASSERT_TRUE(connection.client.claim());
  connection.client.fill(64);
  ASSERT_TRUE(connection.client.claim());
  connection.client.fill(1);
  EXPECT_FALSE(connection.provider.peek());
  EXPECT_EQ(connection.up.active().indices->tail, 0U);
  connection.client.commit();
  EXPECT_EQ(connection.up.active().indices->tail, 2U);
}

TEST(PacketBackend, WithoutTheExtensionAPacketIsOneBuffer) {
  Connection connection(8, false);
  EXPECT_EQ(connection.client.format().most_buffers, 1U);
  ASSERT_TRUE(connection.client.claim());
  EXPECT_FALSE(connection.client.claim()) << "a second would need the extension";
  connection.client.fill(60);
  connection.client.commit();
  EXPECT_EQ(receive_text(connection.provider)->size(), 60U);
  take_free(connection.down);
  enter(connection.down.active(), 0, 5 | more_bit);
  const auto piece = connection.client.peek();
  ASSERT_TRUE(piece);
  EXPECT_FALSE(piece->more) << "in sDDF the bit is padding";
}

TEST(PacketBackend, BuffersComeBackAndTheRoomWithThem) {
  Connection connection(4);
  EXPECT_EQ(connection.client.transmit_room(), 4U);
  EXPECT_TRUE(send_text(connection.client, std::string(256, 'a')));
  EXPECT_EQ(connection.client.transmit_room(), 0U);
  EXPECT_FALSE(send_text(connection.client, "b"));
  EXPECT_TRUE(receive_text(connection.provider));
  EXPECT_EQ(connection.client.transmit_room(), 4U);
  EXPECT_TRUE(send_text(connection.client, "b"));
  EXPECT_TRUE(connection.client.is_up());
}

TEST(PacketBackend, CancelGivesEverythingBack) {
  Connection connection(4);
  for (int i = 0; i < 3; ++i) {
    for (int j = 0; j < 4; ++j) {
      ASSERT_TRUE(connection.client.claim());
    }
    EXPECT_EQ(connection.client.transmit_room(), 0U);
    connection.client.cancel();
    EXPECT_EQ(connection.client.transmit_room(), 4U);
  }
  EXPECT_FALSE(connection.provider.peek());
  EXPECT_TRUE(connection.client.is_up());
}

TEST(PacketBackend, SignalsOnceAnEventAndOnlyWhoAsked) {
  Connection connection;
  connection.client.flush();
  EXPECT_TRUE(connection.client_signals.notified.empty());
  send_text(connection.client, "a");
  send_text(connection.client, "b");
  connection.client.flush();
  connection.client.flush();
  EXPECT_EQ(connection.client_signals.notified[transmit_channel], 1);

  send_text(connection.client, "c");
  connection.client.flush();
  EXPECT_EQ(connection.client_signals.notified[transmit_channel], 1) << "it knows already";
  connection.provider.want_arrivals(true);
  send_text(connection.client, "d");
  connection.client.flush();
  EXPECT_EQ(connection.client_signals.notified[transmit_channel], 2);

  EXPECT_TRUE(receive_text(connection.provider));
  connection.provider.flush();
  EXPECT_EQ(connection.provider_signals.notified[receive_channel], 0) << "nobody waits for room";
  connection.client.request_room_signal();
  EXPECT_TRUE(receive_text(connection.provider));
  connection.provider.flush();
  EXPECT_EQ(connection.provider_signals.notified[receive_channel], 1);
}

TEST(PacketBackend, OneChannelForBothDirectionsIsSignalledOnce) {
  DirectionMemory up(4, 64);
  DirectionMemory down(4, 64);
  test::FakeSignalPort signals;
  SddfPacketBackend backend(up.direction(7), down.direction(7), signals, {.buffer_bytes = 64});
  enter(down.active(), 0, 5);
  EXPECT_TRUE(receive_text(backend));
  EXPECT_TRUE(send_text(backend, "x"));
  backend.flush();
  EXPECT_EQ(signals.notified[7], 1);
}

TEST(PacketBackend, OwnersGoBackAsTheyCame) {
  Connection connection(4, false);
  take_free(connection.down);
  enter(connection.down.active(), 64, 5 | 9U << 16);
  EXPECT_TRUE(receive_text(connection.client));
  EXPECT_EQ(connection.down.free().indices->tail, 5U);
  EXPECT_EQ(connection.down.free().descriptors[0].offset, 64U);
  EXPECT_EQ(connection.down.free().descriptors[0].rest >> 16, 9U);
}

struct BadPacket {
  const char* name;
  std::vector<SharedPacketDescriptor> descriptors;
};

class BadPackets : public testing::TestWithParam<BadPacket> {};

TEST_P(BadPackets, TakeTheLinkDown) {
  Connection connection;
  take_free(connection.down);
  for (const auto& descriptor : GetParam().descriptors) {
    enter(connection.down.active(), descriptor.offset, descriptor.rest);
  }
  EXPECT_FALSE(connection.client.peek());
  EXPECT_FALSE(connection.client.is_up());
  connection.client.consume();
  EXPECT_EQ(connection.client.transmit_room(), 0U);
  EXPECT_FALSE(connection.client.claim());
  connection.client.fill(1);
  connection.client.commit();
  connection.client.request_room_signal();
  connection.client.want_arrivals(true);
  connection.client.flush();
  EXPECT_TRUE(connection.client_signals.notified.empty());
}

INSTANTIATE_TEST_SUITE_P(
    PacketBackend, BadPackets,
    testing::Values(
        BadPacket{"OffsetOutside", {{512, 10}}}, BadPacket{"OffsetFarOutside", {{~63ULL, 10}}},
        BadPacket{"OffsetOf32BitsOutside", {{1ULL << 32, 10}}},
        BadPacket{"OffsetOfNoBuffer", {{32, 10}}}, BadPacket{"TooLong", {{0, 65}}},
        BadPacket{"FarTooLong", {{0, 0xffff}}},
        BadPacket{"SecondPieceMissing", {{0, 64 | more_bit}}},
        BadPacket{"SecondPieceBad", {{0, 64 | more_bit}, {1, 1}}},
        BadPacket{"EmptyFirstPiece", {{0, more_bit}, {64, 1}}},
        BadPacket{"EmptyLastPiece", {{0, 1 | more_bit}, {64, 0}}},
        BadPacket{"BufferTwice", {{0, 64 | more_bit}, {0, 64}}},
        BadPacket{"Endless",
                  {{0, 1 | more_bit},
                   {64, 1 | more_bit},
                   {128, 1 | more_bit},
                   {192, 1 | more_bit},
                   {256, 1 | more_bit},
                   {320, 1 | more_bit},
                   {384, 1 | more_bit},
                   {448, 1 | more_bit}}},
        BadPacket{"MoreThanTheCapacity",
                  {{0, 1}, {64, 1}, {128, 1}, {0, 1}, {0, 1}, {0, 1}, {0, 1}, {0, 1}, {0, 1}}}),
    [](const auto& test) { return test.param.name; });

TEST(PacketBackend, EmptyPacketsAreGivenBackUnseen) {
  Connection connection(4);
  enter(connection.down.active(), 0, 0);
  enter(connection.down.active(), 64, 0);
  enter(connection.down.active(), 128, 0);
  enter(connection.down.active(), 192, 3);
  take_free(connection.down);
  EXPECT_EQ(receive_text(connection.client)->size(), 3U);
  EXPECT_TRUE(connection.client.is_up());
  EXPECT_EQ(connection.down.free().indices->tail, 8U);
}

TEST(PacketBackend, AFreeQueueThatStartsEmptyIsFilledFromItsStart) {
  DirectionMemory up(4, 64);
  DirectionMemory down(4, 64);
  test::FakeSignalPort signals;
  SddfPacketBackend backend(up.direction(1), down.direction(2), signals, {.buffer_bytes = 64});
  enter(down.active(), 128, 5);
  EXPECT_TRUE(receive_text(backend));
  EXPECT_EQ(down.free().indices->tail, 1U);
  EXPECT_EQ(down.free().descriptors[0].offset, 128U);

  Connection odd(4);
  odd.down.free().indices->tail = 2;
  enter(odd.down.active(), 0, 5);
  EXPECT_FALSE(odd.client.peek()) << "neither empty nor full";
  EXPECT_FALSE(odd.client.is_up());
}

TEST(PacketBackend, PacketsWithoutRoomForTheirReturnTakeTheLinkDown) {
  Connection connection(4);
  enter(connection.down.active(), 0, 3);
  // Its free queue still holds all buffers, so it cannot have sent one.
  EXPECT_FALSE(connection.client.peek());
  EXPECT_FALSE(connection.client.is_up());
}

TEST(PacketBackend, AFreeBufferThatIsNoneTakesTheLinkDown) {
  Connection outside;
  outside.up.free().descriptors[1].offset = 512;
  EXPECT_TRUE(outside.client.claim());
  EXPECT_FALSE(outside.client.claim());
  EXPECT_FALSE(outside.client.is_up());

  Connection twice;
  twice.up.free().descriptors[1].offset = 0;
  EXPECT_TRUE(twice.client.claim());
  EXPECT_FALSE(twice.client.claim());
  EXPECT_FALSE(twice.client.is_up());
}

TEST(PacketBackend, FarIndicesThatMakeNoSenseTakeTheLinkDown) {
  Connection connection;
  connection.up.active().indices->head = 1;
  EXPECT_EQ(connection.client.transmit_room(), 0U);
  EXPECT_FALSE(connection.client.is_up());
}

TEST(PacketBackend, MemoryThatDoesNotFitTogetherIsDownFromTheStart) {
  DirectionMemory up(8, 64);
  DirectionMemory down(8, 64);
  test::FakeSignalPort signals;
  const auto is_up = [&](const auto& change, std::uint32_t buffer_bytes = 64) {
    auto transmit = up.direction(1);
    auto receive = down.direction(2);
    change(transmit, receive);
    const SddfPacketBackend backend(transmit, receive, signals, {.buffer_bytes = buffer_bytes});
    return backend.is_up();
  };
  EXPECT_TRUE(is_up([](auto&, auto&) {}));
  EXPECT_FALSE(is_up([](auto&, auto&) {}, 0));
  EXPECT_FALSE(is_up([](auto&, auto&) {}, 63));
  EXPECT_FALSE(is_up([](auto&, auto&) {}, 0x1'0000));
  EXPECT_FALSE(is_up([](auto&, auto& receive) { receive.data = receive.data.first(448); }));
  EXPECT_FALSE(is_up([](auto& transmit, auto&) {
    transmit.free.descriptors = transmit.free.descriptors.first(4);
  }));
  EXPECT_FALSE(is_up([](auto& transmit, auto&) {
    transmit.free.descriptors = {};
    transmit.active.descriptors = {};
    transmit.data = {};
  }));
}

RC_GTEST_PROP(PacketBackendProperty, BehavesLikeAQueueOfPackets,
              (const std::vector<std::uint8_t>& steps)) {
  Connection connection(8);
  std::deque<std::string> model;
  char next = 'a';
  for (const std::uint8_t step : steps) {
    if ((step & 1) != 0) {
      const std::string text(1 + step, next++);
      if (send_text(connection.client, text)) {
        model.push_back(text);
      } else {
        RC_ASSERT(connection.client.transmit_room() < (text.size() + 63) / 64);
      }
    } else {
      const auto text = receive_text(connection.provider);
      RC_ASSERT(text.has_value() == !model.empty());
      if (text) {
        RC_ASSERT(*text == model.front());
        model.pop_front();
      }
    }
  }
  RC_ASSERT(connection.client.is_up() && connection.provider.is_up());
  RC_ASSERT(connection.up.guards_intact());
}

/// Whenever both sides sleep, nothing may be left undone.
RC_GTEST_PROP(PacketBackendProperty, NoWakeupIsLost, (const std::vector<std::uint8_t>& steps)) {
  Connection connection(4);
  bool receiver_awake = false;
  bool sender_awake = true;
  for (const std::uint8_t step : steps) {
    if ((step & 1) != 0 && sender_awake) {
      const std::string text(1 + (step >> 1), 'x');
      bool sent = send_text(connection.client, text);
      if (!sent) {
        connection.client.request_room_signal();
        sent = send_text(connection.client, text);
      }
      connection.client.flush();
      receiver_awake = connection.client_signals.notified[transmit_channel] != 0 || receiver_awake;
      connection.client_signals.notified.clear();
      sender_awake = sent;
    } else if ((step & 1) == 0 && receiver_awake) {
      for (int i = 0; i < 1 + (step >> 1) % 3; ++i) {
        receiver_awake = receive_text(connection.provider).has_value();
      }
      if (!receiver_awake) {
        connection.provider.want_arrivals(true);
        receiver_awake = connection.provider.peek().has_value();
      }
      connection.provider.flush();
      sender_awake = connection.provider_signals.notified[receive_channel] != 0 || sender_awake;
      connection.provider_signals.notified.clear();
    }
    RC_ASSERT(receiver_awake || !connection.provider.peek());
    RC_ASSERT(sender_awake || receiver_awake);
  }
}

}  // namespace
}  // namespace serai::sddf
