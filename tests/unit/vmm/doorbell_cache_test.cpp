// SPDX-License-Identifier: BSD-2-Clause
#include "vmm/doorbell_cache.hpp"

#include <gtest/gtest.h>

namespace serai::vmm {
namespace {

struct Bell final : DoorbellTarget {
  void ring(std::uint32_t /*number*/) noexcept override {}
};

constexpr std::uint64_t store_half = 0x24ULL << 26 | bit(25) | bit(24) | 1ULL << 22 | bit(6) | 6;

class DoorbellCacheTest : public testing::Test {
 protected:
  void note(std::uint64_t address, std::uint64_t esr = store_half) {
    cache.note(address, aarch64::DataAbort(esr),
               {.target = &bell, .now = &moves, .then = moves, .number = 7});
  }

  Bell bell;
  std::uint64_t moves = 0;
  DoorbellCache cache;
};

TEST_F(DoorbellCacheTest, KnowsNothingAtFirst) {
  for (const std::uint64_t address : {0ULL, 0x1000ULL, ~0ULL}) {
    EXPECT_EQ(cache.find(address, store_half), nullptr);
    EXPECT_EQ(cache.find(address, 0x24ULL << 26), nullptr);
  }
}

TEST_F(DoorbellCacheTest, FindsWhatWasNotedWhateverRegisterIsStored) {
  note(0x1000'1004);
  const Doorbell* const found = cache.find(0x1000'1004, store_half | 9ULL << 16 | bit(14));
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(found->target, &bell);
  EXPECT_EQ(found->number, 7U);
  EXPECT_EQ(cache.find(0x1000'1008, store_half), nullptr);
}

TEST_F(DoorbellCacheTest, AnotherKindOfAccessIsNone) {
  note(0x1000'1004);
  // A load, other widths, a T32 instruction, no syndrome, cache maintenance, a table walk, another
  // class or status.
  for (const unsigned flipped : {6U, 22U, 23U, 25U, 24U, 8U, 7U, 9U, 26U, 31U, 4U, 5U}) {
    EXPECT_EQ(cache.find(0x1000'1004, store_half ^ bit(flipped)), nullptr) << flipped;
  }
}

TEST_F(DoorbellCacheTest, ForgetsWhatMoved) {
  note(0x1000'1004);
  ++moves;
  EXPECT_EQ(cache.find(0x1000'1004, store_half), nullptr);
  note(0x1000'1004);
  EXPECT_NE(cache.find(0x1000'1004, store_half), nullptr);
}

TEST_F(DoorbellCacheTest, NotesNoShortInstructionAndNoMissingDoorbell) {
  note(0x1000'1004, store_half ^ bit(25));
  cache.note(0x1000'1008, aarch64::DataAbort(store_half), {});
  EXPECT_EQ(cache.find(0x1000'1004, store_half ^ bit(25)), nullptr);
  EXPECT_EQ(cache.find(0x1000'1008, store_half), nullptr);
}

TEST_F(DoorbellCacheTest, KeepsTheDoorbellsOfOneDeviceApart) {
  for (std::uint64_t queue = 0; queue < 4; ++queue) {
    note(0x1000'1000 + 4 * queue);
  }
  for (std::uint64_t queue = 0; queue < 4; ++queue) {
    EXPECT_NE(cache.find(0x1000'1000 + 4 * queue, store_half), nullptr);
  }
}

}  // namespace
}  // namespace serai::vmm
