// SPDX-License-Identifier: BSD-2-Clause
#include "config/device_costs.hpp"

#include <algorithm>

#include "base/arena.hpp"
#include "base/bits.hpp"

namespace serai::config {

namespace {

/// Queues of console, entropy and socket devices are no longer, whatever the configuration allows.
std::uint32_t longest_queue(const VirtioDevice& device) noexcept {
  constexpr std::uint32_t of_consoles = 128;
  constexpr std::uint32_t of_entropy = 64;
  constexpr std::uint32_t of_sockets = 256;
  switch (device.kind) {
    case VirtioKind::console:
      return std::min(device.queue_size, of_consoles);
    case VirtioKind::entropy:
      return std::min(device.queue_size, of_entropy);
    case VirtioKind::socket:
      return std::min(device.queue_size, of_sockets);
    case VirtioKind::network:
    case VirtioKind::block:
      break;
  }
  return device.queue_size;
}

std::uint64_t serial_back_end(std::uint32_t index) noexcept {
  return index == no_channel ? cost::no_serial_queue : cost::serial_queue;
}

/// A device of its kind with its back end.
std::uint64_t own_bytes(const VirtioDevice& device) noexcept {
  switch (device.kind) {
    case VirtioKind::network:
      return cost::network + cost::packet_queue;
    case VirtioKind::block:
      return cost::block + (device.is_ram_disk != 0 ? cost::ram_disk : cost::block_queue);
    case VirtioKind::console:
      return cost::console + device.queues * serial_back_end(device.back_end) +
             (device.queues - 1) * cost::port_name;
    case VirtioKind::entropy:
      return cost::entropy + serial_back_end(device.back_end);
    case VirtioKind::socket:
      break;
  }
  return cost::socket + cost::packet_queue;
}

std::uint64_t bytes_of(const VirtioDevice& device) noexcept {
  const std::uint64_t queues = align_up(queue_count(device) * cost::queue, Arena::alignment);
  const std::uint64_t segments = align_up(segment_count(device) * cost::segment, Arena::alignment);
  const std::uint64_t transport =
      device.transport == VirtioTransport::pci ? cost::pci_transport : cost::mmio_transport;
  return own_bytes(device) + queues + segments + cost::segment_pool + transport;
}

std::uint64_t bytes_of(const Device& device) noexcept {
  return device.kind == DeviceKind::pl011 ? cost::pl011 + serial_back_end(device.serial_queue)
                                          : cost::pl031;
}

}  // namespace

std::uint32_t queue_count(const VirtioDevice& device) noexcept {
  constexpr std::uint32_t of_sockets = 3;
  switch (device.kind) {
    case VirtioKind::network:
      return 2 * device.queues + 1;
    case VirtioKind::block:
      return device.queues;
    case VirtioKind::console:
      return 2 * device.queues + 2;
    case VirtioKind::entropy:
      return 1;
    case VirtioKind::socket:
      break;
  }
  return of_sockets;
}

std::uint32_t segment_count(const VirtioDevice& device) noexcept {
  constexpr std::uint32_t least = 256;
  constexpr std::uint32_t most = 1024;
  return std::clamp(2 * longest_queue(device), least, most);
}

std::uint64_t device_memory(const PciHost& pci, std::span<const Device> devices,
                            std::span<const VirtioDevice> virtio) noexcept {
  std::uint64_t total = pci.ecam_size == 0 ? 0 : cost::host_bridge + cost::msi_frame;
  for (const Device& device : devices) {
    total += bytes_of(device);
  }
  for (const VirtioDevice& device : virtio) {
    total += bytes_of(device);
  }
  return total;
}

}  // namespace serai::config
