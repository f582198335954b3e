// SPDX-License-Identifier: BSD-2-Clause
#include "arch/aarch64/exit/translate.hpp"

#include <random>

#include "guest_tables.hpp"

namespace serai::aarch64 {
namespace {

class Translate : public ::testing::Test, protected test::GuestTables {
 protected:
  std::uint64_t address_of(std::uint64_t virtual_address) {
    const auto result = translate(registers, memory, virtual_address);
    EXPECT_TRUE(result) << std::hex << virtual_address << " faults with "
                        << static_cast<unsigned>(result.error());
    return result ? result->address.value() : ~std::uint64_t{0};
  }

  FaultStatus fault_of(std::uint64_t virtual_address) {
    const auto result = translate(registers, memory, virtual_address);
    EXPECT_FALSE(result) << std::hex << virtual_address;
    return result ? FaultStatus::tag_check : result.error();
  }
};

TEST_F(Translate, OffIsTheIdentity) {
  EXPECT_EQ(address_of(0x9000018), 0x9000018U);
  EXPECT_EQ(fault_of(bit(48)), FaultStatus::address_size);
  EXPECT_TRUE(
      translate(registers, memory, 0)->allows({.is_el0 = false, .is_write = true, .pan = true}));
}

TEST_F(Translate, SmallPagesInBothHalves) {
  use_small_pages();
  map(3, 0x9000000);
  EXPECT_EQ(address_of(0x3018), 0x9000018U);
  EXPECT_EQ(address_of(0xffffff8000003abc), 0x9000abcU);
  EXPECT_EQ(fault_of(0x2000), at_level(FaultStatus::translation, 3));
  EXPECT_EQ(fault_of(0x200000), at_level(FaultStatus::translation, 2));
  EXPECT_EQ(fault_of(0x40000000), at_level(FaultStatus::translation, 1));
}

TEST_F(Translate, AddressesOutsideTheHalves) {
  use_small_pages();
  map(3, 0x9000000);
  EXPECT_EQ(fault_of(bit(39) | 0x3000), FaultStatus::translation);
  EXPECT_EQ(fault_of(0xfeffff8000003000), FaultStatus::translation);
  EXPECT_EQ(fault_of(0x0100000000003000), FaultStatus::translation);
}

TEST_F(Translate, TopByteIsIgnoredWhereAskedTo) {
  use_small_pages();
  map(3, 0x9000000);
  registers.tcr_el1 |= bit(37);
  EXPECT_EQ(address_of(0xab00000000003000), 0x9000000U);
  EXPECT_EQ(fault_of(0xabffff8000003000), FaultStatus::translation);
  registers.tcr_el1 |= bit(38);
  EXPECT_EQ(address_of(0xabffff8000003000), 0x9000000U);
}

TEST_F(Translate, DisabledWalks) {
  use_small_pages();
  map(3, 0x9000000);
  registers.tcr_el1 |= bit(7);
  EXPECT_EQ(fault_of(0x3000), FaultStatus::translation);
  EXPECT_EQ(address_of(0xffffff8000003000), 0x9000000U);
  registers.tcr_el1 |= bit(23);
  EXPECT_EQ(fault_of(0xffffff8000003000), FaultStatus::translation);
}

TEST_F(Translate, Blocks) {
  use_small_pages();
  set(ram, 1, 0x80000000 | access_flag | block);
  set(ram + 0x1000, 7, 0x08000000 | access_flag | block);
  EXPECT_EQ(address_of(0x40000000 + 0x12345678), 0x80000000 + 0x12345678U);
  EXPECT_EQ(address_of(7 * 0x200000 + 0x10018), 0x08010018U);
}

TEST_F(Translate, FortyEightBitsStartAtLevelZero) {
  registers = {.sctlr_el1 = sctlr::m, .tcr_el1 = 16 | 5ULL << 32, .ttbr0_el1 = ram + 0x5000};
  set(ram + 0x5000, 511, ram | table);
  set(ram, 511, 0x40000000 | access_flag | block);
  EXPECT_EQ(address_of(0xffffffffffff), 0x7fffffffU);
  set(ram + 0x5000, 0, ram | access_flag | block);  // no blocks of 512 GiB
  EXPECT_EQ(fault_of(0), FaultStatus::translation);
}

TEST_F(Translate, MediumPages) {
  // 16 KiB, 47 bits: level 1 has 2048 entries, 36 bits: level 2.
  registers = {.sctlr_el1 = sctlr::m, .tcr_el1 = 17 | 2ULL << 14 | 5ULL << 32, .ttbr0_el1 = ram};
  set(ram, 2047, (ram + 0x4000) | table);
  set(ram + 0x4000, 1, (ram + 0x8000) | table);
  set(ram + 0x4000, 2, 0x4000000 | access_flag | block);
  set(ram + 0x8000, 5, 0x9004000 | access_flag | page);
  const std::uint64_t base = 2047ULL << 36;
  EXPECT_EQ(address_of(base + (1ULL << 25) + (5 << 14) + 0x3210), 0x9004000 + 0x3210U);
  EXPECT_EQ(address_of(base + (2ULL << 25) + 0x1234567), 0x4000000 + 0x1234567U);
  set(ram, 0, 0x40000000 | access_flag | block);  // no blocks at level 1
  EXPECT_EQ(fault_of(0), at_level(FaultStatus::translation, 1));
}

TEST_F(Translate, LargePages) {
  // 64 KiB, 42 bits: level 2 has 8192 entries.
  registers = {.sctlr_el1 = sctlr::m, .tcr_el1 = 22 | 1ULL << 14 | 5ULL << 32, .ttbr0_el1 = ram};
  set(ram, 8191, (ram + 0x10000) | table);
  set(ram + 0x10000, 9, 0x9000000 | access_flag | page);
  set(ram, 1, 0x20000000 | access_flag | block);
  const std::uint64_t base = 8191ULL << 29;
  EXPECT_EQ(address_of(base + (9 << 16) + 0xfedc), 0x900fedcU);
  EXPECT_EQ(address_of((1ULL << 29) + 0x1234567), 0x20000000 + 0x1234567U);
  set(ram + 0x10000, 9, 0x9000000 | bit(12) | access_flag | page);  // 52 bits
  EXPECT_EQ(fault_of(base + (9 << 16)), at_level(FaultStatus::address_size, 3));
}

TEST_F(Translate, ShortTablesAreAlignedToTheirSize) {
  // 30 bits: level 2 with 512 entries; 26 bits: 32 entries, 256 bytes.
  registers = {.sctlr_el1 = sctlr::m, .tcr_el1 = 38 | 5ULL << 32, .ttbr0_el1 = ram + 0x2100 + 0x3e};
  set(ram + 0x2100, 31, 0x8000000 | access_flag | block);
  EXPECT_EQ(address_of(31 * 0x200000 + 5), 0x8000005U);
  EXPECT_EQ(fault_of(32 * 0x200000), FaultStatus::translation);
}

TEST_F(Translate, AsidIsNoAddress) {
  use_small_pages();
  map(3, 0x9000000);
  registers.ttbr0_el1 |= 0xabcdULL << 48 | 1;
  EXPECT_EQ(address_of(0x3000), 0x9000000U);
}

TEST_F(Translate, ReservedGranulesAndSizesFault) {
  use_small_pages();
  map(0, 0x9000000);
  const std::uint64_t tcr = registers.tcr_el1;
  registers.tcr_el1 = tcr | 3ULL << 14;
  EXPECT_EQ(fault_of(0), FaultStatus::translation);
  for (std::uint64_t size = 0; size < 64; ++size) {
    registers.tcr_el1 = (tcr & ~std::uint64_t{63}) | size;
    static_cast<void>(translate(registers, memory, 0));
  }
  registers.tcr_el1 = (tcr & ~std::uint64_t{63}) | 15;
  EXPECT_EQ(fault_of(0), FaultStatus::translation);
  registers.tcr_el1 = (tcr & ~std::uint64_t{63}) | 63;
  EXPECT_EQ(fault_of(0), FaultStatus::translation);
}

TEST_F(Translate, TablesMustBeRam) {
  use_small_pages();
  set(ram + 0x1000, 0, 0x9000000 | table);
  EXPECT_EQ(fault_of(0), at_level(FaultStatus::external_abort_on_walk, 3));
  registers.ttbr0_el1 = 0x1000;
  EXPECT_EQ(fault_of(0), at_level(FaultStatus::external_abort_on_walk, 1));
}

TEST_F(Translate, ATableThatPointsToItselfEnds) {
  use_small_pages();
  set(ram, 0, ram | table | access_flag);
  EXPECT_EQ(address_of(0x10), ram + 0x10);
}

TEST_F(Translate, OutputSize) {
  use_small_pages();
  map(3, 0x100000000);
  EXPECT_EQ(address_of(0x3000), 0x100000000U);
  registers.tcr_el1 &= ~(7ULL << 32);
  EXPECT_EQ(fault_of(0x3000), at_level(FaultStatus::address_size, 3));
}

TEST_F(Translate, AccessFlag) {
  use_small_pages();
  set(ram + 0x2000, 3, 0x9000000 | page);
  EXPECT_EQ(fault_of(0x3000), at_level(FaultStatus::access_flag, 3));
  set(ram + 0x2000, 4, 0x9000000 | access_flag | 1);  // a block cannot be at level 3
  EXPECT_EQ(fault_of(0x4000), at_level(FaultStatus::translation, 3));
}

TEST_F(Translate, Rights) {
  use_small_pages();
  map(0, 0x9000000);
  map(1, 0x9000000, el0);
  map(2, 0x9000000, el0 | read_only);
  const auto kernel_page = *translate(registers, memory, 0x0);
  const auto user_page = *translate(registers, memory, 0x1000);
  const auto user_constant = *translate(registers, memory, 0x2000);
  EXPECT_TRUE(kernel_page.allows({.is_write = true}));
  EXPECT_TRUE(kernel_page.allows({.is_write = true, .pan = true}));
  EXPECT_FALSE(kernel_page.allows({.is_el0 = true}));
  EXPECT_TRUE(user_page.allows({.is_el0 = true, .is_write = true}));
  EXPECT_FALSE(user_page.allows({.pan = true}));
  EXPECT_TRUE(user_page.allows({.is_el0 = true, .pan = true}));
  EXPECT_TRUE(user_constant.allows({.is_el0 = true}));
  EXPECT_FALSE(user_constant.allows({.is_write = true}));
}

TEST_F(Translate, TablesTakeRightsAway) {
  use_small_pages();
  map(1, 0x9000000, el0);
  set(ram + 0x1000, 0, (ram + 0x2000) | table | bit(61));
  EXPECT_FALSE(translate(registers, memory, 0x1000)->allows({.is_el0 = true}));
  EXPECT_TRUE(translate(registers, memory, 0x1000)->allows({.is_write = true, .pan = true}));
  set(ram + 0x1000, 0, (ram + 0x2000) | table | bit(62));
  EXPECT_FALSE(translate(registers, memory, 0x1000)->allows({.is_write = true}));
  registers.tcr_el1 |= bit(41);
  EXPECT_TRUE(translate(registers, memory, 0x1000)->allows({.is_write = true}));
}

TEST_F(Translate, BigEndianTables) {
  registers = {.sctlr_el1 = sctlr::m | sctlr::ee, .tcr_el1 = 25 | 5ULL << 32, .ttbr0_el1 = ram};
  set(ram, 1, std::byteswap(std::uint64_t{0x80000000} | access_flag | block));
  EXPECT_EQ(address_of(0x40000123), 0x80000123U);
}

TEST_F(Translate, AnythingInTablesAndRegistersIsSafe) {
  std::mt19937_64 random(7);
  for (std::uint64_t i = 0; i < ram_size / 8; ++i) {
    // Half of the entries lead somewhere in RAM.
    const std::uint64_t noise = random();
    set(ram, i, (noise & 1) != 0 ? (noise & 0xfff) | ram | (noise >> 40 & 0xff000) : noise);
  }
  for (int i = 0; i < 200000; ++i) {
    registers = {.sctlr_el1 = random() | sctlr::m,
                 .tcr_el1 = random() & random(),
                 .ttbr0_el1 = ram | (random() & 0xfffff),
                 .ttbr1_el1 = ram | (random() & 0xfffff)};
    const std::uint64_t address = random() >> (random() % 64);
    const auto result = translate(registers, memory, address);
    if (result) {
      EXPECT_EQ(result->address.value() >> 48, 0U);
      EXPECT_EQ((result->address.value() ^ address) & 0xfff, 0U);
    }
  }
}

}  // namespace
}  // namespace serai::aarch64
