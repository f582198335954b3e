// SPDX-License-Identifier: BSD-2-Clause
//
// A lying VirtIO device against our driver's side: it writes anything into the rings, which it can
// reach, and answers anything when its registers are read. What the driver gets back is what it
// gave, each chain once and never more bytes than there was room for; a broken queue yields
// nothing.
#include <array>
#include <cstring>
#include <map>
#include <vector>

#include "base/assert.hpp"
#include "drivers/virtio/board_device.hpp"
#include "drivers/virtio/driver_queue.hpp"
#include "fuzz/input.hpp"
#include "fuzz/lying_device.hpp"

namespace {

using namespace serai::drivers;
using serai::fuzz::Input;

constexpr std::uint16_t queue_size = 16;

struct World {
  explicit World(Input& input) : device(input, DeviceType::block) { start(input); }

  void start(Input& input) {
    given.clear();
    const auto started = queue.start({.bytes = memory, .physical = 0x4000'0000}, queue_size,
                                     (input.byte() & 1) != 0);
    SERAI_ASSERT(started.has_value() && !queue.is_broken() && queue.free() == queue_size);
  }

  alignas(16) std::array<std::byte, 4096> memory{};
  serai::fuzz::LyingDevice device;
  DriverQueue queue;
  std::map<std::uint32_t, std::uint32_t> given;  ///< room for bytes by token
  std::uint32_t next_token = 0;
};

void add(Input& input, World& world) {
  std::array<Buffer, 4> buffers;
  const std::uint8_t shape = input.byte();
  const std::size_t count = 1 + (shape & 3);
  std::uint32_t room = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const bool writes = i + 1 == count && (shape & 4) != 0;
    const std::uint32_t bytes = input.byte();
    buffers[i] = {.physical = 0x5000'0000, .bytes = bytes, .device_writes = writes};
    room += writes ? bytes : 0;
  }
  const std::uint16_t free = world.queue.free();
  const auto added = world.queue.add(std::span(buffers).first(count), world.next_token);
  SERAI_ASSERT(added.has_value() == (count <= free && !world.queue.is_broken()));
  if (added) {
    SERAI_ASSERT(world.queue.free() == free - count);
    world.given[world.next_token++] = room;
  }
}

void take(World& world) {
  while (const auto used = world.queue.next_used()) {
    const auto found = world.given.find(used->token);
    SERAI_ASSERT(found != world.given.end() && used->bytes <= found->second);
    world.given.erase(found);
  }
  if (world.queue.is_broken()) {
    SERAI_ASSERT(!world.queue.next_used());
  }
}

/// Most often the used ring, as if a chain were given back.
void scribble(Input& input, World& world) {
  const std::uint8_t kind = input.byte();
  const std::size_t used = world.queue.addresses().used - 0x4000'0000;
  if ((kind & 3) == 0) {
    const auto value = static_cast<std::uint32_t>(input.telling_number());
    std::memcpy(world.memory.data() + input.number(2) % (world.memory.size() - 4), &value, 4);
    return;
  }
  std::uint16_t index = 0;
  std::memcpy(&index, world.memory.data() + used + 2, 2);
  const std::uint32_t id = input.byte();
  const UsedEntry entry = {
      .id = (kind & 4) != 0 ? id : id % queue_size,
      .length = (kind & 8) != 0 ? static_cast<std::uint32_t>(input.telling_number()) : kind};
  std::memcpy(world.memory.data() + used + 4 + sizeof entry * (index % queue_size), &entry,
              sizeof entry);
  index = static_cast<std::uint16_t>(index + ((kind & 0x70) != 0 ? 1 : input.byte()));
  std::memcpy(world.memory.data() + used + 2, &index, 2);
}

/// A device that is brought up anew, whatever it says about itself.
void bring_up(Input& input, World& world) {
  world.device.lie_every(1 + input.byte() % 16);
  BoardDevice driver(world.device);
  if (driver.begin(DeviceType::block)) {
    const auto accepted = driver.negotiate(feature::event_idx);
    SERAI_ASSERT(!accepted || (*accepted & ~(feature::event_idx | feature::version_1 |
                                             feature::access_platform)) == 0);
    const std::uint16_t size = driver.queue_size(0, queue_size);
    SERAI_ASSERT(size <= queue_size && (size & (size - 1)) == 0);
    static_cast<void>(driver.config64(0));
    static_cast<void>(driver.config16(0));
    static_cast<void>(driver.config8(0));
    if (!driver.enable(0, world.queue.addresses())) {
      driver.give_up();
    } else {
      driver.finish();
    }
    driver.notify(0);
    static_cast<void>(driver.take_interrupts());
    static_cast<void>(driver.needs_reset());
  }
  world.device.lie_every(0);
}

void step(Input& input, World& world) {
  const std::uint8_t operation = input.byte();
  switch (operation & 0x0f) {
    case 0:
      return (operation & 0x70) == 0 ? world.start(input) : take(world);
    case 1:
      return (operation & 0x30) == 0 ? bring_up(input, world) : take(world);
    case 2:
    case 3:
    case 4:
    case 5:
      return add(input, world);
    case 6:
    case 7:
      static_cast<void>(world.queue.publish());
      return;
    case 8:
      static_cast<void>(world.queue.want_interrupt(static_cast<std::uint16_t>(1 + operation / 32)));
      return;
    case 9:
      return world.queue.suppress_interrupts();
    case 10:
    case 11:
      return take(world);
    default:
      return scribble(input, world);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input({data, size});
  World world(input);
  while (!input.empty()) {
    step(input, world);
    SERAI_ASSERT(world.queue.free() + world.queue.in_flight() == queue_size);
  }
  return 0;
}
