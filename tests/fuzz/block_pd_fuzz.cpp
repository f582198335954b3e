// SPDX-License-Identifier: BSD-2-Clause
//
// A hostile client of the block PD, which writes whatever it likes into its shared memory, beside
// an honest one, on a disk that may be hostile too. No request leaves its client's partition and
// memory; the honest client's requests end as long as the disk works.
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/assert.hpp"
#include "pds/block/block_server.hpp"
#include "support/block_queue_fixture.hpp"
#include "support/fake_disk.hpp"
#include "support/fake_log_port.hpp"
#include "support/fake_signal_port.hpp"
#include "support/partition_tables.hpp"

namespace {

using namespace serai;
using test::FakeDisk;

constexpr std::uint32_t capacity = 8;
constexpr std::uint32_t data_blocks = 8;
constexpr std::uint64_t dma_physical = 0x4000'0000;
constexpr ChannelId device_channel = 3;

struct Part {
  std::uint64_t physical;
  ChannelId channel;
  std::uint32_t number;
  std::uint32_t first_sector;
  std::uint32_t sectors;
  test::BlockQueueFixture fixture{capacity, data_blocks};
};

class Input {
 public:
  explicit Input(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  [[nodiscard]] bool empty() const { return bytes_.empty(); }

  std::uint8_t byte() {
    if (bytes_.empty()) {
      return 0;
    }
    const std::uint8_t value = bytes_.front();
    bytes_ = bytes_.subspan(1);
    return value;
  }

  std::uint32_t word() {
    std::uint32_t value = 0;
    for (int i = 0; i < 4; ++i) {
      value = value << 8 | byte();
    }
    return value;
  }

 private:
  std::span<const std::uint8_t> bytes_;
};

class World {
 public:
  World() : disk(512), dma(96UL * 1024) {
    test::put_mbr_entry(disk.contents, 0, 0x83, hostile.first_sector, hostile.sectors);
    test::put_mbr_entry(disk.contents, 1, 0x83, honest.first_sector, honest.sectors);
    disk.hardware.map(dma_physical, dma);
    for (Part* part : {&hostile, &honest}) {
      disk.hardware.map(part->physical, part->fixture.memory().data);
    }
    begin();
    settle();
    client.emplace(honest.fixture.memory());
  }

  void begin() {
    server.emplace(disk.hardware, signals, log, device_channel);
    drivers::DmaMemory memory({.bytes = dma, .physical = dma_physical});
    server->bring_up(memory);
    for (Part* part : {&hostile, &honest}) {
      SERAI_ASSERT(server
                       ->add_client({.name = "vm",
                                     .partition = part->number,
                                     .physical = part->physical,
                                     .channel = part->channel,
                                     .memory = part->fixture.memory()})
                       .has_value());
    }
    server->start();
  }

  void settle() {
    for (take(); !disk.waiting.empty(); take()) {
      disk.finish();
      interrupt();
    }
  }

  /// What the disk is asked for stays where it belongs.
  void take() {
    const std::size_t known = disk.waiting.size();
    disk.take();
    for (std::size_t i = known; i < disk.waiting.size(); ++i) {
      check(disk.waiting[i]);
    }
  }

  void interrupt() {
    if (disk.hardware.interrupt_status != 0) {
      server->notified(device_channel);
    }
  }

