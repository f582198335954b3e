// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "policy/image.hpp"
#include "policy/physical_memory.hpp"

namespace serai::testbed {

/// Where every PD's stack ends and its IPC buffer lies (sel4/syscalls.h, library/start.S).
inline constexpr std::uint64_t stack_end = 0x7f'ffff'e000;
inline constexpr std::uint64_t ipc_buffer_address = 0x7f'ffff'f000;

/// Builds everything that `system` describes inside `machine`: spaces, PDs, vCPUs, channels and
/// interrupts. PDs are ready to start, vCPUs stopped. What cannot be built ends in a panic that
/// says why; `memory` has the board's free RAM.
void load_system(const SystemDescription& system, PhysicalMemory& memory) noexcept;

}  // namespace serai::testbed
