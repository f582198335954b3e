// SPDX-License-Identifier: BSD-2-Clause
//
// Guests with more than one region of RAM, and with much of it.
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <vector>

#include "queue_fixture.hpp"

namespace serai::virtio {
namespace {

constexpr std::uint64_t second_start = std::uint64_t{1} << 32U;
constexpr std::size_t gibibyte = std::size_t{1} << 30U;

class QueueRegionsTest : public testing::TestWithParam<bool> {
 protected:
  QueueRegionsTest()
      : second(static_cast<std::byte*>(mmap(nullptr, gibibyte, PROT_READ | PROT_WRITE,
                                            MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)),
               gibibyte) {
    EXPECT_NE(second.data(), MAP_FAILED);
    part.ram.add(second_start, second);
    EXPECT_TRUE(part.enable());
  }

  ~QueueRegionsTest() override { munmap(second.data(), second.size()); }

  std::span<std::byte> second;
  QueueFixture part{{.size = 16, .packed = GetParam()}};
};

TEST_P(QueueRegionsTest, AChainMayHavePiecesInEach) {
  const std::vector<VirtioDriver::Piece> pieces = {
      {.address = second_start, .bytes = 8},
      {.address = part.ram.start(), .bytes = 8},
      {.address = second_start + gibibyte - 8, .bytes = 8, .writable = true},
  };
  ASSERT_TRUE(part.driver.add(pieces));
  part.driver.kick();
  EXPECT_TRUE(part.echo());
  EXPECT_TRUE(part.queue.publish());
  EXPECT_EQ(part.driver.take_used()->written, 8U);
}

TEST_P(QueueRegionsTest, APieceMayNotGoOverTheEndOfOne) {
  ASSERT_TRUE(part.driver.add({{.address = second_start + gibibyte - 8, .bytes = 9}}));
  part.driver.kick();
  EXPECT_EQ(part.queue.pop().error(), Error::out_of_range);
  EXPECT_TRUE(part.queue.is_broken());
}

TEST_P(QueueRegionsTest, AChainHasAtMostFourGibibytes) {
  const VirtioDriver::Piece all = {.address = second_start, .bytes = gibibyte};
  ASSERT_TRUE(part.driver.add({all, all, all, all}));
  part.driver.kick();
  auto chain = part.queue.pop();
  ASSERT_TRUE(chain);
  EXPECT_EQ(chain->readable_bytes(), 4 * gibibyte);
  part.queue.complete(std::move(*chain), 0);
  ASSERT_TRUE(part.driver.add({all, all, all, all, {.address = second_start, .bytes = 1}}));
  part.driver.kick();
  EXPECT_EQ(part.queue.pop().error(), Error::overflow);
  EXPECT_TRUE(part.queue.is_broken());
}

INSTANTIATE_TEST_SUITE_P(Kinds, QueueRegionsTest, testing::Bool(), [](const auto& test) {
  return std::string(test.param ? "packed" : "split");
});

}  // namespace
}  // namespace serai::virtio
