// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace serai::testbed {

/// A thread's registers in the order of seL4_UserContext, so that reading and writing a prefix is a
/// copy. entry.S knows the offsets.
using Context = std::array<std::uint64_t, 36>;

namespace place {
inline constexpr std::size_t pc = 0;
inline constexpr std::size_t sp = 1;
inline constexpr std::size_t spsr = 2;
inline constexpr std::size_t x0 = 3;  ///< to X8 at 11
inline constexpr std::size_t x1 = 4;
inline constexpr std::size_t x2 = 5;
inline constexpr std::size_t x7 = 10;
inline constexpr std::size_t x30 = 16;
}  // namespace place

/// Where X0 to X30 are.
inline constexpr std::array<std::uint8_t, 31> place_of_register = {
    3,  4,  5,  6,  7,  8,  9,  10, 11,      // X0 to X8
    17, 18, 19, 20, 21, 22, 23,              // X9 to X15
    12, 13, 14,                              // X16 to X18
    24, 25, 26, 27, 28, 29, 30, 31, 32, 33,  // X19 to X28
    15, 16,                                  // X29, X30
};

enum class ThreadKind : std::uint8_t { pd, vcpu };

/// The saved program status that a thread may run with when a PD asks for `value`: a vCPU in EL0 or
/// EL1, all others in EL0. As seL4 decides it.
[[nodiscard]] constexpr std::uint64_t permitted_spsr(ThreadKind kind,
                                                     std::uint64_t value) noexcept {
  constexpr std::uint64_t el0t = 0;
  constexpr std::uint64_t el1t = 4;
  constexpr std::uint64_t el1h = 5;
  constexpr std::uint64_t mode_mask = 0x1f;
  constexpr std::uint64_t condition_flags = 0xf000'0000;
  constexpr std::uint64_t fiq_and_serror_masked = 0x140;
  const std::uint64_t mode = value & mode_mask;
  if (kind == ThreadKind::vcpu && (mode == el0t || mode == el1t || mode == el1h)) {
    return value;
  }
  return (value & condition_flags) | fiq_and_serror_masked;
}

}  // namespace serai::testbed
