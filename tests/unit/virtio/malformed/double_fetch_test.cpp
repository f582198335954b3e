// SPDX-License-Identifier: BSD-2-Clause
//
// A driver that changes its rings while the device reads them. Nothing is read twice, so there is
// no moment at which a change makes what was checked differ from what is used.
#include <algorithm>
#include <cstring>
#include <gtest/gtest.h>
#include <optional>
#include <set>
#include <string>

#include "hostile_driver.hpp"
#include "support/memory_trap.hpp"

namespace serai::virtio {
namespace {

using test::MemoryTrap;

/// What the memory becomes behind an access.
enum class Change : std::uint8_t { zeros, ones, long_lengths, devices, tables };

/// A chain of three descriptors, made available; its bytes are 192.
void offer(HostileDriver& driver) {
  ASSERT_TRUE(driver.part.enable());
  driver.offer({driver.good(), driver.good(), driver.good(true)});
}

/// Overwrites everything that can hold a descriptor.
void apply(Change change, std::span<std::byte> ram) {
  std::array<std::uint64_t, 2> entry{};
  switch (change) {
    case Change::zeros:
      break;
    case Change::ones:
      entry = {~std::uint64_t{0}, ~std::uint64_t{0}};
      break;
    case Change::long_lengths:
      entry = {GuestRam::default_start, 0x0001'0001'ffff'ffff};
      break;
    case Change::devices:
      entry = {0x900'0000, 0x0081'0001'0000'0040};
      break;
    case Change::tables:
      entry = {GuestRam::default_start, 0x0084'0004'0000'0100};
      break;
  }
  for (std::size_t at = 0; at + sizeof entry <= ram.size(); at += sizeof entry) {
    std::memcpy(ram.data() + at, entry.data(), sizeof entry);
  }
}

class DoubleFetchTest : public testing::TestWithParam<Layout> {
 protected:
  void SetUp() override {
    if (!MemoryTrap::is_supported()) {
      GTEST_SKIP() << "needs single steps on x86-64";
    }
  }
};

TEST_P(DoubleFetchTest, PopReadsNothingTwice) {
  HostileDriver driver(GetParam(), true);
  offer(driver);
  MemoryTrap trap(driver.part.ram.host_bytes());
  auto chain = driver.part.queue.pop();
  const auto accesses = trap.stop();
  ASSERT_TRUE(chain);
  driver.part.queue.abandon(std::move(*chain));
  const std::set<std::size_t> places(accesses.begin(), accesses.end());
  EXPECT_EQ(places.size(), accesses.size());
  // Three descriptors of two words; index or flags; an entry of the ring; two words for a table.
  EXPECT_GE(accesses.size(), 7U);
  EXPECT_LE(accesses.size(), 10U);
}

TEST_P(DoubleFetchTest, CompletionReadsOnlyTheEvent) {
  HostileDriver driver(GetParam(), true);
  offer(driver);
  auto chain = driver.part.queue.pop();
  ASSERT_TRUE(chain);
  MemoryTrap trap(driver.part.ram.host_bytes());
  driver.part.queue.complete(std::move(*chain), 0);
  const bool wanted = driver.part.queue.publish();
  const auto accesses = trap.stop();
  EXPECT_TRUE(wanted);
  // Two or three numbers written, one that shows them, one that is read.
  EXPECT_LE(accesses.size(), 4U);
}

INSTANTIATE_TEST_SUITE_P(Layouts, DoubleFetchTest, testing::ValuesIn(all_layouts),
                         [](const auto& test) { return name_of(test.param); });

struct ChangeCase {
  Layout layout;
  Change change;
  std::size_t after;  ///< this many accesses
};

class ChangedWhileReadTest : public testing::TestWithParam<ChangeCase> {};

TEST_P(ChangedWhileReadTest, WhatIsUsedIsWhatWasChecked) {
  if (!MemoryTrap::is_supported()) {
    GTEST_SKIP() << "needs single steps on x86-64";
  }
  const auto& test = GetParam();
  HostileDriver driver(test.layout, true);
  offer(driver);
  auto& part = driver.part;
  const auto ram = part.ram.host_bytes();
  std::optional<Chain> taken;
  {
    MemoryTrap trap(ram, [&](std::size_t count) {
      if (count == test.after) {
        apply(test.change, ram);
      }
    });
    if (auto chain = part.queue.pop()) {
      taken = std::move(*chain);
    }
  }
  if (taken) {
    // It can be read and written to its end, wherever its pieces lie now.
    auto reader = taken->reader();
    std::array<std::byte, 256> bytes{};
    while (reader.remaining() != 0) {
      ASSERT_NE(reader.read_some(bytes), 0U);
    }
    auto writer = taken->writer();
    while (writer.remaining() != 0) {
      ASSERT_NE(writer.write_some(bytes), 0U);
    }
    part.queue.abandon(std::move(*taken));
  }
  ASSERT_TRUE(part.restart());
  EXPECT_EQ(part.pool.free(), part.pool.capacity());
  part.driver.send({VirtioDriver::bytes("again")}, {5});
  EXPECT_TRUE(part.echo());
  EXPECT_TRUE(part.queue.publish());
  EXPECT_EQ(part.driver.take_used()->data, VirtioDriver::bytes("again"));
}

std::vector<ChangeCase> changes() {
  std::vector<ChangeCase> cases;
  for (const Layout layout : all_layouts) {
    for (const Change change :
         {Change::zeros, Change::ones, Change::long_lengths, Change::devices, Change::tables}) {
      for (std::size_t after = 1; after <= 10; ++after) {
        cases.push_back({.layout = layout, .change = change, .after = after});
      }
    }
  }
  return cases;
}

std::string name_of_change(const testing::TestParamInfo<ChangeCase>& test) {
  constexpr std::array names = {"zeros", "ones", "long_lengths", "devices", "tables"};
  return name_of(test.param.layout) + "_becomes_" +
         names[static_cast<std::size_t>(test.param.change)] + "_after_" +
         std::to_string(test.param.after) + "_reads";
}

INSTANTIATE_TEST_SUITE_P(Corpus, ChangedWhileReadTest, testing::ValuesIn(changes()),
                         name_of_change);

}  // namespace
}  // namespace serai::virtio
