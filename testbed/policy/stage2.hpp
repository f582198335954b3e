// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>

#include "base/bits.hpp"

namespace serai::testbed {

/// What a mapping allows; a write permission alone includes reading, as the hardware has no other.
struct Access {
  bool write = false;
  bool execute = false;
  bool device = false;
};

/// Stage-2 tables with 4 KiB granule for 40-bit addresses: two concatenated tables of level 1, then
/// levels 2 and 3 (Arm ARM, D8.3).
namespace stage2 {

inline constexpr unsigned address_bits = 40;
inline constexpr std::uint64_t page = 0x1000;
inline constexpr std::uint64_t block = 0x20'0000;
inline constexpr std::uint64_t entries = 512;
inline constexpr std::uint64_t root_entries = 2 * entries;

inline constexpr std::uint64_t valid = 1;
inline constexpr std::uint64_t table_or_page = 2;
inline constexpr std::uint64_t address_mask = 0x0000'ffff'ffff'f000;

/// Bit position of the index into a table of `level` (1 to 3).
constexpr unsigned shift(unsigned level) noexcept {
  return 12 + 9 * (3 - level);
}

/// Index of `address` in a table of `level`; level 1 has `root_entries`.
constexpr std::uint64_t index(std::uint64_t address, unsigned level) noexcept {
  return level == 1 ? extract(address, shift(1), 10) : extract(address, shift(level), 9);
}

constexpr std::uint64_t table_entry(std::uint64_t table) noexcept {
  return table | table_or_page | valid;
}

/// An entry that maps `physical` by a page (level 3) or a 2 MiB block (level 2).
constexpr std::uint64_t leaf_entry(std::uint64_t physical, unsigned level,
                                   const Access& access) noexcept {
  constexpr std::uint64_t device_ngnre = 0b0001U << 2;
  constexpr std::uint64_t normal_write_back = 0b1111U << 2;
  constexpr std::uint64_t readable = 0b01U << 6;
  constexpr std::uint64_t writable = 0b10U << 6;
  constexpr std::uint64_t inner_shareable = 0b11U << 8;
  constexpr std::uint64_t accessed = 1U << 10;
  const std::uint64_t execute_never = access.execute ? 0 : bit(54);
  return physical | (access.device ? device_ngnre : normal_write_back) | readable |
         (access.write ? writable : 0) | (access.device ? 0 : inner_shareable) | accessed |
         execute_never | (level == 3 ? table_or_page : 0) | valid;
}

}  // namespace stage2

}  // namespace serai::testbed
