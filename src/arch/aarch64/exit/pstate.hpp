// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>

#include "base/bits.hpp"

namespace serai::aarch64 {

/// Fields of SPSR_ELx and SCTLR_EL1 (DDI 0487) that entering an exception looks at or sets.
namespace pstate {
inline constexpr std::uint64_t mode_mask = 0x1f;  ///< M[4:0]; M[4] is nRW
inline constexpr std::uint64_t mode_el0t = 0x00;
inline constexpr std::uint64_t mode_el1t = 0x04;
inline constexpr std::uint64_t mode_el1h = 0x05;
inline constexpr std::uint64_t aarch32 = bit(4);
inline constexpr std::uint64_t t32 = bit(5);
inline constexpr std::uint64_t daif = 0xfULL << 6;
inline constexpr std::uint64_t ssbs = bit(12);
inline constexpr std::uint64_t allint = bit(13);
inline constexpr std::uint64_t pan = bit(22);
inline constexpr std::uint64_t dit = bit(24);
inline constexpr std::uint64_t tco = bit(25);
inline constexpr std::uint64_t nzcv = 0xfULL << 28;
}  // namespace pstate

namespace sctlr {
inline constexpr std::uint64_t m = bit(0);
inline constexpr std::uint64_t span = bit(23);
inline constexpr std::uint64_t ee = bit(25);
inline constexpr std::uint64_t ata = bit(43);
inline constexpr std::uint64_t dssbs = bit(44);
inline constexpr std::uint64_t nmi = bit(61);
inline constexpr std::uint64_t spintmask = bit(62);
}  // namespace sctlr

/// Whether a vCPU with this SPSR was in EL0, of either execution state.
[[nodiscard]] constexpr bool is_el0(std::uint64_t spsr) noexcept {
  return (spsr & 0xf) == 0;
}

[[nodiscard]] constexpr bool is_aarch32(std::uint64_t spsr) noexcept {
  return (spsr & pstate::aarch32) != 0;
}

}  // namespace serai::aarch64
