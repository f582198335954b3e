// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>

namespace probe::gic {

inline constexpr std::uint64_t distributor = 0x0800'0000;
inline constexpr std::uint64_t cpu_interface = 0x0801'0000;

// Offsets of registers, ARM IHI 0048.
inline constexpr std::uint64_t gicd_ctlr = distributor + 0x000;
inline constexpr std::uint64_t gicd_typer = distributor + 0x004;
inline constexpr std::uint64_t gicd_isenabler = distributor + 0x100;
inline constexpr std::uint64_t gicd_icenabler = distributor + 0x180;
inline constexpr std::uint64_t gicd_ispendr = distributor + 0x200;
inline constexpr std::uint64_t gicd_icpendr = distributor + 0x280;
inline constexpr std::uint64_t gicd_ipriorityr = distributor + 0x400;
inline constexpr std::uint64_t gicd_itargetsr = distributor + 0x800;
inline constexpr std::uint64_t gicd_icfgr = distributor + 0xc00;
inline constexpr std::uint64_t gicd_sgir = distributor + 0xf00;
inline constexpr std::uint64_t gicd_cpendsgir = distributor + 0xf10;
inline constexpr std::uint64_t gicc_ctlr = cpu_interface + 0x00;
inline constexpr std::uint64_t gicc_pmr = cpu_interface + 0x04;
inline constexpr std::uint64_t gicc_iar = cpu_interface + 0x0c;
inline constexpr std::uint64_t gicc_eoir = cpu_interface + 0x10;

inline constexpr std::uint32_t spurious = 1023;
inline constexpr std::uint32_t uart_intid = 33;
inline constexpr std::uint32_t virtual_timer_intid = 27;

/// Distributor and CPU interface on, every priority let through, all interrupts disabled.
void start();

void enable(std::uint32_t intid);
void disable(std::uint32_t intid);
bool is_pending(std::uint32_t intid);
void set_pending(std::uint32_t intid);
void clear_pending(std::uint32_t intid);
void set_priority(std::uint32_t intid, std::uint8_t priority);
void send_to_self(std::uint32_t sgi);

using InterruptService = void (*)(std::uint32_t intid);

/// From now on each IRQ is acknowledged, noted, handed to `served` (if any) and ended.
void record_interrupts(InterruptService served = nullptr);

/// How many interrupts were noted.
unsigned recorded();

/// The INTID of the `index`-th of them.
std::uint32_t recorded_intid(unsigned index);

/// Waits up to `microseconds` for `count` interrupts in all; whether they came.
bool wait_for(unsigned count, std::uint64_t microseconds = 100'000);

}  // namespace probe::gic
