// SPDX-License-Identifier: BSD-2-Clause
#include "hostile/session.hpp"

#include <cstring>

#include "runtime/gic.hpp"
#include "runtime/runtime.hpp"

namespace probe::virtio {
namespace {

constexpr std::uint64_t ring_bytes = 0x1000;
constexpr std::uint64_t rings_bytes = 0x10'0000;
constexpr std::uint64_t interrupt_microseconds = 10'000'000;

constinit const Transport* interrupting = nullptr;
constinit std::uint32_t last_number = 50'000;

/// A message is a pulse, a wire a level.
void set_trigger(const Transport& device) {
  const std::uint64_t at = gic::gicd_icfgr + std::uint64_t{4} * (device.intid() / 16);
  const std::uint32_t edge = 2U << 2 * (device.intid() % 16);
  const std::uint32_t others = read32(at) & ~edge;
  write32(at, others | (device.is_pci() ? edge : 0));
}

void serve_interrupt(std::uint32_t /*intid*/) {
  if (interrupting != nullptr) {
    interrupting->acknowledge();
  }
}

}  // namespace

std::uint64_t ring_address(const Transport& device, std::uint16_t queue) {
  return honest_memory + (std::uint64_t{device.intid()} * 4 + queue) * ring_bytes % rings_bytes;
}

std::uint64_t buffer(std::uint32_t index) {
  return honest_memory + rings_bytes + std::uint64_t{index} * buffer_bytes;
}

Problem begin(const Transport& device, std::uint64_t features) {
  device.reset();
  if (device.status() != 0) {
    return "a reset does not end";
  }
  device.acknowledge();
  const std::uint64_t wanted = feature_version_1 | features;
  if (device.negotiate(wanted) != wanted) {
    return "it does not offer what this driver needs";
  }
  set_trigger(device);
  gic::clear_pending(device.intid());
  gic::record_interrupts(serve_interrupt);
  interrupting = &device;
  gic::enable(device.intid());
  return {};
}

Problem start(const Transport& device) {
  device.start();
  constexpr std::uint32_t running = 0xf;
  return device.status() == running ? Problem() : "its status is not what a driver set";
}

Problem take_interrupt(const Transport& device) {
  const bool came = gic::wait_for(1, interrupt_microseconds);
  gic::disable(device.intid());
  interrupting = nullptr;
  return came ? Problem() : "there was no interrupt";
}

bool pass(const Transport& device, Ring& ring, std::uint16_t queue,
          std::span<const Ring::Piece> chain) {
  ring.add(chain);
  device.notify(queue);
  return ring.wait();
}

void fill(std::uint64_t address, std::uint32_t bytes, std::uint32_t seed) {
  for (std::uint32_t i = 0; i < bytes; ++i) {
    bytes_at(address)[i] = static_cast<std::byte>(i * 13 + seed);
  }
}

bool same(std::uint64_t a, std::uint64_t b, std::uint32_t bytes) {
  return std::memcmp(bytes_at(a), bytes_at(b), bytes) == 0;
}

std::uint32_t fresh_number() {
  return ++last_number;
}

}  // namespace probe::virtio
