// SPDX-License-Identifier: BSD-2-Clause
#include "pci/host_bridge.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <memory>
#include <vector>

#include "support/fake_interrupt_controller.hpp"

namespace serai::pci {
namespace {

using testing::ElementsAre;

/// A function with two BARs of the size it is told, which answers reads with what was asked.
class FakeFunction final : public Function {
 public:
  FakeFunction(std::uint16_t device, std::uint64_t bar_bytes)
      : bytes(bar_bytes), config({.vendor = 0x1234, .device = device}) {
    config.add_bar(0, bytes);
    config.add_bar(2, bytes);
  }

  std::uint32_t read_config(std::uint32_t offset, AccessSize size) noexcept override {
    return config.read(offset, size);
  }

  void write_config(std::uint32_t offset, AccessSize size, std::uint32_t value) noexcept override {
    config.write(offset, size, value);
  }

  [[nodiscard]] Region region(unsigned bar) const noexcept override {
    const bool exists = bar == 0 || bar == 2;
    return exists && config.decodes_memory() ? Region{config.bar_address(bar), bytes} : Region{};
  }

  Result<std::uint64_t> read_bar(unsigned bar, std::uint64_t offset,
                                 AccessSize size) noexcept override {
    within = within && offset + bytes_of(size) <= bytes;
    if (refuses) {
      return fail(Error::unsupported);
    }
    return truncate(bar << 24 | offset, size);
  }

  Result<void> write_bar(unsigned bar, std::uint64_t offset, AccessSize /*size*/,
                         std::uint64_t value) noexcept override {
    written.push_back(bar << 24 | offset);
    last_value = value;
    return refuses ? Result<void>(fail(Error::unsupported)) : Result<void>();
  }

  bool ring_bar(unsigned bar, std::uint64_t offset, AccessSize /*size*/) noexcept override {
    rings.push_back(bar << 24 | offset);
    return offset == 0;
  }

  void reset() noexcept override {
    config.reset();
    ++resets;
  }

  std::uint64_t bytes;
  ConfigSpace config;
  std::vector<std::uint64_t> written;
  std::vector<std::uint64_t> rings;
  std::uint64_t last_value = 0;
  int resets = 0;
  bool refuses = false;
  bool within = true;
};

constexpr std::uint64_t low = 0x1000'0000;
constexpr std::uint64_t low_bytes = 0x100'0000;
constexpr std::uint64_t high = 0x80'0000'0000;

class HostBridgeTest : public testing::Test {
 protected:
  static GuestRange range(std::uint64_t start, std::uint64_t size) {
    return GuestRange::make(GuestAddress(start), size).value();
  }

  static std::uint64_t at(unsigned slot, std::uint32_t offset) { return slot << 15 | offset; }

  std::uint64_t config(std::uint64_t offset, AccessSize size = AccessSize::word) {
    return bridge.ecam().read(offset, size).value();
  }

  void set_config(std::uint64_t offset, std::uint32_t value, AccessSize size = AccessSize::word) {
    ASSERT_TRUE(bridge.ecam().write(offset, size, value));
  }

  void place(unsigned slot, unsigned bar, std::uint64_t address) {
    set_config(at(slot, 0x10 + 4 * bar), static_cast<std::uint32_t>(address));
    set_config(at(slot, 0x14 + 4 * bar), static_cast<std::uint32_t>(address >> 32));
  }

  void decode(unsigned slot, bool on = true) {
    set_config(at(slot, 4), on ? 2 : 0, AccessSize::half);
  }

  std::uint64_t read(std::uint64_t address, AccessSize size = AccessSize::word) {
    return address < high ? bridge.window().read(address - low, size).value()
                          : bridge.high_window().read(address - high, size).value();
  }

  void SetUp() override {
    ASSERT_TRUE(bridge.add(1, first));
    ASSERT_TRUE(bridge.add(2, second));
  }

