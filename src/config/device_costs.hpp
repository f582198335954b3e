// SPDX-License-Identifier: BSD-2-Clause
//
// What a VMM's devices take of memory. The tool gives every VMM exactly that much, so that whatever
// the tool accepts also starts. The figures are those of the objects that a VMM makes its devices
// from; src/vmm/device_costs.cpp does not compile while one is wrong.
#pragma once

#include <cstdint>
#include <span>

#include "config/layout.hpp"

namespace serai::config {

/// Bytes of what devices are made from, in whole lines of `Arena::alignment`.
namespace cost {

inline constexpr std::uint64_t pl011 = 256;
inline constexpr std::uint64_t pl031 = 128;

inline constexpr std::uint64_t block = 17664;
inline constexpr std::uint64_t network = 5888;
inline constexpr std::uint64_t console = 832;
inline constexpr std::uint64_t port_name = 64;
inline constexpr std::uint64_t entropy = 64;
inline constexpr std::uint64_t socket = 192;

inline constexpr std::uint64_t block_queue = 4352;
inline constexpr std::uint64_t ram_disk = 64;
inline constexpr std::uint64_t packet_queue = 2560;
inline constexpr std::uint64_t serial_queue = 128;
inline constexpr std::uint64_t no_serial_queue = 64;

inline constexpr std::uint64_t host_bridge = 3136;
inline constexpr std::uint64_t msi_frame = 64;
inline constexpr std::uint64_t pci_transport = 2368;
inline constexpr std::uint64_t mmio_transport = 1216;
inline constexpr std::uint64_t segment_pool = 64;

/// Of one element of an array; the whole array takes whole lines.
inline constexpr std::uint64_t queue = 216;
inline constexpr std::uint64_t segment = 16;

}  // namespace cost

/// INTIDs that a VMM's distributor has; a guest's GIC may have fewer.
inline constexpr std::uint32_t most_interrupts = 288;

/// How many virtqueues a device has.
std::uint32_t queue_count(const VirtioDevice& device) noexcept;

/// How many segments of chains a device holds: enough for the longest chain of a queue beside
/// others that are in flight.
std::uint32_t segment_count(const VirtioDevice& device) noexcept;

/// What all of a VM's devices take together, with the PCI host that they sit on. A multiple of
/// `Arena::alignment`.
std::uint64_t device_memory(const PciHost& pci, std::span<const Device> devices,
                            std::span<const VirtioDevice> virtio) noexcept;

}  // namespace serai::config
