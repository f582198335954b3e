// SPDX-License-Identifier: BSD-2-Clause
#include "core/bus.hpp"

#include <gtest/gtest.h>

namespace serai {
namespace {

class FakeDevice final : public MmioDevice {
 public:
  Result<std::uint64_t> read(std::uint64_t offset, AccessSize) noexcept override {
    last_offset = offset;
    return 0x1234;
  }

  Result<void> write(std::uint64_t offset, AccessSize, std::uint64_t value) noexcept override {
    last_offset = offset;
    last_value = value;
    return {};
  }

  void reset() noexcept override { ++resets; }

  std::uint64_t last_offset = 0;
  std::uint64_t last_value = 0;
  int resets = 0;
};

GuestRange range(std::uint64_t start, std::uint64_t size) {
  return GuestRange::make(GuestAddress(start), size).value();
}

TEST(Bus, RefusesOverlapAndEmptyRange) {
  Bus bus;
  FakeDevice device;
  ASSERT_TRUE(bus.attach(range(0x1000, 0x1000), device, "a"));
  EXPECT_EQ(bus.attach(range(0x1fff, 1), device, "b").error(), Error::overlap);
  EXPECT_EQ(bus.attach(range(0x3000, 0), device, "c").error(), Error::bad_value);
  EXPECT_TRUE(bus.attach(range(0x2000, 1), device, "d"));
  EXPECT_TRUE(bus.attach(range(0x0, 0x1000), device, "e"));
}

TEST(Bus, WholeAccessMustFitOneWindow) {
  Bus bus;
  FakeDevice device;
  ASSERT_TRUE(bus.attach(range(0x1000, 0x10), device, "a"));
  ASSERT_TRUE(bus.attach(range(0x1010, 0x10), device, "b"));
  EXPECT_TRUE(bus.read(GuestAddress(0x100c), AccessSize::word));
  EXPECT_EQ(bus.read(GuestAddress(0x100c), AccessSize::double_word).error(), Error::not_found);
  EXPECT_EQ(bus.read(GuestAddress(0xfff), AccessSize::half).error(), Error::not_found);
  EXPECT_EQ(bus.read(GuestAddress(~0ULL), AccessSize::double_word).error(), Error::not_found);
}

TEST(Bus, CutsTheValueToTheAccess) {
  Bus bus;
  FakeDevice device;
  ASSERT_TRUE(bus.attach(range(0x1000, 0x10), device, "a"));
  ASSERT_TRUE(bus.write(GuestAddress(0x1004), AccessSize::byte, 0xabcd));
  EXPECT_EQ(device.last_value, 0xcdU);
  EXPECT_EQ(device.last_offset, 4U);
}

TEST(Bus, ResetsADeviceOfSeveralWindowsOnce) {
  Bus bus;
  FakeDevice device;
  ASSERT_TRUE(bus.attach(range(0x1000, 0x10), device, "a"));
  ASSERT_TRUE(bus.attach(range(0x2000, 0x10), device, "b"));
  bus.reset();
  EXPECT_EQ(device.resets, 1);
}

}  // namespace
}  // namespace serai
