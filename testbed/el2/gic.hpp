// SPDX-License-Identifier: BSD-2-Clause
//
// The board's GICv2 (ARM IHI 0048B): distributor, CPU interface and virtual interface control.
#pragma once

#include <cstdint>

#include "config/layout.hpp"

namespace serai::testbed::gic {

/// Private interrupts that the testbed uses itself.
inline constexpr std::uint32_t maintenance_intid = 25;
inline constexpr std::uint32_t timer_intid = 26;  ///< CNTHP
inline constexpr std::uint32_t virtual_timer_intid = 27;
inline constexpr std::uint32_t spurious_from = 1020;

inline constexpr std::uintptr_t distributor = 0x800'0000;
inline constexpr std::uintptr_t cpu_interface = 0x801'0000;
inline constexpr std::uintptr_t virtual_control = 0x803'0000;

[[nodiscard]] inline volatile std::uint32_t& at(std::uintptr_t address) noexcept {
  // Safety: the callers name registers of the GIC where QEMU's virt machine has it; EL2 maps them
  // as device memory.
  return *reinterpret_cast<volatile std::uint32_t*>(address);
}

/// Lets an interrupt through to EL2.
inline void unmask(std::uint32_t intid) noexcept {
  at(distributor + 0x100 + 4 * std::uintptr_t{intid / 32}) = 1U << (intid % 32);
}

inline void mask(std::uint32_t intid) noexcept {
  at(distributor + 0x180 + 4 * std::uintptr_t{intid / 32}) = 1U << (intid % 32);
}

/// GICC_IAR: the interrupt to handle, `spurious_from` or above for none.
[[nodiscard]] inline std::uint32_t acknowledge() noexcept {
  return at(cpu_interface + 0x0c);
}

/// GICC_EOIR.
inline void end(std::uint32_t intid) noexcept {
  at(cpu_interface + 0x10) = intid;
}

/// GICH_HCR: the virtual CPU interface on or off.
inline void set_virtual_enabled(bool enabled) noexcept {
  at(virtual_control) = enabled ? 1 : 0;
}

/// GICH_VMCR, GICH_APR, GICH_LRn, GICH_EISR0, GICH_MISR.
[[nodiscard]] inline volatile std::uint32_t& virtual_machine_control() noexcept {
  return at(virtual_control + 0x08);
}

[[nodiscard]] inline volatile std::uint32_t& active_priorities() noexcept {
  return at(virtual_control + 0xf0);
}

[[nodiscard]] inline volatile std::uint32_t& list_register(std::size_t index) noexcept {
  return at(virtual_control + 0x100 + 4 * index);
}

[[nodiscard]] inline std::uint32_t end_of_interrupt_status() noexcept {
  return at(virtual_control + 0x20);
}

[[nodiscard]] inline std::uint32_t maintenance_status() noexcept {
  return at(virtual_control + 0x10);
}

/// How many list registers there are.
[[nodiscard]] inline std::uint32_t list_register_count() noexcept {
  return (at(virtual_control + 0x04) & 0x3f) + 1;
}

/// All interrupts off but the testbed's own; the CPU interface on.
void start() noexcept;

void set_trigger(std::uint32_t intid, config::Trigger trigger) noexcept;

}  // namespace serai::testbed::gic
