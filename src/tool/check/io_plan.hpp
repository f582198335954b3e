// SPDX-License-Identifier: BSD-2-Clause
//
// What VirtIO devices need beside their VMs: protection domains, devices of QEMU, memory.
#pragma once

#include <cstdint>
#include <vector>

#include "tool/check/checked_system.hpp"

namespace serai::tool {

/// Data of one client of a block PD.
inline constexpr std::uint64_t block_data_bytes = 0x40'0000;
/// Buffers of one direction of a packet queue.
inline constexpr std::uint32_t packet_capacity = 256;
inline constexpr std::uint32_t packet_buffer_bytes = 4096;
inline constexpr std::uint64_t packet_data_bytes =
    std::uint64_t{packet_capacity} * packet_buffer_bytes;
/// Queues and headers of a driver.
inline constexpr std::uint64_t driver_dma_bytes = 0x1'0000;

/// The disks (in files), networks and services that a VM uses. Each has a PD of its own.
struct IoPlan {
  std::vector<std::size_t> disks;     ///< indices into CheckedSystem::disks
  std::vector<std::size_t> networks;  ///< indices into CheckedSystem::networks
  std::vector<std::size_t> uplinks;   ///< indices into CheckedSystem::networks
  bool entropy = false;
  bool sockets = false;
  bool own_timer = true;  ///< the timer PD is Serai's

  [[nodiscard]] std::size_t pd_count() const {
    return driver_count() + networks.size() + (sockets ? 1 : 0) + (has_supervisor() ? 1 : 0);
  }

  /// Whether there are PDs that are started again when they crash. It takes a timer that is known.
  [[nodiscard]] bool has_supervisor() const { return !disks.empty() && own_timer; }

  /// PDs that own a device of QEMU.
  [[nodiscard]] std::size_t driver_count() const {
    return disks.size() + uplinks.size() + (entropy ? 1 : 0);
  }
};

IoPlan plan_io(const CheckedSystem& system);

/// How many devices of all VMs lead to this disk or network.
std::size_t count_users(const CheckedSystem& system, config::VirtioKind kind, std::size_t index);

/// Bytes of the board's window that drivers and their devices share, a multiple of 2 MiB. They lie
/// at its end.
std::uint64_t device_memory(const CheckedSystem& system);

/// Bytes of memory that a VM's RAM disks take, each a multiple of 2 MiB.
std::uint64_t disk_memory(const CheckedVm& vm, const std::vector<CheckedDisk>& disks);

/// Whether a RAM disk can be used where it lies in the VMM's image.
bool is_used_in_place(const CheckedDisk& disk, bool read_only);

/// Where a VM's `index`-th VirtIO device is: its PCI slot or the number of its MMIO place.
std::uint32_t virtio_place(const CheckedVm& vm, std::size_t index);

}  // namespace serai::tool
