// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "pds/block/block_server.hpp"
#include "support/block_queue_fixture.hpp"
#include "support/fake_disk.hpp"
#include "support/fake_log_port.hpp"
#include "support/fake_signal_port.hpp"

namespace serai::block {

/// A client of a block server: its memory and its end of the queue.
struct RigClient {
  static constexpr std::uint32_t capacity = 16;
  static constexpr std::uint32_t data_blocks = 32;

  RigClient(std::size_t index, std::uint32_t of_partition, bool only_reads)
      : name("vm" + std::to_string(index)),
        partition(of_partition),
        read_only(only_reads),
        physical(0x5000'0000 + index * 0x100'0000),
        channel(static_cast<ChannelId>(10 + index)) {}

  [[nodiscard]] BlockClient::Options options() {
    return {.name = name,
            .partition = partition,
            .read_only = read_only,
            .physical = physical,
            .channel = channel,
            .memory = fixture.memory()};
  }

  [[nodiscard]] std::span<std::byte> block(std::uint32_t index) {
    return fixture.memory().data.subspan(std::size_t{index} * sddf::block_bytes, sddf::block_bytes);
  }

  bool push(sddf::BlockCode code, std::uint64_t at, std::uint16_t count, std::uint32_t buffer,
            std::uint32_t id) {
    static_cast<void>(queue.server_has_restarted());
    return queue.push(code, at, count, std::uint64_t{buffer} * sddf::block_bytes, id);
  }

  std::string name;
  std::uint32_t partition;
  bool read_only;
  std::uint64_t physical;
  ChannelId channel;
  test::BlockQueueFixture fixture{capacity, data_blocks};
  sddf::BlockClientQueue queue{fixture.memory()};
};

/// A block server with a disk and clients.
class Rig {
 public:
  static constexpr ChannelId device_channel = 3;
  static constexpr std::uint64_t dma_physical = 0x4000'0000;

  explicit Rig(std::size_t sectors, std::uint64_t features = test::FakeDisk::flush_feature)
      : disk(sectors, features), dma(128UL * 1024, std::byte{0xa5}) {
    disk.hardware.map(dma_physical, dma);
  }

  RigClient& add(std::uint32_t partition = 0, bool read_only = false) {
    clients.push_back(std::make_unique<RigClient>(clients.size(), partition, read_only));
    RigClient& client = *clients.back();
    disk.hardware.map(client.physical, client.fixture.memory().data);
    return client;
  }

  /// Begins a life of the server, whatever was before.
  void begin() {
    server.emplace(disk.hardware, signals, log, device_channel);
    drivers::DmaMemory memory({.bytes = dma, .physical = dma_physical});
    server->bring_up(memory);
    for (const auto& client : clients) {
      EXPECT_TRUE(server->add_client(client->options()));
    }
    server->start();
  }

  /// Begins, and lets the server find out what the disk is.
  void begin_and_survey() {
    begin();
    settle();
  }

  /// Lets the disk carry out all that it is asked for.
  void settle() {
    for (disk.take(); !disk.waiting.empty(); disk.take()) {
      disk.finish();
      interrupt();
    }
  }

  void interrupt() {
    if (disk.hardware.interrupt_status != 0) {
      server->notified(device_channel);
    }
  }

  /// Hands a request over and says how it ended.
  sddf::BlockResult ask(RigClient& client, sddf::BlockCode code, std::uint64_t at = 0,
                        std::uint16_t count = 1, std::uint32_t buffer = 0) {
    EXPECT_TRUE(client.push(code, at, count, buffer, 99));
    server->notified(client.channel);
    settle();
    const auto response = client.queue.pop();
    EXPECT_TRUE(response && response->id == 99);
    return response ? response->result : sddf::BlockResult::unspecified;
  }

  test::FakeDisk disk;
  std::vector<std::byte> dma;
  test::FakeSignalPort signals;
  test::FakeLogPort log;
  std::vector<std::unique_ptr<RigClient>> clients;
  std::optional<BlockServer> server;
};

}  // namespace serai::block
