// SPDX-License-Identifier: BSD-2-Clause
//
// A hostile driver, and a back end that is late, fails, refuses, goes and comes back, against the
// block device: the input is a program of requests, of changes to the rings and of events.
#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

#include "base/assert.hpp"
#include "devices/virtio_block/block.hpp"
#include "fuzz/input.hpp"
#include "support/fake_block_backend.hpp"
#include "virtio/queue.hpp"

namespace {

using serai::BlockStatus;
using serai::GuestAddress;
using serai::fuzz::Input;
using serai::virtio_block::Block;

constexpr std::uint64_t ram_start = 0x4000'0000;
constexpr std::uint64_t ram_bytes = 0x2'0000;
constexpr std::uint64_t data_start = 0x4000;
constexpr std::uint16_t queue_size = 16;
constexpr std::uint16_t queue_count = 2;

class QuietEvents final : public serai::virtio::Events {
 public:
  void queue_interrupt(std::uint16_t queue) noexcept override { SERAI_ASSERT(queue < queue_count); }

  void config_changed() noexcept override {}

  void needs_reset() noexcept override {}
};

/// The guest, its device and the disk.
class World {
 public:
  explicit World(bool read_only) {
    disk.read_only = read_only;
    SERAI_ASSERT(memory_.add(GuestAddress(ram_start), ram_).has_value());
  }

  static std::uint64_t descriptors(std::uint64_t queue) { return queue * 0x1000; }

  static std::uint64_t available(std::uint64_t queue) { return descriptors(queue) + 0x400; }

  void start(Input& input) {
    const std::uint8_t options = input.byte();
    if (is_active) {
      stop();
    }
    for (std::uint16_t i = 0; i < queue_count; ++i) {
      const auto place = [i](std::uint64_t offset) {
        return GuestAddress(ram_start + descriptors(i) + offset);
      };
      const auto enabled =
          queues_[i].enable(memory_, pool_,
                            {.size = queue_size,
                             .descriptors = place(0),
                             .driver_area = place(0x400),
                             .device_area = place(0x800)},
                            {.indirect = (options & 1) != 0, .event_index = (options & 2) != 0});
      SERAI_ASSERT(enabled.has_value());
      put(available(i) + 2, 0, 2);
    }
    block.activate(
        {.features = std::uint64_t{input.byte()} << 8U, .queues = queues_, .events = &events_});
    is_active = true;
  }

  void stop() {
    block.reset();
    is_active = false;
    SERAI_ASSERT(pool_.free() == pool_.capacity());
    for (auto& queue : queues_) {
      SERAI_ASSERT(queue.in_flight() == 0);
      queue.disable();
    }
  }

  void reset_queue(std::uint16_t index) {
    if (is_active && queues_[index].is_enabled()) {
      block.reset_queue(index);
      SERAI_ASSERT(queues_[index].in_flight() == 0);
      queues_[index].disable();
    }
  }

  /// A request that is right but for what the input says.
  void add_request(Input& input) {
    constexpr std::array<std::uint32_t, 8> types = {0, 1, 1, 4, 8, 11, 13, 0};
    const std::uint64_t queue = input.byte() % queue_count;
    const std::uint8_t kind = input.byte();
    const std::uint64_t at = data_start + (input.byte() & 0x0f) * 0x40U;
    put(at, (kind & 0x40) != 0 ? input.number(1) : types[kind & 7], 4);
    put(at + 8, (kind & 0x80) != 0 ? input.telling_number() : input.byte() & 0x3fU, 8);
    put(at + 16, input.byte() & 0x3fU, 8);
    put(at + 24, input.byte() & 0x3fU, 4);
    put(at + 28, (kind & 0x20) != 0 ? input.byte() : 0, 4);
    const bool reads = (kind & 7) == 0 || (kind & 7) == 4 || (kind & 7) == 7;
    const bool has_range = (kind & 7) == 5 || (kind & 7) == 6;
    const std::uint64_t head = next_[queue]++ % 5 * 3;
    const std::uint64_t bytes =
        (input.byte() & 0x0f) * 512U + ((kind & 0x10) != 0 ? input.byte() : 0);
    describe(queue, head, at, has_range ? 32 : 16, 1, head + 1);
    describe(queue, head + 1, 0x8000 + input.byte() * 0x40U, bytes, reads ? 3 : 1, head + 2);
    describe(queue, head + 2, at + 0x30, 1, 2, 0);
    if (bytes == 0) {
      describe(queue, head, at, has_range ? 32 : 16, 1, head + 2);
    }
    const std::uint64_t shown = get(available(queue) + 2);
    put(available(queue) + 4 + 2 * (shown % queue_size), head, 2);
    put(available(queue) + 2, shown + 1, 2);
  }

