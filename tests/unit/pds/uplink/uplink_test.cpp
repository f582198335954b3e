// SPDX-License-Identifier: BSD-2-Clause
#include "pds/uplink/uplink.hpp"

#include <array>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <vector>

#include "base/bits.hpp"
#include "net/header.hpp"
#include "support/fake_signal_port.hpp"
#include "support/fake_virtio_device.hpp"
#include "unit/backends/sddf/packet_fixture.hpp"

namespace serai::uplink {
namespace {

using sddf::DirectionMemory;

constexpr std::uint64_t dma_physical = 0x8000'0000;
constexpr std::uint64_t down_physical = 0x9000'0000;
constexpr std::uint64_t up_physical = 0xa000'0000;
constexpr ChannelId device_channel = 9;
constexpr ChannelId down_channel = 10;
constexpr ChannelId up_channel = 11;
constexpr std::uint32_t buffer_bytes = 256;
constexpr std::uint32_t capacity = 16;

constexpr std::uint16_t receive_queue = 0;
constexpr std::uint16_t transmit_queue = 1;

constexpr std::uint64_t guest_tcp = bit(7) | bit(8) | bit(9);
constexpr std::uint64_t merge_buffers = bit(15);
constexpr std::uint64_t all_offloads =
    bit(0) | bit(1) | guest_tcp | bit(11) | bit(12) | bit(13) | merge_buffers | bit(56);

std::string text_of(std::span<const std::byte> bytes) {
  std::string text;
  for (const std::byte byte : bytes) {
    text.push_back(static_cast<char>(byte));
  }
  return text;
}

std::string header_text(const net::Header& header) {
  std::array<std::byte, net::header_bytes> bytes{};
  net::write_header(header, bytes);
  return text_of(bytes);
}

/// An uplink between a device that the test plays and a client at the other end of the queues.
class UplinkTest : public testing::Test {
 protected:
  void start(bool extended, std::uint64_t features = 0) {
    hardware.features |= features | drivers::feature::event_idx;
    hardware.queue_count = 2;
    hardware.map(dma_physical, dma);
    hardware.map(down_physical, down.data());
    hardware.map(up_physical, up.data());
    drivers::DmaMemory memory({.bytes = dma, .physical = dma_physical});
    started = uplink.start(memory, {.transmit = side(down, down_physical, extended),
                                    .transmit_data = down.data(),
                                    .receive = side(up, up_physical, extended),
                                    .receive_data = up.data(),
                                    .transmit_channel = down_channel,
                                    .receive_channel = up_channel});
    client = std::make_unique<sddf::SddfPacketBackend>(
        up.direction(1), down.direction(2), client_signals,
        sddf::SddfPacketBackend::Options{.buffer_bytes = buffer_bytes, .extended = extended});
    client->want_arrivals(true);
  }

  static ClientSide side(DirectionMemory& memory, std::uint64_t physical, bool extended) {
    return {.free = memory.free(),
            .active = memory.active(),
            .physical = physical,
            .buffer_bytes = buffer_bytes,
            .extended = extended};
  }

  void client_sends(std::string_view text) {
    ASSERT_TRUE(sddf::send_text(*client, text));
    uplink.notified(up_channel);
  }

  /// What the device is given to send, all pieces together.
  std::optional<std::string> device_gets() {
    const auto chain = hardware.pop(transmit_queue);
    if (!chain) {
      return std::nullopt;
    }
    std::string text;
    for (const auto& piece : chain->pieces) {
      EXPECT_FALSE(piece.device_writes);
      EXPECT_FALSE(piece.bytes.empty());
      text += text_of(piece.bytes);
    }
    heads.push_back(chain->head);
    return text;
  }

  void device_has_sent_all() {
    for (const std::uint16_t head : heads) {
      hardware.give_back(transmit_queue, head, 0);
    }
    heads.clear();
  }

