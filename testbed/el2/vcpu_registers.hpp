// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstddef>
#include <cstdint>

#include "el2/thread.hpp"

namespace serai::testbed {

/// Numbers of seL4_VCPUReg that the testbed itself names.
namespace vcpu_register {
inline constexpr std::size_t sctlr = 0;
inline constexpr std::size_t vmpidr = 16;
inline constexpr std::size_t cntkctl = 23;
}  // namespace vcpu_register

/// The hardware's register with the number `number` of seL4_VCPUReg, below `Vcpu::register_count`.
/// ISR_EL1 ignores writes.
[[nodiscard]] std::uint64_t read_hardware(std::size_t number) noexcept;
void write_hardware(std::size_t number, std::uint64_t value) noexcept;

/// Registers that a guest uses and seL4 does not name.
[[nodiscard]] std::uint64_t read_par_el1() noexcept;
void write_par_el1(std::uint64_t value) noexcept;
[[nodiscard]] std::uint64_t read_csselr_el1() noexcept;
void write_csselr_el1(std::uint64_t value) noexcept;

/// Moves V0 to V31, FPCR and FPSR to and from 66 words aligned to 16 bytes (entry.S).
extern "C" void save_vectors(std::uint64_t* words) noexcept;
extern "C" void load_vectors(const std::uint64_t* words) noexcept;

}  // namespace serai::testbed
