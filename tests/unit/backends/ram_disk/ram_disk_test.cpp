// SPDX-License-Identifier: BSD-2-Clause
#include "backends/ram_disk/ram_disk.hpp"

#include <gtest/gtest.h>
#include <vector>

namespace serai {
namespace {

TEST(RamDisk, CountsWholeBlocks) {
  std::vector<std::byte> memory(5 * RamDisk::block_bytes + 100);
  RamDisk disk(memory, true);
  const auto geometry = disk.geometry();
  ASSERT_TRUE(geometry);
  EXPECT_EQ(geometry->blocks, 5U);
  EXPECT_EQ(geometry->block_bytes, 512U);
  EXPECT_TRUE(geometry->read_only);
}

TEST(RamDisk, GivesItsOwnBytes) {
  std::vector<std::byte> memory(5 * RamDisk::block_bytes + 100);
  RamDisk disk(memory, false);
  EXPECT_EQ(disk.direct(1, 2).data(), memory.data() + 512);
  EXPECT_EQ(disk.direct(1, 2).size(), 1024U);
  EXPECT_EQ(disk.direct(0, 5).size(), 5 * 512U);
  EXPECT_TRUE(disk.direct(0, 6).empty());
  EXPECT_TRUE(disk.direct(5, 1).empty());
  EXPECT_TRUE(disk.direct(~std::uint64_t{0}, 1).empty());
  EXPECT_TRUE(disk.direct(~std::uint64_t{0}, 0xffff'ffff).empty());
}

TEST(RamDisk, LoadsAnImageAndClearsTheRest) {
  std::vector<std::byte> memory(1024, std::byte{0xff});
  const std::vector<std::byte> image(600, std::byte{7});
  RamDisk::load(memory, image);
  EXPECT_EQ(memory[0], std::byte{7});
  EXPECT_EQ(memory[599], std::byte{7});
  EXPECT_EQ(memory[600], std::byte{0});
  EXPECT_EQ(memory[1023], std::byte{0});
  RamDisk::load(std::span(memory).first(10), image);
  EXPECT_EQ(memory[10], std::byte{7}) << "of a longer image only what fits";
  RamDisk::load({}, {});
}

TEST(RamDisk, FlushesEndAtOnceAndOnlyOnce) {
  std::vector<std::byte> memory(1024);
  RamDisk disk(memory, false);
  EXPECT_FALSE(disk.next_completion());
  EXPECT_TRUE(disk.submit({.operation = BlockOperation::flush, .buffer = {}, .id = 9}));
  EXPECT_TRUE(disk.submit({.operation = BlockOperation::flush, .buffer = {}, .id = 63}));
  EXPECT_EQ(disk.next_completion()->id, 9U);
  const auto second = disk.next_completion();
  ASSERT_TRUE(second);
  EXPECT_EQ(second->id, 63U);
  EXPECT_EQ(second->status, BlockStatus::ok);
  EXPECT_FALSE(disk.next_completion());
}

TEST(RamDisk, NeedsNoBuffers) {
  std::vector<std::byte> memory(1024);
  RamDisk disk(memory, false);
  EXPECT_EQ(disk.allocate(1).error(), Error::no_space);
  EXPECT_EQ(disk.submit({.operation = BlockOperation::read, .buffer = {}, .id = 0}).error(),
            Error::unsupported);
}

}  // namespace
}  // namespace serai
