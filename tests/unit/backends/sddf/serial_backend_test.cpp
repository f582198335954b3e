// SPDX-License-Identifier: BSD-2-Clause
#include "backends/sddf/serial_backend.hpp"

#include <array>
#include <gtest/gtest.h>

#include "backends/sddf/queue_log.hpp"
#include "queue_fixture.hpp"
#include "support/fake_signal_port.hpp"

namespace serai::sddf {
namespace {

constexpr ChannelId channel = 7;

class SddfSerialBackendTest : public testing::Test {
 protected:
  QueueFixture out{8};
  QueueFixture in{8};
  test::FakeSignalPort signals;
  SddfSerialBackend backend{out.memory(), in.memory(), signals, channel};
  SerialConsumer peer_reads{out.memory()};
  SerialProducer peer_writes{in.memory()};
};

TEST_F(SddfSerialBackendTest, NotifiesOncePerFlush) {
  backend.flush();
  EXPECT_EQ(signals.notified[channel], 0);
  backend.send(bytes_of_text("ab"));
  backend.send(bytes_of_text("c"));
  backend.flush();
  backend.flush();
  EXPECT_EQ(signals.notified[channel], 1);
  EXPECT_EQ(take_text(peer_reads), "abc");
}

TEST_F(SddfSerialBackendTest, AsksForASignalWhenFull) {
  out.indices.producer_signalled = 1;
  EXPECT_EQ(backend.send(bytes_of_text("12345678")), 8U);
  EXPECT_EQ(out.indices.producer_signalled, 1U) << "all fitted";
  EXPECT_EQ(backend.send(bytes_of_text("9")), 0U);
  EXPECT_EQ(out.indices.producer_signalled, 0U);
  take_text(peer_reads, 1);
  EXPECT_TRUE(peer_reads.take_notification());
  EXPECT_EQ(backend.send(bytes_of_text("9")), 1U);
}

TEST_F(SddfSerialBackendTest, TellsAWaitingPeerOfRoom) {
  EXPECT_EQ(peer_writes.write(bytes_of_text("123456789")), 8U);
  peer_writes.request_signal();
  std::array<std::byte, 4> buffer{};
  EXPECT_EQ(backend.receive(buffer), 4U);
  backend.flush();
  EXPECT_EQ(signals.notified[channel], 1);
  EXPECT_EQ(backend.receive(buffer), 4U);
  backend.flush();
  EXPECT_EQ(signals.notified[channel], 1);
}

TEST_F(SddfSerialBackendTest, SignalsEachDirectionsOtherSide) {
  // sDDF's virtualisers: one PD takes characters, another brings them.
  constexpr ChannelId other_channel = 9;
  SddfSerialBackend apart{
      out.memory(), in.memory(), signals,
      SddfSerialBackend::Channels{.transmit = channel, .receive = other_channel}};
  apart.send(bytes_of_text("a"));
  apart.flush();
  EXPECT_EQ(signals.notified[channel], 1);
  EXPECT_EQ(signals.notified[other_channel], 0);
  peer_writes.write(bytes_of_text("b"));
  peer_writes.request_signal();
  std::array<std::byte, 4> buffer{};
  EXPECT_EQ(apart.receive(buffer), 1U);
  apart.flush();
  EXPECT_EQ(signals.notified[channel], 1);
  EXPECT_EQ(signals.notified[other_channel], 1);
}

TEST_F(SddfSerialBackendTest, TheProducerTellsTheSizeOfItsWindow) {
  SddfSerialBackend peer{in.memory(), out.memory(), signals, channel + 1};
  EXPECT_EQ(backend.window_size(), WindowSize{});
  peer.set_window_size({.columns = 132, .rows = 43});
  EXPECT_EQ(in.window_size, 132U | 43U << 16);
  EXPECT_EQ(signals.notified[channel + 1], 0);
  peer.flush();
  peer.flush();
  EXPECT_EQ(signals.notified[channel + 1], 1);
  EXPECT_EQ(backend.window_size(), (WindowSize{.columns = 132, .rows = 43}));
}

TEST(SddfSerialBackend, HasNoWindowWithoutQueues) {
  test::FakeSignalPort signals;
  SddfSerialBackend backend{SerialQueueMemory::at(0, 0, 0), SerialQueueMemory::at(0, 0, 0), signals,
                            channel};
  backend.set_window_size({.columns = 80, .rows = 24});
  backend.flush();
  EXPECT_EQ(backend.window_size(), WindowSize{});
}

TEST(QueueLog, WritesWholeLinesAndCountsTheDropped) {
  QueueFixture out(64);
  test::FakeSignalPort signals;
  QueueLog log(out.memory(), signals, channel);
  SerialConsumer peer(out.memory());
  log.write_line("first");
  EXPECT_EQ(signals.notified[channel], 1);
  log.write_line(std::string(55, 'x'));
  log.write_line("does not fit");
  log.write_line("");
  EXPECT_EQ(take_text(peer), "first\n" + std::string(55, 'x') + "\n");
  log.write_line("next");
  EXPECT_EQ(take_text(peer), "2 log lines were dropped\nnext\n");
  log.write_line("last");
  EXPECT_EQ(take_text(peer), "last\n");
}

TEST(QueueLog, KeepsOrderWhenOnlyTheReportFits) {
  QueueFixture out(32);
  test::FakeSignalPort signals;
  QueueLog log(out.memory(), signals, channel);
  SerialConsumer peer(out.memory());
  log.write_line(std::string(40, 'x'));
  log.write_line("0123456789");
  EXPECT_EQ(take_text(peer), "1 log line was dropped\n");
  log.write_line("z");
  EXPECT_EQ(take_text(peer), "1 log line was dropped\nz\n");
}

TEST(QueueLog, CutsLongLines) {
  QueueFixture out(1024);
  test::FakeSignalPort signals;
  QueueLog log(out.memory(), signals, channel);
  SerialConsumer peer(out.memory());
  log.write_line(std::string(600, 'y'));
  EXPECT_EQ(take_text(peer), std::string(QueueLog::most_line_bytes, 'y') + "\n");
}

}  // namespace
}  // namespace serai::sddf
