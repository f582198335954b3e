// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>

namespace serai::virtio {

/// The device status field (VirtIO 1.2, 2.1).
namespace status {
inline constexpr std::uint32_t acknowledge = 1;
inline constexpr std::uint32_t driver = 2;
inline constexpr std::uint32_t driver_ok = 4;
inline constexpr std::uint32_t features_ok = 8;
inline constexpr std::uint32_t device_needs_reset = 64;
inline constexpr std::uint32_t failed = 128;
}  // namespace status

/// Why the driver is interrupted: InterruptStatus of MMIO (4.2.2) and ISR status of PCI (4.1.4.5).
namespace interrupt {
inline constexpr std::uint32_t used_buffer = 1;
inline constexpr std::uint32_t configuration = 2;
}  // namespace interrupt

}  // namespace serai::virtio
