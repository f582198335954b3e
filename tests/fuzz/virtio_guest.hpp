// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/guest_memory.hpp"
#include "fuzz/input.hpp"
#include "support/holding_virtio_device.hpp"
#include "virtio/queue.hpp"

namespace serai::fuzz {

/// RAM of a hostile guest with three rings in it, and what a transport in a fuzzer is given.
class VirtioGuest {
 public:
  static constexpr std::uint64_t ram_start = 0x4000'0000;
  static constexpr std::uint64_t ring_bytes = 0x1000;
  static constexpr std::uint16_t queue_count = 3;
  static constexpr std::uint16_t queue_size = 8;

  VirtioGuest() { SERAI_ASSERT(memory.add(GuestAddress(ram_start), ram_).has_value()); }

  // Where a driver that behaves puts queue `queue`: a descriptor table, an available and a used
  // ring.
  static std::uint64_t descriptors(std::uint32_t queue) { return ram_start + queue * ring_bytes; }

  static std::uint64_t driver_area(std::uint32_t queue) { return descriptors(queue) + 0x400; }

  static std::uint64_t device_area(std::uint32_t queue) { return descriptors(queue) + 0x800; }

  /// Changes the rings as the input says.
  void change(Input& input) {
    const std::uint32_t queue = input.byte() % queue_count;
    switch (input.byte() & 3) {
      case 0:
        make_chain(input, queue);
        break;
      case 1:
        store(driver_area(queue) + 2, input.byte(), 2);
        break;
      default:
        store(ram_start + input.number(2) % (queue_count * ring_bytes), input.telling_number(), 4);
    }
  }

  GuestMemory memory;
  std::array<virtio::Segment, 24> segments{};
  virtio::SegmentPool pool{segments};
  std::array<virtio::Queue, queue_count> queues{};
  test::HoldingVirtioDevice device{queue_count};

 private:
  /// A split chain of two, and one more available. The next index moves on by what it is now.
  void make_chain(Input& input, std::uint32_t queue) {
    const std::uint64_t head = input.byte() % queue_size;
    const std::uint64_t next = (head + 1) % queue_size;
    const std::uint64_t data = ram_start + 0x4000;
    describe(queue, head, data, 8, 1, next);
    describe(queue, next, data + 0x100, 8, 2, 0);
    const auto shown = memory.load_acquire<std::uint16_t>(GuestAddress(driver_area(queue) + 2));
    store(driver_area(queue) + 4 + 2 * (*shown % queue_size), head, 2);
    store(driver_area(queue) + 2, std::uint64_t{*shown} + 1, 2);
  }

  void describe(std::uint32_t queue, std::uint64_t index, std::uint64_t address,
                std::uint64_t bytes, std::uint64_t flags, std::uint64_t next) {
    const std::uint64_t at = descriptors(queue) + 16 * index;
    store(at, address, 8);
    store(at + 8, bytes, 4);
    store(at + 12, flags, 2);
    store(at + 14, next, 2);
  }

  void store(std::uint64_t address, std::uint64_t value, std::size_t bytes) {
    static_cast<void>(
        memory.write(GuestAddress(address), std::as_bytes(std::span(&value, 1)).first(bytes)));
  }

  std::vector<std::byte> ram_ = std::vector<std::byte>(0x5000);
};

}  // namespace serai::fuzz