  /// Puts `text` into the device's next buffers, as many as it takes.
  void device_receives(std::string_view text) {
    while (!text.empty()) {
      const auto chain = hardware.pop(receive_queue);
      ASSERT_TRUE(chain);
      std::uint32_t written = 0;
      for (const auto& piece : chain->pieces) {
        EXPECT_TRUE(piece.device_writes);
        const std::size_t count = std::min(piece.bytes.size(), text.size());
        std::memcpy(piece.bytes.data(), text.data(), count);
        text.remove_prefix(count);
        written += static_cast<std::uint32_t>(count);
      }
      hardware.give_back(receive_queue, chain->head, written);
    }
  }

  void interrupt() {
    if (hardware.interrupt_status != 0) {
      uplink.notified(device_channel);
    }
  }

  alignas(4096) std::array<std::byte, Uplink::memory_bytes> dma{};
  DirectionMemory down{capacity, buffer_bytes};
  DirectionMemory up{capacity, buffer_bytes};
  test::FakeVirtioDevice hardware{drivers::DeviceType::network, 0};
  test::FakeSignalPort signals;
  test::FakeSignalPort client_signals;
  Uplink uplink{hardware, signals, device_channel};
  std::unique_ptr<sddf::SddfPacketBackend> client;
  std::vector<std::uint16_t> heads;
  Result<void> started;
};

const std::string no_header(net::header_bytes, '\0');
const std::string frame(60, 'f');

TEST_F(UplinkTest, PlainFramesGoOutBehindAnEmptyHeader) {
  start(false, all_offloads);
  ASSERT_TRUE(started);
  EXPECT_EQ(hardware.accepted & all_offloads, 0U);
  client_sends(frame);
  EXPECT_EQ(device_gets(), no_header + frame);
  EXPECT_FALSE(device_gets());
  EXPECT_EQ(uplink.counters().sent, 1U);
}

TEST_F(UplinkTest, PlainFramesComeInWithoutTheirHeader) {
  start(false);
  device_receives(no_header + frame);
  device_receives(no_header + "second" + frame);
  EXPECT_NE(hardware.interrupt_status, 0U);
  interrupt();
  EXPECT_EQ(hardware.interrupt_status, 0U);
  EXPECT_EQ(signals.acknowledged[device_channel], 1);
  EXPECT_EQ(signals.notified[down_channel], 1);
  EXPECT_EQ(sddf::receive_text(*client), frame);
  EXPECT_EQ(sddf::receive_text(*client), "second" + frame);
  EXPECT_FALSE(sddf::receive_text(*client));
}

TEST_F(UplinkTest, ExtendedPacketsGoOutWithWhatTheyAskOfTheDevice) {
  start(true, all_offloads);
  EXPECT_EQ(hardware.accepted & all_offloads, all_offloads);
  net::Header header{.flags = net::Header::needs_csum,
                     .gso_type = net::Header::gso_tcpv4,
                     .hdr_len = 54,
                     .gso_size = 100,
                     .csum_start = 34,
                     .csum_offset = 16};
  net::Header with_rubbish = header;
  with_rubbish.num_buffers = 77;
  const std::string large(700, 'x');
  client_sends(header_text(with_rubbish) + large);
  EXPECT_EQ(device_gets(), header_text(header) + large);
}

TEST_F(UplinkTest, AHeaderThatTheClientChangesLaterChangesNothing) {
  start(true, all_offloads);
  client_sends(no_header + frame);
  std::ranges::fill(up.data(), std::byte{0xff});
  const auto sent = device_gets();
  ASSERT_TRUE(sent);
  EXPECT_EQ(sent->substr(0, net::header_bytes), no_header);
}

TEST_F(UplinkTest, WhatTheDeviceDoesNotOfferIsRefused) {
  start(true, bit(0));
  const net::Header checksum{.flags = net::Header::needs_csum, .csum_start = 34, .csum_offset = 16};
  net::Header segments = checksum;
  segments.gso_type = net::Header::gso_tcpv4;
  segments.gso_size = 100;
  client_sends(header_text(segments) + frame);
  EXPECT_FALSE(device_gets());
  EXPECT_EQ(uplink.counters().refused, 1U);
  client_sends(header_text(checksum) + frame);
  EXPECT_EQ(device_gets(), header_text(checksum) + frame);
}

TEST_F(UplinkTest, ShortAndSenselessPacketsAreRefusedAndTheirBuffersComeBack) {
  start(true, all_offloads);
  const net::Header outside{.flags = net::Header::needs_csum, .csum_start = 60, .csum_offset = 16};
  for (int i = 0; i < 100; ++i) {
    client_sends("short");
    client_sends(no_header + "short");
    client_sends(header_text(outside) + frame);
  }
  EXPECT_FALSE(device_gets());
  EXPECT_EQ(uplink.counters().refused, 300U);
  EXPECT_TRUE(uplink.is_up());
  EXPECT_EQ(client->transmit_room(), capacity);
}

TEST_F(UplinkTest, MergedBuffersBecomeThePiecesOfAPacket) {
  start(true, all_offloads);
  net::Header header;
  header.num_buffers = 3;
  const std::string packet = header_text(header) + std::string(600, 'm');
  net::Header single;
  single.num_buffers = 1;
  device_receives(packet);
  device_receives(header_text(single) + frame);
  interrupt();
  EXPECT_EQ(sddf::receive_text(*client), packet);
  EXPECT_EQ(sddf::receive_text(*client), header_text(single) + frame);
  EXPECT_FALSE(sddf::receive_text(*client));
  EXPECT_TRUE(client->is_up());
}

TEST_F(UplinkTest, ANumberOfBuffersThatCannotBeHarmsNobody) {
  start(true, all_offloads);
  for (const unsigned count : {0U, 2U, 500U, 65'535U}) {
    net::Header header;
    header.num_buffers = static_cast<std::uint16_t>(count);
    device_receives(header_text(header) + frame);
    interrupt();
    EXPECT_EQ(sddf::receive_text(*client), header_text(header) + frame);
  }
  EXPECT_TRUE(client->is_up());
  EXPECT_TRUE(uplink.is_up());
}

TEST_F(UplinkTest, WithoutMergedBuffersNothingLargeIsAccepted) {
  start(true, all_offloads & ~merge_buffers);
  EXPECT_TRUE(started);
  EXPECT_EQ(hardware.accepted & guest_tcp, 0U);
  EXPECT_EQ(hardware.accepted & bit(11), bit(11));
  net::Header header;
  header.num_buffers = 3;
  device_receives(header_text(header) + frame);
  device_receives(no_header + frame);
  interrupt();
  EXPECT_EQ(sddf::receive_text(*client), header_text(header) + frame);
}

TEST_F(UplinkTest, BuffersGoRoundForEver) {
  start(false);
  for (int i = 0; i < 2000; ++i) {
    client_sends(frame + std::to_string(i));
    ASSERT_EQ(device_gets(), no_header + frame + std::to_string(i));
    device_has_sent_all();
    device_receives(no_header + frame + std::to_string(i));
    interrupt();
    ASSERT_EQ(sddf::receive_text(*client), frame + std::to_string(i));
    client->flush();
    uplink.notified(down_channel);
  }
  EXPECT_TRUE(client->is_up());
  EXPECT_TRUE(uplink.is_up());
}

TEST_F(UplinkTest, FewSentPacketsCauseNoInterrupt) {
  start(false);
  for (int i = 0; i < 8; ++i) {
    client_sends(frame);
    device_gets();
    device_has_sent_all();
    EXPECT_EQ(hardware.interrupt_status, 0U);
  }
}

TEST_F(UplinkTest, AClientThatRunsOutOfBuffersGetsThemBack) {
  start(false);
  for (std::uint32_t i = 0; i < capacity; ++i) {
    client_sends(frame);
  }
  EXPECT_EQ(client->transmit_room(), 0U);
  client->request_room_signal();
  while (device_gets()) {
  }
  device_has_sent_all();
  EXPECT_NE(hardware.interrupt_status, 0U);
  interrupt();
  EXPECT_EQ(client->transmit_room(), capacity);
  EXPECT_EQ(signals.notified[up_channel], 1);
}

TEST_F(UplinkTest, ASmallDeviceQueueDelaysButLosesNothing) {
  hardware.most_queue_size = 4;
  start(false);
  for (std::uint32_t i = 0; i < 10; ++i) {
    client_sends(frame + std::to_string(i));
  }
  std::uint32_t arrived = 0;
  while (const auto text = device_gets()) {
    EXPECT_EQ(*text, no_header + frame + std::to_string(arrived++));
    device_has_sent_all();
    interrupt();
  }
  EXPECT_EQ(arrived, 10U);
}

TEST_F(UplinkTest, APacketThatNeverFitsTheDevicesQueueIsRefused) {
  hardware.most_queue_size = 4;
  start(true, all_offloads);
  client_sends(no_header + std::string(1200, 'l'));
  EXPECT_FALSE(device_gets());
  EXPECT_EQ(uplink.counters().refused, 1U);
  client_sends(no_header + frame);
  EXPECT_TRUE(device_gets());
}

/// A client that writes what it likes into the queues.
class HostileClient : public UplinkTest {
 protected:
  void put(const sddf::PacketDescriptor& descriptor) { raw.put(descriptor); }

  void send() {
    raw.publish();
    uplink.notified(up_channel);
  }

  sddf::PacketProducer raw{up.active()};
};

class HostileOffset : public HostileClient, public testing::WithParamInterface<std::uint64_t> {};

TEST_P(HostileOffset, IsNoBuffer) {
  start(false);
  put({.offset = GetParam(), .bytes = 60});
  send();
  EXPECT_FALSE(uplink.is_up());
  EXPECT_FALSE(device_gets());
}

INSTANTIATE_TEST_SUITE_P(Uplink, HostileOffset,
                         testing::Values(1, std::uint64_t{buffer_bytes} * capacity,
                                         ~std::uint64_t{0}, std::uint64_t{0} - buffer_bytes));

TEST_F(HostileClient, NamesABufferTwice) {
  start(false);
  put({.offset = 0, .bytes = 60});
  put({.offset = 0, .bytes = 60});
  send();
  EXPECT_TRUE(device_gets());
  EXPECT_FALSE(device_gets());
  EXPECT_FALSE(uplink.is_up());
}

TEST_F(HostileClient, NamesABufferTwiceInOnePacket) {
  start(true);
  put({.offset = 0, .bytes = 60, .more = true});
  put({.offset = 0, .bytes = 60});
  send();
  EXPECT_FALSE(device_gets());
  EXPECT_FALSE(uplink.is_up());
}

TEST_F(HostileClient, SendsMoreThanABufferHolds) {
  start(false);
  put({.offset = 0, .bytes = buffer_bytes + 1});
  send();
  EXPECT_FALSE(device_gets());
  EXPECT_FALSE(uplink.is_up());
}

TEST_F(HostileClient, NeverEndsAPacket) {
  start(true);
  put({.offset = 0, .bytes = 60, .more = true});
  send();
  EXPECT_FALSE(device_gets());
  EXPECT_FALSE(uplink.is_up());
}

TEST_F(HostileClient, SendsEmptyPieces) {
  start(true);
  std::ranges::fill(up.data(), std::byte{0});
  put({.offset = 0, .bytes = 60, .more = true});
  put({.offset = buffer_bytes, .bytes = 0, .more = true});
  put({.offset = buffer_bytes * 2, .bytes = 10});
  send();
  const auto sent = device_gets();
  ASSERT_TRUE(sent);
  EXPECT_EQ(sent->size(), 70U);
}

TEST_F(HostileClient, HandsTheSameBufferOutTwiceForArrivals) {
  start(false);
  device_receives(no_header + frame);
  interrupt();
  sddf::PacketProducer free(down.free());
  free.join();
  free.put({.offset = buffer_bytes * 3});
  free.publish();
  uplink.notified(down_channel);
  EXPECT_FALSE(uplink.is_up());
}

TEST_F(UplinkTest, ADeviceThatIsNoneIsAnError) {
  hardware.type = drivers::DeviceType::block;
  start(false);
  EXPECT_EQ(started.error(), Error::not_found);
  uplink.notified(device_channel);
  EXPECT_FALSE(uplink.is_up());
}

TEST_F(UplinkTest, CallsAreAnsweredWithAnError) {
  EXPECT_EQ(uplink.called(1, {}).label, 1U);
}

}  // namespace
}  // namespace serai::uplink
