// SPDX-License-Identifier: BSD-2-Clause
#include <cstring>

#include "hostile/honest.hpp"
#include "hostile/machine.hpp"
#include "runtime/cpu.hpp"

namespace probe::virtio {
namespace {

constexpr std::uint64_t driver_offset = 0x400;
constexpr std::uint64_t device_offset = 0x800;
constexpr std::uint64_t ring_bytes = 0x1000;
constexpr std::uint64_t patience_seconds = 60;
constexpr std::uint64_t has_next = 1;
constexpr std::uint64_t is_writable = 2;

}  // namespace

Ring::Ring(std::uint64_t address) : address_(address) {
  std::memset(reinterpret_cast<void*>(address), 0, ring_bytes);
}

QueuePlace Ring::place() const {
  return {.size = most_entries,
          .descriptors = address_,
          .driver_area = address_ + driver_offset,
          .device_area = address_ + device_offset};
}

void Ring::add(std::span<const Piece> chain) {
  const std::uint16_t head = next_;
  for (std::size_t i = 0; i < chain.size(); ++i) {
    const std::uint64_t entry = address_ + std::uint64_t{16} * next_;
    next_ = static_cast<std::uint16_t>((next_ + 1) % most_entries);
    const std::uint64_t flags =
        (i + 1 < chain.size() ? has_next : 0) | (chain[i].writable ? is_writable : 0);
    store(entry, 8, chain[i].address);
    store(entry + 8, 8, chain[i].bytes | flags << 32 | std::uint64_t{next_} << 48);
  }
  store(address_ + driver_offset + 4 + std::uint64_t{2} * (available_ % most_entries), 2, head);
  ++available_;
  synchronize();
  store(address_ + driver_offset + 2, 2, available_);
  synchronize();
}

bool Ring::wait() {
  const std::uint64_t end = virtual_counter() + counter_frequency() * patience_seconds;
  while (load(address_ + device_offset + 2, 2) == taken_) {
    if (virtual_counter() > end) {
      return false;
    }
  }
  synchronize();
  const std::uint64_t entry =
      address_ + device_offset + 4 + std::uint64_t{8} * (taken_ % most_entries);
  written_ = static_cast<std::uint32_t>(load(entry + 4, 4));
  ++taken_;
  return true;
}

}  // namespace probe::virtio
