// SPDX-License-Identifier: BSD-2-Clause
#include "pds/entropy/entropy_server.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <gtest/gtest.h>
#include <memory>
#include <vector>

#include "support/fake_log_port.hpp"
#include "support/fake_signal_port.hpp"
#include "support/fake_virtio_device.hpp"

namespace serai::entropy {
namespace {

constexpr ChannelId device_channel = 3;
constexpr std::uint64_t dma_physical = 0x4000'0000;

struct TestClient {
  explicit TestClient(std::size_t capacity, ChannelId at) : bytes(capacity), channel(at) {}

  sddf::SerialQueueMemory memory() { return {.indices = &indices, .data = bytes}; }

  /// All that waits, as words.
  std::vector<std::uint32_t> take(std::size_t most_bytes = 4096) {
    std::vector<std::byte> taken(most_bytes);
    taken.resize(consumer.read(taken));
    std::vector<std::uint32_t> words(taken.size() / 4);
    if (!words.empty()) {
      std::memcpy(words.data(), taken.data(), words.size() * 4);
    }
    return words;
  }

  sddf::SerialIndices indices{};
  std::vector<std::byte> bytes;
  ChannelId channel;
  sddf::SerialConsumer consumer{memory()};
};

/// A device each of whose words is another number.
class EntropyServerTest : public testing::Test {
 protected:
  EntropyServerTest() {
    dma.fill(std::byte{0xa5});
    hardware.map(dma_physical, dma);
  }

  TestClient& add(std::size_t capacity) {
    clients.push_back(
        std::make_unique<TestClient>(capacity, static_cast<ChannelId>(10 + clients.size())));
    return *clients.back();
  }

  void begin() {
    server = std::make_unique<EntropyServer>(hardware, signals, log, device_channel);
    drivers::DmaMemory memory({.bytes = dma, .physical = dma_physical});
    server->bring_up(memory);
    for (const auto& client : clients) {
      EXPECT_TRUE(server->add_client(client->memory(), client->channel));
    }
    server->start();
  }

  /// Carries out one request of the driver; false if there is none.
  bool answer_one(std::size_t most_bytes = 4096) {
    const auto chain = hardware.pop();
    if (!chain) {
      return false;
    }
    const auto to = chain->pieces.at(0).bytes;
    asked.push_back(to.size());
    const std::size_t count = std::min(to.size(), most_bytes);
    for (std::size_t i = 0; i + 4 <= count; i += 4) {
      ++word;
      std::memcpy(to.data() + i, &word, 4);
    }
    hardware.give_back(0, chain->head, static_cast<std::uint32_t>(count));
    if (hardware.interrupt_status != 0) {
      server->notified(device_channel);
    }
    return true;
  }

  void settle() {
    while (answer_one()) {
    }
  }

  [[nodiscard]] bool is_nowhere_in_dma(std::uint32_t number) const {
    std::array<std::byte, 4> bytes{};
    std::memcpy(bytes.data(), &number, 4);
    return std::ranges::search(dma, bytes).empty();
  }

