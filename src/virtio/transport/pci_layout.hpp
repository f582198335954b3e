// SPDX-License-Identifier: BSD-2-Clause
//
// Where VirtIO's structures lie in the BARs of a function, and the structures' own layout (VirtIO
// 1.2, 4.1.4).
#pragma once

#include <cstdint>

namespace serai::virtio::pci_layout {

/// The BAR with VirtIO's structures, 64 bits wide, in two pages: the doorbells have the second to
/// themselves.
inline constexpr unsigned structures_bar = 0;
inline constexpr std::uint64_t structures_bytes = 0x2000;
inline constexpr std::uint32_t common_offset = 0x000;
inline constexpr std::uint32_t common_bytes = 0x40;
inline constexpr std::uint32_t isr_offset = 0x100;
inline constexpr std::uint32_t device_offset = 0x200;
inline constexpr std::uint32_t notify_offset = 0x1000;
inline constexpr std::uint32_t most_config_bytes = notify_offset - device_offset;

/// Bytes from one queue's doorbell to the next.
inline constexpr std::uint32_t notify_multiplier = 4;

/// The BAR with the MSI-X table.
inline constexpr unsigned msix_bar = 2;

/// cfg_type of virtio_pci_cap (4.1.4).
enum class Structure : std::uint8_t { common = 1, notify = 2, isr = 3, device = 4, access = 5 };

/// Offsets in virtio_pci_cfg_cap (4.1.4.9) that the driver writes.
inline constexpr std::uint32_t access_bar = 4;
inline constexpr std::uint32_t access_offset = 8;
inline constexpr std::uint32_t access_length = 12;
inline constexpr std::uint32_t access_data = 16;

/// No vector: no interrupt (4.1.5.1.2).
inline constexpr std::uint16_t no_vector = 0xffff;

}  // namespace serai::virtio::pci_layout