  test::FakeInterruptController gic;
  FakeFunction first{1, 0x1000};
  FakeFunction second{2, 0x2000};
  HostBridge bridge{{.ecam = range(0x3f00'0000, 0x10'0000),
                     .window = range(low, low_bytes),
                     .high_window = range(high, 0x1000'0000),
                     .first_intx_intid = 35},
                    gic};
};

constexpr std::uint64_t no_answer = 0xffff'ffff;

TEST_F(HostBridgeTest, IsAtSlotZeroOfItsOwnBus) {
  EXPECT_EQ(config(at(0, 0x08)) >> 8, 0x06'00'00U);
  EXPECT_NE(config(at(0, 0)), no_answer);
  EXPECT_EQ(config(at(0, 0x0c)), 0U);
  set_config(at(0, 0x10), ~0U);
  EXPECT_EQ(config(at(0, 0x10)), 0U) << "it has no BAR";
}

TEST_F(HostBridgeTest, ShowsItsFunctions) {
  EXPECT_EQ(config(at(1, 0)), 0x0001'1234U);
  EXPECT_EQ(config(at(2, 0)), 0x0002'1234U);
  EXPECT_EQ(config(at(2, 2), AccessSize::half), 2U);
  EXPECT_EQ(config(at(2, 1), AccessSize::byte), 0x12U);
}

TEST_F(HostBridgeTest, EmptySlotsReadAsOnes) {
  EXPECT_EQ(config(at(3, 0)), no_answer);
  EXPECT_EQ(config(at(31, 0), AccessSize::half), 0xffffU);
  EXPECT_EQ(config(at(1, 0) | 1 << 12), no_answer) << "function 1";
  EXPECT_EQ(config(at(1, 0) | 1 << 20), no_answer) << "bus 1";
  set_config(at(3, 0x10), 1);
}

TEST_F(HostBridgeTest, OddAccessesToTheConfigurationReadAsOnes) {
  EXPECT_EQ(config(at(1, 0), AccessSize::double_word), ~0ULL);
  EXPECT_EQ(config(at(1, 1), AccessSize::half), 0xffffU);
  EXPECT_EQ(config(at(1, 2), AccessSize::word), no_answer);
  set_config(at(1, 0x12), ~0U);
  EXPECT_EQ(config(at(1, 0x10)), 4U);
}

TEST_F(HostBridgeTest, SlotsAreChecked) {
  FakeFunction third{3, 0x1000};
  EXPECT_EQ(bridge.add(0, third).error(), Error::out_of_range);
  EXPECT_EQ(bridge.add(32, third).error(), Error::out_of_range);
  EXPECT_EQ(bridge.add(1, third).error(), Error::overlap);
  EXPECT_TRUE(bridge.add(31, third));
}

TEST_F(HostBridgeTest, NothingIsDecodedAtPowerOn) {
  EXPECT_EQ(read(low), no_answer);
  EXPECT_EQ(read(high), no_answer);
  EXPECT_EQ(read(low, AccessSize::byte), 0xffU);
  EXPECT_TRUE(bridge.window().write(0, AccessSize::word, 1));
}

TEST_F(HostBridgeTest, ABarIsDecodedWhileMemorySpaceIsOn) {
  place(1, 0, low + 0x4000);
  EXPECT_EQ(read(low + 0x4000), no_answer);
  decode(1);
  EXPECT_EQ(read(low + 0x4008), 8U);
  decode(1, false);
  EXPECT_EQ(read(low + 0x4008), no_answer);
}

TEST_F(HostBridgeTest, TheGuestMovesBars) {
  decode(1);
  decode(2);
  place(1, 0, low);
  place(1, 2, high + 0x1000);
  place(2, 2, high + 0x2000);
  EXPECT_EQ(read(low + 4), 4U);
  EXPECT_EQ(read(high + 0x1ff0), 0x0200'0ff0U);
  EXPECT_EQ(read(high + 0x3ff0), 0x0200'1ff0U);
  place(1, 0, high + 0x8000);
  EXPECT_EQ(read(low + 4), no_answer);
  EXPECT_EQ(read(high + 0x8004), 4U);
}

TEST_F(HostBridgeTest, SizingDoesNotDisturb) {
  decode(1);
  place(1, 0, low);
  place(1, 2, low + 0x1000);
  set_config(at(1, 0x10), ~0U);
  set_config(at(1, 0x14), ~0U);
  EXPECT_EQ(config(at(1, 0x10)), 0xffff'f004U);
  EXPECT_EQ(read(low), no_answer);
  EXPECT_EQ(read(low + 0x1000), 0x0200'0000U);
}

TEST_F(HostBridgeTest, BarsOutsideTheWindowsAreNotDecoded) {
  decode(2);
  place(2, 0, 0x4000'0000);
  place(2, 2, low + low_bytes - 0x2000);
  EXPECT_EQ(read(low + low_bytes - 4), 0x0200'1ffcU);
  place(2, 2, low - 0x2000);
  EXPECT_EQ(read(low), no_answer);
  place(2, 2, ~0ULL);
  EXPECT_EQ(read(low), no_answer);
}

TEST_F(HostBridgeTest, OfTwoThatOverlapTheLowerSlotIsDecoded) {
  decode(1);
  decode(2);
  place(2, 0, low);
  EXPECT_EQ(read(low + 0x1004), 0x1004U);
  place(1, 2, low + 0x1000);
  EXPECT_EQ(read(low + 0x1004), 0x0200'0004U);
  EXPECT_EQ(read(low), no_answer) << "half a BAR is none";
  place(1, 2, low);
  EXPECT_EQ(read(low), 0x0200'0000U);
  place(1, 2, high);
  EXPECT_EQ(read(low), 0U);
}

TEST_F(HostBridgeTest, TwoBarsAtOneAddressAreTheFirst) {
  decode(1);
  place(1, 0, low);
  place(1, 2, low);
  EXPECT_EQ(read(low + 4), 4U);
}

TEST_F(HostBridgeTest, AnAccessAcrossTheEndOfABarReadsAsOnes) {
  decode(1);
  place(1, 0, low);
  place(1, 2, low + 0x1000);
  EXPECT_EQ(read(low + 0xffe), no_answer);
  EXPECT_EQ(read(low + 0xffc, AccessSize::double_word), ~0ULL);
  EXPECT_TRUE(bridge.window().write(0xffe, AccessSize::word, 1));
  EXPECT_TRUE(first.written.empty());
  EXPECT_TRUE(first.within);
}

TEST_F(HostBridgeTest, WhatAFunctionRefusesReadsAsOnes) {
  decode(1);
  place(1, 0, low);
  first.refuses = true;
  EXPECT_EQ(read(low, AccessSize::half), 0xffffU);
  EXPECT_TRUE(bridge.window().write(0, AccessSize::word, 1));
}

TEST_F(HostBridgeTest, WritesReachTheFunction) {
  decode(2);
  place(2, 2, high);
  EXPECT_TRUE(bridge.high_window().write(0x10, AccessSize::word, 77));
  EXPECT_THAT(second.written, ElementsAre(0x0200'0010));
  EXPECT_EQ(second.last_value, 77U);
}

TEST_F(HostBridgeTest, DoorbellsNeedNoValue) {
  decode(1);
  place(1, 0, low);
  EXPECT_TRUE(bridge.window().ring(0, AccessSize::half));
  EXPECT_FALSE(bridge.window().ring(4, AccessSize::half));
  EXPECT_THAT(first.rings, ElementsAre(0, 4));
  EXPECT_TRUE(bridge.window().ring(0x5000, AccessSize::half)) << "a store that vanishes";
  EXPECT_FALSE(bridge.ecam().ring(0, AccessSize::half));
}

TEST_F(HostBridgeTest, SlotsShareWires) {
  bridge.set_intx(1, true);
  EXPECT_TRUE(gic.is_high(36));
  bridge.set_intx(5, true);
  bridge.set_intx(1, false);
  EXPECT_TRUE(gic.is_high(36)) << "slot 5 still pulls it";
  bridge.set_intx(5, false);
  EXPECT_FALSE(gic.is_high(36));
  bridge.set_intx(3, true);
  EXPECT_TRUE(gic.is_high(38));
  bridge.set_intx(4, true);
  EXPECT_TRUE(gic.is_high(35));
}

TEST_F(HostBridgeTest, ResetReachesEveryFunctionOnce) {
  decode(1);
  place(1, 0, low);
  bridge.ecam().reset();
  bridge.window().reset();
  bridge.high_window().reset();
  EXPECT_EQ(first.resets, 1);
  EXPECT_EQ(second.resets, 1);
  EXPECT_EQ(read(low), no_answer);
}

TEST_F(HostBridgeTest, ThirtyOneFunctionsAreDecodedAtOnce) {
  std::vector<std::unique_ptr<FakeFunction>> functions;
  for (unsigned slot = 3; slot < 32; ++slot) {
    functions.push_back(std::make_unique<FakeFunction>(slot, 0x1000));
    ASSERT_TRUE(bridge.add(static_cast<std::uint8_t>(slot), *functions.back()));
    decode(slot);
    place(slot, 0, high + (64 - slot) * 0x1000ULL);
    place(slot, 2, low + slot * 0x1000ULL);
  }
  for (unsigned slot = 3; slot < 32; ++slot) {
    EXPECT_EQ(read(high + (64 - slot) * 0x1000ULL + slot), slot);
    EXPECT_EQ(read(low + slot * 0x1000ULL + slot), 0x0200'0000 + slot);
  }
}

TEST_F(HostBridgeTest, EveryAccessToTheConfigurationHasADefinedResult) {
  for (const auto size :
       {AccessSize::byte, AccessSize::half, AccessSize::word, AccessSize::double_word}) {
    for (std::uint64_t offset = 0; offset + bytes_of(size) <= 0x10'0000; ++offset) {
      const auto value = bridge.ecam().read(offset, size);
      ASSERT_TRUE(value.has_value());
      ASSERT_EQ(*value, truncate(*value, size));
      ASSERT_TRUE(bridge.ecam().write(offset, size, truncate(~0ULL, size)).has_value());
    }
  }
}

}  // namespace
}  // namespace serai::pci