  FakeDisk disk;
  std::vector<std::byte> dma;
  test::FakeSignalPort signals;
  test::FakeLogPort log;
  Part hostile{
      .physical = 0x5000'0000, .channel = 10, .number = 1, .first_sector = 63, .sectors = 41};
  Part honest{
      .physical = 0x6000'0000, .channel = 11, .number = 2, .first_sector = 104, .sectors = 100};
  std::optional<block::BlockServer> server;
  std::optional<sddf::BlockClientQueue> client;
  std::uint32_t honest_waiting = 0;
  bool disk_is_good = true;

 private:
  void check(const FakeDisk::Request& request) {
    const bool moves_data =
        request.type == FakeDisk::Type::read || request.type == FakeDisk::Type::write;
    if (!moves_data) {
      return;
    }
    SERAI_ASSERT(request.chain.pieces.size() == 3);
    const auto bytes = request.chain.pieces[1].bytes;
    const std::byte* const dma_end = dma.data() + dma.size();
    if (bytes.data() >= dma.data() && bytes.data() < dma_end) {
      SERAI_ASSERT(request.type == FakeDisk::Type::read);  // the survey
      return;
    }
    Part& part = owner(bytes);
    SERAI_ASSERT(request.sector >= part.first_sector);
    const std::uint64_t offset = request.sector - part.first_sector;
    SERAI_ASSERT(offset < part.sectors && bytes.size() / 512 <= part.sectors - offset);
  }

  Part& owner(std::span<const std::byte> bytes) {
    for (Part* part : {&hostile, &honest}) {
      const auto data = part->fixture.memory().data;
      if (bytes.data() >= data.data() && bytes.data() < data.data() + data.size()) {
        SERAI_ASSERT(bytes.size() <=
                     static_cast<std::size_t>(data.data() + data.size() - bytes.data()));
        return *part;
      }
    }
    SERAI_ASSERT(false);
  }
};

/// A word anywhere in what the hostile client can write.
void scribble(World& world, Input& input) {
  const auto memory = world.hostile.fixture.memory();
  const std::uint8_t where = input.byte();
  const std::uint32_t value = input.word();
  const auto put = [&](auto& place, std::size_t size) {
    const std::size_t offset = (where & 0x3fU) * 4U % size / 4U * 4U;
    std::memcpy(reinterpret_cast<std::byte*>(&place) + offset, &value, 4);
  };
  switch (where >> 6) {
    case 0:
      return put(*memory.request_header, sizeof(sddf::BlockRequestHeader));
    case 1:
      return put(memory.requests.front(), memory.requests.size_bytes());
    case 2:
      return put(*memory.response_header, sizeof(sddf::BlockResponseHeader));
    default:
      return put(*memory.storage_info, sizeof(sddf::BlockStoragePage));
  }
}

/// A request that may even make sense.
void push(World& world, Input& input) {
  const auto memory = world.hostile.fixture.memory();
  auto& header = *memory.request_header;
  auto& entry = memory.requests[header.tail % capacity];
  entry = {.code = input.byte() % 5U,
           .reserved = 0,
           .offset = input.byte() * 1024U,
           .block = input.byte(),
           .count = input.byte(),
           .generation = 0,
           .id = input.byte()};
  ++header.tail;
}

void ask_honestly(World& world, Input& input) {
  static_cast<void>(world.client->server_has_restarted());
  const std::uint8_t what = input.byte();
  const auto code = static_cast<sddf::BlockCode>(what & 3U);
  if (world.honest_waiting < capacity &&
      world.client->push(code, what % 12U, 1, (what % data_blocks) * 4096ULL, what)) {
    ++world.honest_waiting;
  }
}

void take_answers(World& world) {
  while (world.client->pop()) {
    SERAI_ASSERT(world.honest_waiting != 0);
    --world.honest_waiting;
  }
}

void step(World& world, Input& input) {
  const std::uint8_t action = input.byte();
  switch (action % 10) {
    case 0:
    case 1:
      return scribble(world, input);
    case 2:
    case 3:
      return push(world, input);
    case 4:
      return ask_honestly(world, input);
    case 5:
    case 6:
      return world.server->notified(action < 128 ? world.hostile.channel : world.honest.channel);
    case 7:
      world.take();
      if (!world.disk.waiting.empty()) {
        const std::uint8_t which = input.byte();
        const bool fails = (which & 0x80) != 0;
        world.disk.finish(which % world.disk.waiting.size(),
                          fails ? std::optional<std::uint8_t>(which) : std::nullopt);
      }
      return world.interrupt();
    case 8:
      if (action < 200) {
        return take_answers(world);
      }
      world.begin();  // what is in flight is lost, and known to be
      world.honest_waiting = 0;
      world.settle();
      static_cast<void>(world.client->server_has_restarted());
      return;
    default:
      if (action >= 250 && world.disk.hardware.is_ready()) {
        world.disk_is_good = false;
        world.disk.hardware.give_back(0, input.byte(), input.word());
        world.server->notified(device_channel);
      }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto world = std::make_unique<World>();
  Input input({data, size});
  while (!input.empty()) {
    step(*world, input);
  }
  if (world->disk_is_good) {
    take_answers(*world);
    world->server->notified(world->honest.channel);
    world->settle();
    take_answers(*world);
    SERAI_ASSERT(world->honest_waiting == 0);
  }
  SERAI_ASSERT(world->hostile.fixture.guards_intact() && world->honest.fixture.guards_intact());
  return 0;
}
