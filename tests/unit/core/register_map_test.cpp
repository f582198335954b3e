// SPDX-License-Identifier: BSD-2-Clause
#include "core/register_map.hpp"

#include <array>
#include <gtest/gtest.h>

#include "core/register_access.hpp"

namespace serai {
namespace {

struct Device {
  std::array<std::uint32_t, 3> bank{};
  std::uint32_t reads = 0;
};

std::uint32_t read_bank(Device& device, std::uint32_t index) noexcept {
  ++device.reads;
  return device.bank[index];
}

void write_bank(Device& device, std::uint32_t index, std::uint32_t value) noexcept {
  device.bank[index] = value;
}

constexpr auto map = make_register_map<Device, 0x20>(std::to_array<Register<Device>>({
    {"BANK", 0x08, 3, read_bank, write_bank, 1 | 2 | 4},
    {"WRITE_ONLY", 0x00, 1, nullptr, write_bank, 4},
    {"READ_ONLY", 0x04, 1, read_bank, nullptr, 2 | 4},
}));

TEST(RegisterMap, FindsEveryByteOfARegister) {
  for (std::uint64_t offset = 0x08; offset < 0x14; ++offset) {
    ASSERT_NE(map.find(offset), nullptr) << offset;
    EXPECT_EQ(map.find(offset)->name, "BANK");
  }
  EXPECT_EQ(map.find(0x03)->name, "WRITE_ONLY");
  EXPECT_EQ(map.find(0x14), nullptr);
  EXPECT_EQ(map.find(0x1f), nullptr);
}

TEST(RegisterMap, IsSafeForEveryOffset) {
  EXPECT_EQ(map.find(0x20), nullptr);
  EXPECT_EQ(map.find(~0ULL), nullptr);
}

TEST(RegisterAccess, PassesTheIndexInTheBank) {
  Device device;
  ASSERT_TRUE(write_register(map, device, 0x10, AccessSize::word, 0x1234'5678));
  EXPECT_EQ(device.bank[2], 0x1234'5678U);
  EXPECT_EQ(read_register(map, device, 0x10, AccessSize::word), 0x1234'5678U);
  EXPECT_EQ(read_register(map, device, 0x10, AccessSize::half), 0x5678U);
  EXPECT_EQ(read_register(map, device, 0x10, AccessSize::byte), 0x78U);
  ASSERT_TRUE(write_register(map, device, 0x10, AccessSize::byte, 0xfff));
  EXPECT_EQ(device.bank[2], 0xffU);
}

TEST(RegisterAccess, MissingFunctionsReadZeroAndIgnore) {
  Device device;
  device.bank[0] = 7;
  EXPECT_EQ(read_register(map, device, 0x00, AccessSize::word), 0U);
  ASSERT_TRUE(write_register(map, device, 0x04, AccessSize::word, 9));
  EXPECT_EQ(device.bank[0], 7U);
  EXPECT_EQ(read_register(map, device, 0x18, AccessSize::word), 0U) << "reserved";
  EXPECT_TRUE(write_register(map, device, 0x18, AccessSize::word, 9));
}

TEST(RegisterAccess, RefusesOtherWidthsAndAlignments) {
  Device device;
  EXPECT_EQ(read_register(map, device, 0x00, AccessSize::byte).error(), Error::unsupported);
  EXPECT_EQ(write_register(map, device, 0x04, AccessSize::byte, 0).error(), Error::unsupported);
  EXPECT_EQ(read_register(map, device, 0x08, AccessSize::double_word).error(), Error::unsupported);
  EXPECT_EQ(read_register(map, device, 0x0a, AccessSize::half).error(), Error::misaligned);
  EXPECT_EQ(device.reads, 0U);
}

}  // namespace
}  // namespace serai
