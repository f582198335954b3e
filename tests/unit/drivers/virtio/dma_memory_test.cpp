// SPDX-License-Identifier: BSD-2-Clause
#include "drivers/virtio/dma_memory.hpp"

#include <algorithm>
#include <array>
#include <gtest/gtest.h>

namespace serai::drivers {
namespace {

class DmaMemoryTest : public testing::Test {
 protected:
  DmaMemoryTest() { bytes.fill(std::byte{0xa5}); }

  std::array<std::byte, 256> bytes{};
  DmaMemory memory{{.bytes = bytes, .physical = 0x4000'0000}};
};

TEST_F(DmaMemoryTest, PiecesAreZeroAlignedAndApart) {
  const auto first = memory.take(10, 16);
  const auto second = memory.take(10, 16);
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->physical, 0x4000'0000U);
  EXPECT_EQ(second->physical, 0x4000'0010U);
  EXPECT_EQ(second->bytes.data(), bytes.data() + 16);
  EXPECT_EQ(std::ranges::count(first->bytes, std::byte{0}), 10);
  EXPECT_EQ(bytes[10], std::byte{0xa5});
}

TEST_F(DmaMemoryTest, KeepsWhatItIsAskedToKeep) {
  EXPECT_EQ(memory.take_unchanged(4, 4)->bytes[0], std::byte{0xa5});
}

TEST_F(DmaMemoryTest, EndsWhereItEnds) {
  EXPECT_TRUE(memory.take(250, 1));
  EXPECT_EQ(memory.take(7, 1).error(), Error::no_space);
  EXPECT_EQ(memory.take(1, 4096).error(), Error::no_space);
  EXPECT_EQ(memory.take(~std::size_t{0}, 1).error(), Error::no_space);
  EXPECT_TRUE(memory.take(6, 1));
}

}  // namespace
}  // namespace serai::drivers
