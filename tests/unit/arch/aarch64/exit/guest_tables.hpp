// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstring>
#include <gtest/gtest.h>
#include <vector>

#include "arch/aarch64/exit/pstate.hpp"
#include "arch/aarch64/exit/translate.hpp"

namespace serai::aarch64::test {

/// Guest RAM of 1 MiB with translation tables that a test builds in it.
class GuestTables {
 public:
  static constexpr std::uint64_t ram = 0x40000000;
  static constexpr std::uint64_t ram_size = 0x100000;

  static constexpr std::uint64_t access_flag = bit(10);
  static constexpr std::uint64_t el0 = bit(6);
  static constexpr std::uint64_t read_only = bit(7);
  static constexpr std::uint64_t table = 3;
  static constexpr std::uint64_t page = 3;
  static constexpr std::uint64_t block = 1;

  GuestTables() : bytes_(ram_size / 8) {
    EXPECT_TRUE(memory.add(GuestAddress(ram), std::as_writable_bytes(std::span(bytes_))));
  }

  /// Writes entry `index` of the table at `where`.
  void set(std::uint64_t where, std::uint64_t index, std::uint64_t entry) {
    ASSERT_TRUE(memory.store<std::uint64_t>(GuestAddress(where + 8 * index), entry));
  }

  /// Makes 4 KiB pages with 39-bit addresses in both halves: one table a level at `ram`, +0x1000,
  /// +0x2000, for the virtual addresses from 0 and from 0xffffff8000000000 up.
  void use_small_pages() {
    registers.sctlr_el1 = sctlr::m;
    registers.tcr_el1 = 25 | 25ULL << 16 | 2ULL << 30 | 5ULL << 32;
    registers.ttbr0_el1 = ram;
    registers.ttbr1_el1 = ram;
    set(ram, 0, (ram + 0x1000) | table);
    set(ram + 0x1000, 0, (ram + 0x2000) | table);
  }

  /// Maps page `number` (0 to 511) of `use_small_pages`.
  void map(std::uint64_t number, std::uint64_t physical, std::uint64_t attributes = 0) {
    set(ram + 0x2000, number, physical | access_flag | attributes | page);
  }

  GuestMemory memory;
  StageOne registers;

 private:
  std::vector<std::uint64_t> bytes_;
};

}  // namespace serai::aarch64::test
