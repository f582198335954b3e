// SPDX-License-Identifier: BSD-2-Clause
//
// Where things lie in a guest of Serai's board, and accesses of every width.
#pragma once

#include <cstdint>

namespace probe::virtio {

inline constexpr std::uint64_t ecam = 0x3f00'0000;
inline constexpr std::uint64_t ecam_bytes = 0x10'0000;
inline constexpr std::uint64_t pci_window = 0x1000'0000;
inline constexpr std::uint64_t msi_frame = 0x0802'0000;
inline constexpr std::uint64_t msi_setspi = msi_frame + 0x40;
inline constexpr std::uint32_t first_msi_intid = 112;
inline constexpr std::uint64_t mmio_devices = 0x0a00'0000;
inline constexpr std::uint64_t mmio_stride = 0x200;
inline constexpr unsigned mmio_places = 32;
inline constexpr std::uint32_t first_mmio_intid = 48;

inline constexpr std::uint64_t ram_start = 0x4000'0000;
inline constexpr std::uint64_t ram_end = 0x4400'0000;

/// Devices are told of memory from here to the end of RAM only: this program and its stack lie
/// below, and a device may do to a guest's memory what the guest asks for.
inline constexpr std::uint64_t arena = 0x4100'0000;
/// For drivers that behave.
inline constexpr std::uint64_t honest_memory = arena;
/// For the rings and buffers of one that does not.
inline constexpr std::uint64_t hostile_memory = arena + 0x20'0000;

/// One access of 1, 2, 4 or 8 bytes to an aligned address.
std::uint64_t load(std::uint64_t address, unsigned bytes);
void store(std::uint64_t address, unsigned bytes, std::uint64_t value);

/// How many of them were outside RAM; each is an exit.
std::uint64_t accesses();

}  // namespace probe::virtio
