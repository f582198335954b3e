// SPDX-License-Identifier: BSD-2-Clause
#include "pci/config_space.hpp"

#include <array>
#include <gtest/gtest.h>

namespace serai::pci {
namespace {

class ConfigSpaceTest : public testing::Test {
 protected:
  std::uint32_t word(std::uint32_t offset) { return config.read(offset, AccessSize::word); }

  ConfigSpace config{{.vendor = 0x1af4,
                      .device = 0x1042,
                      .subsystem_vendor = 0x1af4,
                      .subsystem = 0x42,
                      .class_code = 0x01'80'00,
                      .revision = 1}};
};

TEST_F(ConfigSpaceTest, SaysWhoItIs) {
  EXPECT_EQ(word(0x00), 0x1042'1af4U);
  EXPECT_EQ(word(0x08), 0x0180'0001U);
  EXPECT_EQ(word(0x2c), 0x0042'1af4U);
  EXPECT_EQ(config.read(0x0e, AccessSize::byte), 0U) << "one function, type 0";
  EXPECT_EQ(config.read(0x0b, AccessSize::byte), 1U);
}

TEST_F(ConfigSpaceTest, IdentityCannotBeWritten) {
  for (std::uint32_t offset = 0; offset < 4096; offset += 4) {
    config.write(offset, AccessSize::word, ~0U);
  }
  EXPECT_EQ(word(0x00), 0x1042'1af4U);
  EXPECT_EQ(word(0x08), 0x0180'0001U);
  EXPECT_EQ(word(0x04), 0x406U) << "Memory Space, Bus Master, Interrupt Disable";
  EXPECT_EQ(word(0x34), 0U);
}

TEST_F(ConfigSpaceTest, ABarTellsItsSize) {
  config.add_bar(0, 0x2000);
  EXPECT_EQ(word(0x10), 4U) << "64 bits, not prefetchable";
  config.write(0x10, AccessSize::word, ~0U);
  config.write(0x14, AccessSize::word, ~0U);
  EXPECT_EQ(word(0x10), 0xffff'e004U);
  EXPECT_EQ(word(0x14), 0xffff'ffffU);
  config.write(0x10, AccessSize::word, 0x1234'5678);
  config.write(0x14, AccessSize::word, 0x80);
  EXPECT_EQ(config.bar_address(0), 0x80'1234'4000U);
}

TEST_F(ConfigSpaceTest, ALargeBarTellsItsSizeInItsHighHalf) {
  config.add_bar(2, 0x4'0000'0000);
  config.write(0x18, AccessSize::word, ~0U);
  config.write(0x1c, AccessSize::word, ~0U);
  EXPECT_EQ(word(0x18), 4U);
  EXPECT_EQ(word(0x1c), 0xffff'fffcU);
}

TEST_F(ConfigSpaceTest, NarrowWritesChangeTheirBytesOnly) {
  config.add_bar(0, 0x1000);
  config.write(0x10, AccessSize::word, 0x1111'1000);
  config.write(0x12, AccessSize::half, 0x2233);
  EXPECT_EQ(word(0x10), 0x2233'1004U);
  config.write(0x13, AccessSize::byte, 0x44);
  EXPECT_EQ(word(0x10), 0x4433'1004U);
  EXPECT_EQ(config.read(0x13, AccessSize::byte), 0x44U);
}

TEST_F(ConfigSpaceTest, CapabilitiesAreAList) {
  EXPECT_EQ(word(0x04) >> 16 & 0x10, 0U);
  constexpr std::array<std::uint8_t, 3> body = {1, 2, 3};
  EXPECT_EQ(config.add_capability(9, body), 0x40);
  EXPECT_EQ(config.add_capability(0x11, body), 0x48);
  EXPECT_EQ(word(0x04) >> 16 & 0x10, 0x10U);
  EXPECT_EQ(word(0x34), 0x40U);
  EXPECT_EQ(word(0x40), 0x0201'4809U);
  EXPECT_EQ(word(0x48), 0x0201'0011U) << "the last";
}

TEST_F(ConfigSpaceTest, TheExtendedSpaceIsEmpty) {
  EXPECT_EQ(word(0x100), 0U);
  EXPECT_EQ(config.read(0xfff, AccessSize::byte), 0U);
}

TEST_F(ConfigSpaceTest, ResetClearsWhatTheGuestWrote) {
  config.add_bar(0, 0x1000);
  config.add_interrupt_pin();
  config.write(0x10, AccessSize::word, ~0U);
  config.write(0x04, AccessSize::half, 0x406);
  config.write(0x3c, AccessSize::half, 0xffff);
  EXPECT_EQ(word(0x3c), 0x1ffU);
  config.show_interrupt(true);
  EXPECT_EQ(word(0x04), 0x0008'0406U);
  config.reset();
  EXPECT_EQ(word(0x04), 0U);
  EXPECT_EQ(word(0x10), 4U);
  EXPECT_EQ(word(0x3c), 0x100U);
}

}  // namespace
}  // namespace serai::pci
