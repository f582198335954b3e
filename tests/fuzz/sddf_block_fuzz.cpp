// SPDX-License-Identifier: BSD-2-Clause
//
// Both ends of sDDF's block queue against a hostile other side that may write anything anywhere in
// the shared memory: a disk whose guest behaves, over a server that does so only at times.
#include <array>
#include <cstring>
#include <deque>

#include "backends/sddf/block_backend.hpp"
#include "base/assert.hpp"
#include "devices/virtio_block/block.hpp"
#include "fuzz/input.hpp"
#include "support/block_queue_fixture.hpp"
#include "support/fake_signal_port.hpp"
#include "support/virtio_driver.hpp"
#include "virtio/queue.hpp"

namespace {

using serai::fuzz::Input;
using serai::sddf::BlockResult;
using serai::test::VirtioDriver;

constexpr std::uint32_t capacity = 8;
constexpr std::uint32_t data_blocks = 12;

class QuietEvents final : public serai::virtio::Events {
 public:
  void queue_interrupt(std::uint16_t /*queue*/) noexcept override {}

  void config_changed() noexcept override {}

  void needs_reset() noexcept override { SERAI_ASSERT(false); }
};

struct World {
  World() {
    SERAI_ASSERT(
        queues[0].enable(ram.memory(), pool, driver.place(), driver.features()).has_value());
    server.announce({.blocks = 20});
    block.activate({.features = serai::virtio_block::feature::flush |
                                serai::virtio_block::feature::write_zeroes,
                    .queues = queues,
                    .events = &events});
  }

  ~World() { block.reset(); }

  World(const World&) = delete;
  World& operator=(const World&) = delete;

  void request(Input& input) {
    constexpr std::array<std::uint32_t, 4> types = {0, 1, 4, 13};
    const std::uint8_t kind = input.byte() & 3;
    VirtioDriver::Bytes header(kind == 3 ? 32 : 16);
    const std::uint64_t sector = input.byte();
    const std::uint32_t sectors = input.byte() & 0x3fU;
    std::memcpy(header.data(), &types[kind], 4);
    std::memcpy(header.data() + (kind == 3 ? 16 : 8), &sector, 8);
    if (kind == 3) {
      std::memcpy(header.data() + 24, &sectors, 4);
    }
    std::vector<VirtioDriver::Bytes> readable = {header};
    std::vector<std::uint32_t> writable = {1};
    if (kind == 1 && sectors != 0) {
      readable.emplace_back(sectors * 512U);
    } else if (kind == 0 && sectors != 0) {
      writable.insert(writable.begin(), sectors * 512U);
    }
    if (driver.add(readable, writable)) {
      driver.kick();
      block.notify(0);
    }
  }

  void serve(Input& input) {
    const std::uint8_t choice = input.byte();
    if (const auto job = server.pop()) {
      SERAI_ASSERT(server.bytes(*job).size() <= memory.data.size());
      std::ranges::fill(server.bytes(*job), std::byte{choice});
      jobs.push_back(*job);
    }
    if (!jobs.empty() && (choice & 3) != 0) {
      const auto job = jobs[choice % jobs.size()];
      jobs.erase(jobs.begin() + static_cast<std::ptrdiff_t>(choice % jobs.size()));
      server.answer(job.id, (choice & 0x70) != 0 ? BlockResult::ok : BlockResult::io_error,
                    job.count);
    }
  }

  /// Writes anything into the indices, the entries or the description of the disk.
  void scribble(Input& input) {
    const std::uint8_t where = input.byte();
    const std::uint32_t value = static_cast<std::uint32_t>(input.telling_number());
    std::byte* place = nullptr;
    std::size_t size = 0;
    switch (where & 3) {
      case 0:
        place = reinterpret_cast<std::byte*>(memory.request_header);
        size = serai::sddf::request_ring_bytes(capacity);
        break;
      case 1:
        place = reinterpret_cast<std::byte*>(memory.response_header);
        size = serai::sddf::response_ring_bytes(capacity);
        break;
      case 2:
        place = reinterpret_cast<std::byte*>(memory.storage_info);
        size = sizeof(serai::sddf::BlockStoragePage);
        break;
      default:
        // The indices alone, by a little: nonsense that looks like sense.
        memory.response_header->tail += where >> 2;
        return;
    }
    const std::size_t offset = input.byte() % (size - 3);
    std::memcpy(place + offset, &value, (where & 4) != 0 ? 1 : 4);
  }

  serai::test::BlockQueueFixture fixture{capacity, data_blocks};
  serai::sddf::BlockQueueMemory memory = fixture.memory();
  serai::sddf::BlockServerQueue server{memory};
  std::deque<serai::sddf::BlockJob> jobs;
  serai::test::FakeSignalPort signals;
  serai::sddf::SddfBlockBackend backend{memory, signals, 0};
  serai::test::GuestRam ram{std::size_t{1} << 20U};
  std::array<serai::virtio::Segment, 32> segments{};
  serai::virtio::SegmentPool pool{segments};
  std::array<serai::virtio::Queue, 1> queues;
  VirtioDriver driver{ram, {.size = 32}};
  QuietEvents events;
  serai::virtio_block::Block block{backend, {.queue_size = 32}};
};

void step(Input& input, World& world) {
  const std::uint8_t operation = input.byte();
  switch (operation & 7) {
    case 0:
    case 1:
      world.request(input);
      break;
    case 2:
    case 3:
      world.serve(input);
      break;
    case 4:
      world.scribble(input);
      break;
    case 5:
      world.block.check_progress();
      break;
    default:
      world.block.back_end_ready();
  }
  // Throws where the device did what its guest may not see.
  static_cast<void>(world.driver.take_all_used());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  World world;
  Input input({data, size});
  while (!input.empty()) {
    step(input, world);
  }
  // Whatever the server did, in the end the guest has everything back.
  for (int i = 0; i < 4; ++i) {
    world.block.check_progress();
  }
  static_cast<void>(world.driver.take_all_used());
  SERAI_ASSERT(world.driver.in_flight() == 0);
  SERAI_ASSERT(world.fixture.guards_intact());
  return 0;
}
