// SPDX-License-Identifier: BSD-2-Clause
#include <algorithm>
#include <cstdint>
#include <deque>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>
#include <vector>

#include "base/arena.hpp"
#include "base/ring.hpp"
#include "base/static_vector.hpp"

namespace serai {
namespace {

TEST(StaticVector, RefusesMoreThanItsCapacity) {
  StaticVector<int, 2> vector;
  EXPECT_TRUE(vector.push_back(1));
  EXPECT_TRUE(vector.insert(0, 0));
  EXPECT_TRUE(vector.full());
  EXPECT_EQ(vector.push_back(2).error(), Error::no_space);
  EXPECT_EQ(vector.insert(1, 2).error(), Error::no_space);
  EXPECT_EQ(vector[0], 0);
  EXPECT_EQ(vector[1], 1);
  vector.clear();
  EXPECT_TRUE(vector.empty());
}

TEST(StaticVectorDeathTest, IndexOutsideIsAMistakeOfOurs) {
  StaticVector<int, 2> vector;
  EXPECT_DEATH(static_cast<void>(vector[0]), "assertion failed");
}

RC_GTEST_PROP(StaticVectorProperty, InsertsLikeAVector, (const std::vector<std::uint8_t>& values)) {
  StaticVector<std::uint8_t, 8> vector;
  std::vector<std::uint8_t> model;
  for (const std::uint8_t value : values) {
    const std::size_t position = value % (model.size() + 1);
    const auto inserted = vector.insert(position, value);
    RC_ASSERT(inserted.has_value() == (model.size() < 8));
    if (inserted) {
      model.insert(model.begin() + static_cast<std::ptrdiff_t>(position), value);
    }
    RC_ASSERT(std::equal(vector.begin(), vector.end(), model.begin(), model.end()));
  }
}

RC_GTEST_PROP(RingProperty, BehavesLikeAQueue, (const std::vector<std::uint8_t>& steps)) {
  Ring<std::uint8_t, 4> ring;
  std::deque<std::uint8_t> model;
  for (const std::uint8_t step : steps) {
    if ((step & 1) != 0) {
      RC_ASSERT(ring.push(step) == (model.size() < 4));
      if (model.size() < 4) {
        model.push_back(step);
      }
    } else if (!model.empty()) {
      RC_ASSERT(ring.front() == model.front());
      const auto oldest = ring.oldest();
      RC_ASSERT(!oldest.empty());
      RC_ASSERT(std::equal(oldest.begin(), oldest.end(), model.begin()));
      RC_ASSERT(ring.pop() == model.front());
      model.pop_front();
    }
    RC_ASSERT(ring.size() == model.size());
    RC_ASSERT(ring.room() == 4 - model.size());
    RC_ASSERT(ring.empty() == model.empty());
  }
}

TEST(Ring, DropsAndClears) {
  Ring<int, 4> ring;
  for (int i = 0; i < 4; ++i) {
    EXPECT_TRUE(ring.push(i));
  }
  ring.drop(3);
  EXPECT_EQ(ring.front(), 3);
  ring.clear();
  EXPECT_TRUE(ring.empty());
}

TEST(Arena, CreatesAlignedObjectsUntilItIsFull) {
  alignas(Arena::alignment) std::array<std::byte, 4 * Arena::alignment> memory{};
  Arena arena(memory);
  EXPECT_NE(arena.create<char>('x'), nullptr);
  const auto* const number = arena.create<std::uint64_t>(7U);
  ASSERT_NE(number, nullptr);
  EXPECT_EQ(*number, 7U);
  EXPECT_EQ(static_cast<const void*>(number), &memory[Arena::alignment]);
  EXPECT_EQ(arena.used(), 2 * Arena::alignment);
  EXPECT_EQ(arena.create_array<std::uint64_t>(17).size(), 0U);
  EXPECT_EQ(arena.create_array<std::uint64_t>(~std::size_t{0}).size(), 0U);
  EXPECT_EQ(arena.create_array<std::uint64_t>(9).size(), 9U);
  EXPECT_EQ(arena.used(), memory.size());
  EXPECT_EQ(arena.create<char>('y'), nullptr);
}

TEST(Arena, CostsWholeLines) {
  EXPECT_EQ(Arena::cost<char>(), 64U);
  EXPECT_EQ(Arena::cost<std::uint64_t>(8), 64U);
  EXPECT_EQ(Arena::cost<std::uint64_t>(9), 128U);
  EXPECT_EQ(Arena::cost<std::uint64_t>(0), 0U);
}

}  // namespace
}  // namespace serai