  test::FakeVirtioDevice hardware{drivers::DeviceType::entropy, drivers::feature::event_idx};
  alignas(4096) std::array<std::byte, 4096> dma{};
  test::FakeSignalPort signals;
  test::FakeLogPort log;
  std::vector<std::unique_ptr<TestClient>> clients;
  std::unique_ptr<EntropyServer> server;
  std::vector<std::size_t> asked;
  std::uint32_t word = 0xabcd'0000;
};

TEST_F(EntropyServerTest, FillsQueuesAndThenRests) {
  TestClient& first = add(1024);
  TestClient& second = add(256);
  begin();
  settle();
  EXPECT_EQ(first.consumer.available(), 1024U);
  EXPECT_EQ(second.consumer.available(), 256U);
  EXPECT_GE(signals.notified[first.channel], 1);
  EXPECT_FALSE(hardware.pop());
  EXPECT_GE(signals.acknowledged[device_channel], 2);
  EXPECT_EQ(hardware.interrupt_status, 0U);
}

TEST_F(EntropyServerTest, NoByteIsGivenTwiceNorKept) {
  TestClient& first = add(1024);
  TestClient& second = add(2048);
  begin();
  settle();
  std::vector<std::uint32_t> all = first.take();
  const auto others = second.take();
  all.insert(all.end(), others.begin(), others.end());
  ASSERT_EQ(all.size(), 768U);
  for (const std::uint32_t number : all) {
    EXPECT_TRUE(is_nowhere_in_dma(number));
  }
  std::ranges::sort(all);
  EXPECT_EQ(std::ranges::adjacent_find(all), all.end());
  EXPECT_GT(all.front(), 0xabcd'0000U);
}

TEST_F(EntropyServerTest, RefillsWhenAClientHasTaken) {
  TestClient& client = add(1024);
  begin();
  settle();
  EXPECT_EQ(client.take(64).size(), 16U);
  EXPECT_TRUE(client.consumer.take_notification()) << "the server asked to hear of it";
  asked.clear();
  server->notified(client.channel);
  settle();
  EXPECT_EQ(asked, std::vector<std::size_t>{64});
  EXPECT_EQ(client.consumer.available(), 1024U);
}

TEST_F(EntropyServerTest, ClientsTakeTurns) {
  TestClient& greedy = add(4096);
  TestClient& modest = add(512);
  begin();
  settle();
  modest.take();
  for (int round = 0; round < 2; ++round) {
    greedy.take();
    server->notified(greedy.channel);
    answer_one();
  }
  EXPECT_EQ(modest.consumer.available(), 512U);
}

TEST_F(EntropyServerTest, ADeviceMayGiveLessThanItIsAskedFor) {
  TestClient& client = add(256);
  begin();
  while (answer_one(12)) {
  }
  EXPECT_EQ(client.consumer.available(), 256U);
  const auto words = client.take();
  EXPECT_EQ(words.front(), 0xabcd'0001U);
  EXPECT_EQ(std::ranges::count(words, 0U), 0);
}

TEST_F(EntropyServerTest, ADeviceThatGivesNothingIsStopped) {
  TestClient& client = add(256);
  begin();
  EXPECT_TRUE(answer_one(0));
  EXPECT_TRUE(log.has("stopped"));
  server->notified(client.channel);
  EXPECT_FALSE(hardware.pop());
}

TEST_F(EntropyServerTest, ADeviceThatBreaksARuleIsStopped) {
  TestClient& client = add(256);
  begin();
  hardware.give_back(0, 99, 4);
  server->notified(device_channel);
  EXPECT_TRUE(log.has("broke a rule"));
  EXPECT_EQ(client.consumer.available(), 0U);
  server->notified(client.channel);
}

TEST_F(EntropyServerTest, ADeviceThatIsNotThereLeavesQueuesEmpty) {
  hardware.type = drivers::DeviceType::block;
  TestClient& client = add(256);
  begin();
  server->notified(client.channel);
  EXPECT_TRUE(log.has("cannot be used"));
  EXPECT_EQ(client.consumer.available(), 0U);
}

TEST_F(EntropyServerTest, AHostileIndexMakesNoRoom) {
  TestClient& client = add(256);
  TestClient& other = add(256);
  begin();
  settle();
  client.indices.head = 0x7777'7777;
  client.indices.tail = 0x1234;
  server->notified(client.channel);
  settle();
  other.take();
  server->notified(other.channel);
  settle();
  EXPECT_EQ(other.consumer.available(), 256U);
}

TEST_F(EntropyServerTest, GoesOnAfterAnEarlierLife) {
  TestClient& client = add(256);
  begin();
  settle();
  const auto first = client.take(128);
  begin();
  settle();
  EXPECT_EQ(client.consumer.available(), 256U);
  const auto later = client.take();
  EXPECT_EQ(later.front(), first.back() + 1);
  EXPECT_EQ(later.size(), 64U);
}

TEST_F(EntropyServerTest, OffersNoCalls) {
  begin();
  EXPECT_EQ(server->called(1, {}).label, 1U);
  EXPECT_FALSE(hardware.pop());
}

}  // namespace
}  // namespace serai::entropy
