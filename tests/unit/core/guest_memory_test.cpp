// SPDX-License-Identifier: BSD-2-Clause
#include "core/guest_memory.hpp"

#include <array>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>
#include <span>
#include <vector>

namespace serai {
namespace {

constexpr std::uint64_t first_start = 0x4000'0000;
constexpr std::uint64_t second_start = 0x8000'0000;
constexpr std::size_t region_bytes = 0x1000;

class GuestMemoryTest : public testing::Test {
 protected:
  GuestMemoryTest() {
    EXPECT_TRUE(memory.add(GuestAddress(first_start), first));
    EXPECT_TRUE(memory.add(GuestAddress(second_start), second));
  }

  alignas(4096) std::array<std::byte, region_bytes> first{};
  alignas(4096) std::array<std::byte, region_bytes> second{};
  GuestMemory memory;
};

TEST_F(GuestMemoryTest, RefusesBadRegions) {
  std::array<std::byte, 16> more{};
  EXPECT_EQ(memory.add(GuestAddress(first_start + region_bytes - 1), more).error(), Error::overlap);
  EXPECT_EQ(memory.add(GuestAddress(0), {}).error(), Error::bad_value);
  EXPECT_EQ(memory.add(GuestAddress(~0ULL), more).error(), Error::overflow);
  EXPECT_EQ(memory.region_count(), 2U);
  EXPECT_EQ(memory.region(1).start(), GuestAddress(second_start));
}

TEST_F(GuestMemoryTest, HoldsOnlySoManyRegions) {
  GuestMemory small;
  for (std::uint64_t i = 0; i < GuestMemory::most_regions; ++i) {
    EXPECT_TRUE(small.add(GuestAddress(i * region_bytes), first));
  }
  EXPECT_EQ(small.add(GuestAddress(first_start), first).error(), Error::no_space);
}

TEST_F(GuestMemoryTest, CopiesOutAndIn) {
  const std::array<std::byte, 3> text = {std::byte{1}, std::byte{2}, std::byte{3}};
  ASSERT_TRUE(memory.write(GuestAddress(first_start + region_bytes - 3), text));
  std::array<std::byte, 3> back{};
  ASSERT_TRUE(memory.read(GuestAddress(first_start + region_bytes - 3), back));
  EXPECT_EQ(back, text);
}

TEST_F(GuestMemoryTest, AnAccessThatLeavesItsRegionTouchesNothing) {
  const std::array<std::byte, 4> text = {std::byte{1}, std::byte{2}, std::byte{3}, std::byte{4}};
  const GuestAddress near_the_end(first_start + region_bytes - 3);
  EXPECT_EQ(memory.write(near_the_end, text).error(), Error::out_of_range);
  EXPECT_EQ(first[region_bytes - 1], std::byte{0});
  std::array<std::byte, 4> back = text;
  EXPECT_EQ(memory.read(near_the_end, back).error(), Error::out_of_range);
  EXPECT_EQ(back, text);
  EXPECT_EQ(memory.zero(near_the_end, 4).error(), Error::out_of_range);
  EXPECT_EQ(memory.zero(GuestAddress(first_start), ~0ULL).error(), Error::out_of_range);
}

TEST_F(GuestMemoryTest, NothingFitsEverywhere) {
  EXPECT_TRUE(memory.read(GuestAddress(0), {}));
  EXPECT_TRUE(memory.write(GuestAddress(0), {}));
  EXPECT_TRUE(memory.zero(GuestAddress(0), 0));
  EXPECT_FALSE(memory.contains(GuestAddress(first_start), 0));
}

TEST_F(GuestMemoryTest, Zeroes) {
  first.fill(std::byte{0xff});
  ASSERT_TRUE(memory.zero(GuestAddress(first_start + 1), 2));
  EXPECT_EQ(first[0], std::byte{0xff});
  EXPECT_EQ(first[1], std::byte{0});
  EXPECT_EQ(first[2], std::byte{0});
  EXPECT_EQ(first[3], std::byte{0xff});
}

TEST_F(GuestMemoryTest, NumbersAreLittleEndianAndAligned) {
  ASSERT_TRUE(memory.store<std::uint32_t>(GuestAddress(first_start), 0x11223344));
  EXPECT_EQ(first[0], std::byte{0x44});
  EXPECT_EQ(memory.load<std::uint16_t>(GuestAddress(first_start + 2)), 0x1122);
  EXPECT_EQ(memory.load<std::uint32_t>(GuestAddress(first_start + 2)).error(), Error::misaligned);
  EXPECT_EQ(memory.load<std::uint64_t>(GuestAddress(first_start + region_bytes)).error(),
            Error::out_of_range);
  ASSERT_TRUE(memory.store_release<std::uint64_t>(GuestAddress(second_start), 5));
  EXPECT_EQ(memory.load_acquire<std::uint64_t>(GuestAddress(second_start)), 5U);
  EXPECT_EQ(memory.store<std::uint8_t>(GuestAddress(0), 1).error(), Error::out_of_range);
  EXPECT_EQ(memory.store_release<std::uint16_t>(GuestAddress(1), 1).error(), Error::misaligned);
}

class FakeCache final : public CachePort {
 public:
  void clean(std::span<const std::byte> bytes) noexcept override { cleaned = bytes; }

  std::span<const std::byte> cleaned;
};

TEST_F(GuestMemoryTest, CleansTheCacheOfRamOnly) {
  FakeCache cache;
  EXPECT_TRUE(memory.clean(GuestAddress(0), 0, cache));
  EXPECT_EQ(memory.clean(GuestAddress(0), 1, cache).error(), Error::out_of_range);
  EXPECT_TRUE(cache.cleaned.empty());
  ASSERT_TRUE(memory.clean(GuestAddress(first_start + 8), 16, cache));
  EXPECT_EQ(cache.cleaned.data(), first.data() + 8);
  EXPECT_EQ(cache.cleaned.size(), 16U);
}

RC_GTEST_PROP(GuestMemoryProperty, NoGuestAddressReachesBeyondItsRegion,
              (std::uint64_t offset, std::uint64_t size)) {
  const std::uint64_t near = *rc::gen::element<std::uint64_t>(0, first_start, first_start + 0x40,
                                                              ~std::uint64_t{0} - 0x40);
  const std::uint64_t address = near + offset % 0x100 - 0x80;
  const std::uint64_t bytes = size % 0x100;
  alignas(64) std::array<std::byte, 0x40> backing{};
  GuestMemory memory;
  RC_ASSERT(memory.add(GuestAddress(first_start), backing).has_value());
  const bool inside = address >= first_start && address < first_start + 0x40 &&
                      address + bytes <= first_start + 0x40;
  std::vector<std::byte> copy(bytes);
  RC_ASSERT(memory.read(GuestAddress(address), copy).has_value() == (inside || bytes == 0));
  RC_ASSERT(memory.write(GuestAddress(address), copy).has_value() == (inside || bytes == 0));
  RC_ASSERT(memory.zero(GuestAddress(address), bytes).has_value() == (inside || bytes == 0));
  RC_ASSERT(memory.contains(GuestAddress(address), bytes) == (inside && bytes != 0));
}

}  // namespace
}  // namespace serai