  /// Anything anywhere in the rings.
  void scribble(Input& input) {
    put(input.number(2) % 0x2000, input.telling_number(), (input.byte() & 1) != 0 ? 2 : 4);
  }

  void end_some(Input& input) {
    const std::uint8_t choice = input.byte();
    if (!disk.waiting.empty()) {
      disk.finish(choice % disk.waiting.size(),
                  choice >= 0xe0 ? BlockStatus::error : BlockStatus::ok);
    }
  }

  void change_disk(Input& input) {
    const std::uint8_t choice = input.byte();
    disk.ready = (choice & 3) != 0;
    disk.refuses_all = (choice & 0x0c) == 0x0c;
    block.back_end_ready();
  }

  void configure(Input& input) {
    const std::uint32_t offset = input.byte() % serai::virtio_block::config_bytes;
    const std::uint32_t room = serai::virtio_block::config_bytes - offset;
    std::array<std::byte, 8> bytes{};
    const std::span some(bytes.data(), std::min<std::size_t>(room, input.byte() & 7U));
    block.read_config(offset, some);
    block.write_config(offset, some);
  }

  serai::test::FakeBlockBackend disk{
      {.blocks = 8, .most_requests = 6, .most_blocks = 2, .buffer_blocks = 8}};
  Block block{disk, {.read_only = false, .queues = queue_count, .queue_size = queue_size}};
  bool is_active = false;

 private:
  void describe(std::uint64_t queue, std::uint64_t index, std::uint64_t offset, std::uint64_t bytes,
                std::uint64_t flags, std::uint64_t next) {
    const std::uint64_t at = descriptors(queue) + 16 * index;
    put(at, ram_start + offset, 8);
    put(at + 8, bytes, 4);
    put(at + 12, flags, 2);
    put(at + 14, next, 2);
  }

  void put(std::uint64_t offset, std::uint64_t value, std::size_t bytes) {
    std::memcpy(ram_.data() + offset, &value, bytes);
  }

  std::uint64_t get(std::uint64_t offset) {
    std::uint16_t value = 0;
    std::memcpy(&value, ram_.data() + offset, 2);
    return value;
  }

  alignas(8) std::vector<std::byte> ram_ = std::vector<std::byte>(ram_bytes);
  serai::GuestMemory memory_;
  std::array<serai::virtio::Segment, 40> segments_{};
  serai::virtio::SegmentPool pool_{segments_};
  std::array<serai::virtio::Queue, queue_count> queues_;
  std::array<std::uint64_t, queue_count> next_{};
  QuietEvents events_;
};

void step(Input& input, World& world) {
  const std::uint8_t operation = input.byte();
  switch (operation & 0x0f) {
    case 0:
      return world.start(input);
    case 1:
    case 2:
    case 3:
    case 4:
      world.add_request(input);
      if (world.is_active && (operation & 0x10) == 0) {
        world.block.notify(operation >> 7);
      }
      return;
    case 5:
      return world.scribble(input);
    case 6:
      return world.change_disk(input);
    case 7:
      return world.block.check_progress();
    case 8:
      return world.configure(input);
    case 9:
      return operation == 9 ? world.reset_queue(input.byte() % queue_count) : world.scribble(input);
    case 10:
      return world.end_some(input);
    default:
      world.end_some(input);
      world.block.back_end_ready();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input({data, size});
  World world(input.byte() == 0xff);
  world.start(input);
  while (!input.empty()) {
    step(input, world);
  }
  world.stop();
  while (world.disk.in_flight() != 0) {
    world.disk.finish_all();
    world.block.back_end_ready();
  }
  SERAI_ASSERT(world.disk.has_all_buffers());
  return 0;
}
