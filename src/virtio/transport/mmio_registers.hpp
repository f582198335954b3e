// SPDX-License-Identifier: BSD-2-Clause
//
// Offsets of VirtIO 1.2, 4.2.2, table 4.1, that more than the table of functions needs.
#pragma once

#include <cstdint>

namespace serai::virtio::mmio {

inline constexpr std::uint32_t queue_notify = 0x050;

/// "virt", little-endian.
inline constexpr std::uint32_t magic = 0x74726976;
/// Modern: 1 would be the legacy interface, which is not offered.
inline constexpr std::uint32_t version = 2;
/// "SRAI", little-endian.
inline constexpr std::uint32_t vendor = 0x49415253;

}  // namespace serai::virtio::mmio
