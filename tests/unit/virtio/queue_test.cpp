// SPDX-License-Identifier: BSD-2-Clause
#include "virtio/queue.hpp"

#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "queue_fixture.hpp"

namespace serai::virtio {
namespace {

struct Kind {
  std::string name;
  VirtioDriver::Options options;
};

/// What holds for every kind of queue.
class QueueTest : public testing::TestWithParam<Kind> {
 protected:
  QueueTest() : QueueTest(GetParam().options) {}

  explicit QueueTest(const VirtioDriver::Options& options) : part(options) {
    EXPECT_TRUE(part.enable());
  }

  QueueFixture part;
  Queue& queue = part.queue;
  VirtioDriver& driver = part.driver;
};

TEST_P(QueueTest, ServesChainsInOrder) {
  for (int round = 0; round < 100; ++round) {
    driver.send({VirtioDriver::bytes("abc"), VirtioDriver::bytes("de")}, {2, 8});
    driver.send({VirtioDriver::bytes("xyz")}, {3});
    EXPECT_TRUE(part.echo());
    EXPECT_TRUE(part.echo());
    EXPECT_FALSE(part.echo());
    EXPECT_FALSE(driver.take_used());
    EXPECT_TRUE(queue.publish());
    const auto first = driver.take_used();
    ASSERT_TRUE(first);
    EXPECT_EQ(first->data, VirtioDriver::bytes("abcde"));
    const auto second = driver.take_used();
    ASSERT_TRUE(second);
    EXPECT_EQ(second->data, VirtioDriver::bytes("xyz"));
    EXPECT_FALSE(driver.take_used());
  }
  EXPECT_EQ(queue.in_flight(), 0);
  EXPECT_EQ(part.pool.free(), part.pool.capacity());
}

TEST_P(QueueTest, ChainsMayBeCompletedInAnyOrder) {
  for (int round = 0; round < 50; ++round) {
    const auto first = driver.send({VirtioDriver::bytes("1")}, {1, 1});
    const auto second = driver.send({VirtioDriver::bytes("2")}, {1});
    auto one = queue.pop();
    auto two = queue.pop();
    ASSERT_TRUE(one && two);
    EXPECT_EQ(one->id(), first);
    EXPECT_EQ(two->id(), second);
    EXPECT_EQ(queue.in_flight(), 2);
    EXPECT_TRUE(two->writer().write(VirtioDriver::bytes("b")));
    queue.complete(std::move(*two), 1);
    EXPECT_TRUE(one->writer().write(VirtioDriver::bytes("a")));
    queue.complete(std::move(*one), 1);
    EXPECT_TRUE(queue.publish());
    auto used = driver.take_all_used();
    ASSERT_EQ(used.size(), 2U);
    const std::size_t at = used[0].id == first ? 0 : 1;
    EXPECT_EQ(used[at].data, VirtioDriver::bytes("a"));
    EXPECT_EQ(used[1 - at].data, VirtioDriver::bytes("b"));
  }
}

/// Every combination of the features, by name.
std::vector<Kind> kinds() {
  std::vector<Kind> all;
  for (unsigned bits = 0; bits < 16; ++bits) {
    const VirtioDriver::Options options = {.size = 8,
                                           .packed = (bits & 1) != 0,
                                           .use_indirect = (bits & 2) != 0,
                                           .event_index = (bits & 4) != 0,
                                           .in_order = (bits & 8) != 0};
    std::string name = options.packed ? "packed" : "split";
    name += options.use_indirect ? "_indirect" : "";
    name += options.event_index ? "_event_index" : "";
    name += options.in_order ? "_in_order" : "";
    all.push_back({.name = name, .options = options});
  }
  return all;
}

INSTANTIATE_TEST_SUITE_P(Kinds, QueueTest, testing::ValuesIn(kinds()),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace serai::virtio
