// SPDX-License-Identifier: BSD-2-Clause
#include "hostile/hostile.hpp"

#include "hostile/machine.hpp"
#include "runtime/cpu.hpp"

namespace probe::virtio {
namespace {

constexpr std::uint64_t bytes_per_device = 0x2'0000;
constexpr std::uint64_t bytes_per_ring = 0x1000;
constexpr std::uint64_t driver_offset = 0x400;
constexpr std::uint64_t device_offset = 0x800;
constexpr std::uint64_t data_offset = 0x8000;
constexpr std::uint32_t data_bytes = 0x1'0000;

constexpr std::uint64_t has_next = 1;
constexpr std::uint64_t is_writable = 2;
constexpr std::uint64_t is_available = 1U << 7;
constexpr std::uint64_t is_used = 1U << 15;

/// Moves what could be the address of this program into memory that may be written.
std::uint64_t harmless(std::uint64_t value) {
  std::uint64_t result = 0;
  for (unsigned shift = 0; shift < 64; shift += 32) {
    std::uint64_t half = value >> shift & 0xffff'ffff;
    if (half >= ram_start && half < arena) {
      half += arena - ram_start;
    }
    result |= half << shift;
  }
  return result;
}

void poke_at(Random& random, std::uint64_t window, std::uint32_t window_bytes) {
  const unsigned bytes = 1U << random.below(4);
  const std::uint64_t offset = random.below(window_bytes / bytes) * std::uint64_t{bytes};
  if (random.one_in(3)) {
    static_cast<void>(load(window + offset, bytes));
  } else {
    store(window + offset, bytes, harmless(random.telling()));
  }
}

}  // namespace

std::uint64_t HostileDriver::ring(std::uint16_t queue) const {
  return hostile_memory + number_ * bytes_per_device + queue * bytes_per_ring;
}

std::uint64_t HostileDriver::data() const {
  return hostile_memory + number_ * bytes_per_device + data_offset;
}

void HostileDriver::act(Random& random) {
  switch (random.below(16)) {
    case 0:
      return set_up(random);
    case 1:
    case 2:
    case 3:
    case 4:
      return request(random);
    case 5:
    case 6:
      return scribble(random);
    case 7:
      return device_.notify(static_cast<std::uint16_t>(random.below(queue_count)));
    case 8:
      return interrupt(random);
    case 9:
      return random.one_in(8) ? device_.write_status(random.one_in(2) ? 0 : random.below(256))
                              : poke(random);
    default:
      return poke(random);
  }
}

void HostileDriver::poke(Random& random) const {
  const auto windows = device_.windows();
  const auto& window = windows[random.below(static_cast<std::uint32_t>(windows.size()))];
  poke_at(random, window.address, window.bytes);
}

/// As a driver does it, with any of the features, and now and then a queue at a bad place.
void HostileDriver::set_up(Random& random) {
  device_.reset();
  const std::uint64_t refused = random.one_in(2) ? 0 : random.next();
  const std::uint64_t refused_ring = random.one_in(2) ? feature_packed : 0;
  const std::uint64_t accepted = device_.negotiate(feature_version_1 | (~refused & ~refused_ring));
  packed_ = (accepted & feature_packed) != 0;
  for (std::uint16_t i = 0; i < queue_count; ++i) {
    queues_[i] = {};
    for (std::uint64_t at = 0; at < bytes_per_ring; at += 8) {
      store(ring(i) + at, 8, 0);
    }
    if (!random.one_in(16)) {
      QueuePlace place = {.size = queue_size,
                          .descriptors = ring(i),
                          .driver_area = ring(i) + driver_offset,
                          .device_area = ring(i) + device_offset};
      if (random.one_in(16)) {
        place.size = static_cast<std::uint16_t>(random.telling());
        place.device_area = some_address(random);
      }
      device_.enable(i, place);
    }
  }
  device_.start();
}

std::uint64_t HostileDriver::some_address(Random& random) const {
  switch (random.below(8)) {
    case 0:
      return harmless(random.telling());
    case 1:
      return ram_end - random.below(64);
    case 2:
      return ecam + random.below(ecam_bytes);
    case 3:
      return device_.windows().front().address + random.below(0x200);
    default:
      return data() + random.below(data_bytes);
  }
}

/// What stands at the front of this kind of device's requests; how many bytes.
std::uint64_t HostileDriver::fill_header(Random& random, std::uint64_t at) const {
  const auto small = [&random] { return random.one_in(8) ? random.telling() : random.below(16); };
  switch (device_.kind()) {
    case kind::block:
      store(at, 8, small());
      store(at + 8, 8, small());
      store(at + 16, 8, small());
      store(at + 24, 8, small());
      return 16;
    case kind::network:
      // A header of offloads, or a command of the control queue.
      store(at, 8, small() | small() << 8 | small() << 16 | small() << 32 | small() << 48);
      store(at + 8, 8, random.next());
      return random.one_in(4) ? 2 : 12;
    case kind::socket:
      store(at, 8, device_.is_pci() ? load(device_.config_address(), 4) : 3 + random.below(2));
      store(at + 8, 8, random.one_in(8) ? small() : 2);
      store(at + 16, 8, random.below(64) | (random.one_in(8) ? random.next() : 7) << 32);
      store(at + 24, 4, random.one_in(4) ? small() : 0);
      store(at + 28, 4, (1 + random.below(2)) | (small() & 0xffff) << 16);
      store(at + 32, 8, small() << 32 | 0x1000);
      store(at + 40, 4, random.below(0x1000));
      return 44;
    default:
      store(at, 8, random.next());
      return 1 + random.below(64);
  }
}

/// A request in a chain of up to four pieces.
void HostileDriver::request(Random& random) {
  const auto queue = static_cast<std::uint16_t>(random.below(queue_count));
  const std::uint64_t header = data() + random.below(data_bytes / 2 / 64) * std::uint64_t{64};
  const std::uint64_t header_bytes = fill_header(random, header);
  const std::uint16_t head = queues_[queue].next;
  const unsigned pieces = 1 + random.below(3);
  const bool to_device = random.one_in(2);
  describe(random, queue, header, static_cast<std::uint32_t>(header_bytes),
           queue == 0 && device_.kind() != kind::block, false);
  for (unsigned i = 0; i < pieces; ++i) {
    const std::uint32_t bytes = random.one_in(8) ? static_cast<std::uint32_t>(random.telling())
                                                 : random.below(8) * 512 + random.below(2);
    describe(random, queue, random.one_in(16) ? some_address(random) : data() + i * 0x2000, bytes,
             !to_device || (i + 1 == pieces && device_.kind() == kind::block), i + 1 == pieces);
  }
  if (!packed_) {
    QueueState& state = queues_[queue];
    store(ring(queue) + driver_offset + 4 + std::uint64_t{2} * (state.shown % queue_size), 2, head);
    ++state.shown;
    synchronize();
    store(ring(queue) + driver_offset + 2, 2, state.shown);
  }
  synchronize();
  if (!random.one_in(4)) {
    device_.notify(queue);
  }
}

void HostileDriver::describe(Random& random, std::uint16_t queue, std::uint64_t address,
                             std::uint32_t bytes, bool writable, bool last) {
  QueueState& state = queues_[queue];
  const std::uint64_t entry = ring(queue) + std::uint64_t{16} * state.next;
  std::uint64_t flags = (writable ? is_writable : 0) | (last ? 0 : has_next);
  if (random.one_in(32)) {
    flags ^= std::uint64_t{1} << random.below(16);
  }
  const auto index = state.next;
  if (++state.next == queue_size) {
    state.next = 0;
  }
  store(entry, 8, address);
  if (packed_) {
    flags |= state.wraps ? is_available : is_used;
    store(entry + 8, 8, bytes | std::uint64_t{index} << 32 | flags << 48);
    state.wraps = state.wraps == (state.next != 0);
  } else {
    store(entry + 8, 8, bytes | flags << 32 | std::uint64_t{state.next} << 48);
  }
}

/// Changes something in a ring, or in what was handed to the device.
void HostileDriver::scribble(Random& random) const {
  const std::uint64_t start =
      random.one_in(4) ? data() : ring(static_cast<std::uint16_t>(random.below(queue_count)));
  const unsigned bytes = 1U << random.below(4);
  const std::uint64_t offset = random.below(0x900 / bytes) * std::uint64_t{bytes};
  store(start + offset, bytes, harmless(random.telling()));
}

void HostileDriver::interrupt(Random& random) const {
  if (device_.is_pci() && random.one_in(2)) {
    poke_at(random, msi_frame, 0x1000);
  } else {
    device_.acknowledge();
  }
}

void poke_shared(Random& random) {
  switch (random.below(3)) {
    case 0:
      return poke_at(random, ecam, ecam_bytes);
    case 1:
      return poke_at(random, pci_window, 0x10'0000);
    default:
      return poke_at(random, msi_frame, 0x1000);
  }
}

}  // namespace probe::virtio
