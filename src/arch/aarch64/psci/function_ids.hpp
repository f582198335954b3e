// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>

/// Function identifiers of PSCI's 32-bit calls (DEN 0022F); bit 30 makes those of the 64-bit calls.
namespace serai::aarch64::psci {

inline constexpr std::uint32_t first = 0x84000000;
inline constexpr std::uint32_t version = first + 0x00;
inline constexpr std::uint32_t cpu_suspend = first + 0x01;
inline constexpr std::uint32_t cpu_off = first + 0x02;
inline constexpr std::uint32_t cpu_on = first + 0x03;
inline constexpr std::uint32_t affinity_info = first + 0x04;
inline constexpr std::uint32_t migrate = first + 0x05;
inline constexpr std::uint32_t migrate_info_type = first + 0x06;
inline constexpr std::uint32_t migrate_info_up_cpu = first + 0x07;
inline constexpr std::uint32_t system_off = first + 0x08;
inline constexpr std::uint32_t system_reset = first + 0x09;
inline constexpr std::uint32_t features = first + 0x0a;
inline constexpr std::uint32_t cpu_freeze = first + 0x0b;
inline constexpr std::uint32_t cpu_default_suspend = first + 0x0c;
inline constexpr std::uint32_t node_hw_state = first + 0x0d;
inline constexpr std::uint32_t system_suspend = first + 0x0e;
inline constexpr std::uint32_t set_suspend_mode = first + 0x0f;
inline constexpr std::uint32_t stat_residency = first + 0x10;
inline constexpr std::uint32_t stat_count = first + 0x11;
inline constexpr std::uint32_t system_reset2 = first + 0x12;
inline constexpr std::uint32_t mem_protect = first + 0x13;
inline constexpr std::uint32_t mem_protect_check_range = first + 0x14;

/// The bit of a 64-bit call.
inline constexpr std::uint32_t wide = 1U << 30;

/// Version 1.1.
inline constexpr std::uint32_t offered_version = 0x10001;

}  // namespace serai::aarch64::psci
