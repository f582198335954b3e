// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <microkit.h>

namespace serai::selftest {

inline constexpr seL4_Word guest_entry = 0x4000'0000;

/// Words of seL4_UserContext.
namespace word {
inline constexpr std::size_t pc = 0;
inline constexpr std::size_t x0 = 3;
inline constexpr std::size_t x5 = 8;
inline constexpr std::size_t x6 = 9;
inline constexpr std::size_t x30 = 16;
inline constexpr std::size_t x20 = 25;
}  // namespace word

/// Whose registers the functions below mean; vCPU 0 at first.
void select_vcpu(microkit_child vcpu) noexcept;

/// The guest's program, copied to its RAM.
void copy_guest() noexcept;

/// What the guest has written to its results.
[[nodiscard]] std::uint64_t guest_result(std::size_t index) noexcept;

/// One word of the guest's context, by short reads and writes of registers.
[[nodiscard]] std::uint64_t read_guest(std::size_t index) noexcept;
void write_guest(std::size_t index, std::uint64_t value) noexcept;

/// Moves the guest behind the instruction that exited.
void skip() noexcept;

/// Exception class in the vCPU fault's message.
[[nodiscard]] std::uint64_t exception_class() noexcept;

/// seL4_ARM_VCPU_InjectIRQ into the guest; leaves the error's details in the message registers.
[[nodiscard]] seL4_Word inject(seL4_Word intid, seL4_Word priority, seL4_Word group,
                               seL4_Word index) noexcept;

/// Reads and writes of vCPU registers and of the whole context do what seL4's do.
void check_registers() noexcept;

}  // namespace serai::selftest
