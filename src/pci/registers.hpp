// SPDX-License-Identifier: BSD-2-Clause
//
// The configuration space's header and the capabilities used here, PCI Local Bus Specification 3.0,
// chapter 6 (type 0 header, 6.1; MSI-X, 6.8.2).
#pragma once

#include <cstdint>

namespace serai::pci {

/// Offsets of the header's registers, in bytes.
namespace header {
inline constexpr std::uint32_t vendor_id = 0x00;
inline constexpr std::uint32_t device_id = 0x02;
inline constexpr std::uint32_t command = 0x04;
inline constexpr std::uint32_t status = 0x06;
inline constexpr std::uint32_t revision_id = 0x08;
inline constexpr std::uint32_t class_code = 0x09;
inline constexpr std::uint32_t bars = 0x10;
inline constexpr std::uint32_t subsystem_vendor_id = 0x2c;
inline constexpr std::uint32_t subsystem_id = 0x2e;
inline constexpr std::uint32_t capabilities_pointer = 0x34;
inline constexpr std::uint32_t interrupt_line = 0x3c;
inline constexpr std::uint32_t interrupt_pin = 0x3d;
inline constexpr std::uint32_t end = 0x40;
}  // namespace header

/// Command register (6.2.2).
namespace command {
inline constexpr std::uint32_t memory_space = 1U << 1;
inline constexpr std::uint32_t bus_master = 1U << 2;
inline constexpr std::uint32_t interrupt_disable = 1U << 10;
}  // namespace command

/// Status register (6.2.3).
namespace status {
inline constexpr std::uint32_t interrupt = 1U << 3;
inline constexpr std::uint32_t capabilities_list = 1U << 4;
}  // namespace status

/// The type bits of a memory BAR (6.2.5.1).
inline constexpr std::uint32_t bar_memory_64 = 0x4;
inline constexpr std::uint32_t bar_type_bits = 0xf;

/// Capability IDs (appendix H).
namespace capability {
inline constexpr std::uint8_t vendor = 0x09;
inline constexpr std::uint8_t msix = 0x11;
}  // namespace capability

/// Message Control of MSI-X (6.8.2.3), the register at offset 2 of the capability.
namespace msix_control {
inline constexpr std::uint32_t offset = 2;
inline constexpr std::uint32_t function_mask = 1U << 14;
inline constexpr std::uint32_t enable = 1U << 15;
}  // namespace msix_control

}  // namespace serai::pci
