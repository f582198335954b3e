// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace serai::aarch64 {

/// Places in a vCPU's user-level context, in the order of seL4's `seL4_UserContext`. Only prefixes
/// of the context can be read and written, and a short prefix is cheaper than a long one.
namespace slot {
inline constexpr std::uint8_t pc = 0;
inline constexpr std::uint8_t sp = 1;
inline constexpr std::uint8_t spsr = 2;
inline constexpr std::uint8_t x0 = 3;
inline constexpr std::uint8_t x30 = 16;
inline constexpr std::uint8_t tpidr_el0 = 34;
inline constexpr std::uint8_t tpidrro_el0 = 35;
}  // namespace slot

/// Number of words of the whole context.
inline constexpr std::size_t context_words = 36;

/// How an instruction names the zero register.
inline constexpr unsigned xzr = 31;

/// The context slot of X0 to X30.
inline constexpr std::array<std::uint8_t, 31> slot_of_register = {
    3,  4,  5,  6,  7,  8,  9,  10, 11,      // x0 to x8
    17, 18, 19, 20, 21, 22, 23,              // x9 to x15
    12, 13, 14,                              // x16 to x18
    24, 25, 26, 27, 28, 29, 30, 31, 32, 33,  // x19 to x28
    15, 16,                                  // x29, x30
};

/// The words of a context.
using Context = std::array<std::uint64_t, context_words>;

}  // namespace serai::aarch64
