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

TEST_P(QueueTest, TakesAChainBackAsIfItHadNotBeenPopped) {
  for (int round = 0; round < 20; ++round) {
    driver.send({VirtioDriver::bytes("1"), VirtioDriver::bytes("2")}, {2});
    driver.send({VirtioDriver::bytes("3")}, {1});
    auto one = queue.pop();
    ASSERT_TRUE(one);
    queue.put_back(std::move(*one));
    EXPECT_EQ(queue.in_flight(), 0);
    EXPECT_TRUE(queue.has_available());
    EXPECT_TRUE(part.echo());
    auto two = queue.pop();
    ASSERT_TRUE(two);
    queue.put_back(std::move(*two));
    EXPECT_TRUE(part.echo());
    EXPECT_FALSE(queue.has_available());
    EXPECT_TRUE(queue.publish());
    const auto used = driver.take_all_used();
    ASSERT_EQ(used.size(), 2U);
    EXPECT_EQ(used[0].data, VirtioDriver::bytes("12"));
    EXPECT_EQ(used[1].data, VirtioDriver::bytes("3"));
  }
}

TEST_P(QueueTest, WaitsForRoomInThePool) {
  // Someone else's chains.
  std::vector<std::uint16_t> others;
  while (part.pool.free() > 1) {
    others.push_back(part.pool.take());
  }
  driver.send({VirtioDriver::bytes("12"), VirtioDriver::bytes("34")}, {4});
  EXPECT_EQ(queue.pop().error(), Error::no_space);
  EXPECT_FALSE(queue.is_broken());
  EXPECT_EQ(part.pool.free(), 1U);
  // Else a device that asks whether it may sleep would never do so.
  EXPECT_FALSE(queue.has_available());
  EXPECT_FALSE(queue.allow_notifications());
  for (const auto other : others) {
    part.pool.give_back(other, other, 1);
  }
  EXPECT_TRUE(queue.has_available());
  EXPECT_TRUE(part.echo());
  EXPECT_TRUE(queue.publish());
  EXPECT_EQ(driver.take_used()->data, VirtioDriver::bytes("1234"));
}

TEST_P(QueueTest, IsResetWithChainsInFlight) {
  for (const bool abandon_first : {false, true}) {
    for (int round = 0; round < 5; ++round) {
      std::vector<Chain> held;
      for (int i = 0; i < 4; ++i) {
        driver.send({VirtioDriver::bytes("1")}, {1});
        auto chain = queue.pop();
        ASSERT_TRUE(chain);
        held.push_back(std::move(*chain));
      }
      // One is done but not published, and behind one that is not done.
      queue.complete(std::move(held[2]), 1);
      held.erase(held.begin() + 2);
      if (!abandon_first) {
        queue.disable();
      }
      for (auto& chain : held) {
        queue.abandon(std::move(chain));
      }
      if (abandon_first) {
        queue.disable();
      }
      EXPECT_EQ(queue.in_flight(), 0);
      EXPECT_EQ(part.pool.free(), part.pool.capacity());
      EXPECT_FALSE(queue.publish());
      EXPECT_FALSE(driver.take_used());
      driver.restart();
      ASSERT_TRUE(part.enable());
      driver.send({VirtioDriver::bytes("2")}, {1});
      EXPECT_TRUE(part.echo());
      EXPECT_TRUE(queue.publish());
      EXPECT_EQ(driver.take_used()->data, VirtioDriver::bytes("2"));
    }
  }
}

TEST_P(QueueTest, AChainThatIsCompletedTooLateIsDropped) {
  driver.send({VirtioDriver::bytes("1")}, {1});
  auto chain = queue.pop();
  ASSERT_TRUE(chain);
  queue.disable();
  queue.complete(std::move(*chain), 1);
  EXPECT_EQ(queue.in_flight(), 0);
  EXPECT_EQ(part.pool.free(), part.pool.capacity());
  EXPECT_FALSE(queue.publish());
  EXPECT_FALSE(driver.take_used());
}

TEST_P(QueueTest, HoldsAsManyChainsAsTheRing) {
  std::vector<Chain> held;
  for (int round = 0; round < 5; ++round) {
    while (driver.add({{.address = part.ram.start(), .bytes = 16, .writable = true}})) {
    }
    driver.kick();
    while (auto chain = queue.pop()) {
      held.push_back(std::move(*chain));
    }
    EXPECT_EQ(held.size(), 8U);
    EXPECT_FALSE(queue.is_broken());
    for (auto& chain : held) {
      queue.complete(std::move(chain), 16);
    }
    held.clear();
    EXPECT_TRUE(queue.publish());
    EXPECT_EQ(driver.take_all_used().size(), 8U);
  }
}

TEST(QueueInOrder, OneEntryStandsForAWholeBatch) {
  QueueFixture part({.size = 8, .in_order = true});
  ASSERT_TRUE(part.enable());
  part.driver.send({VirtioDriver::bytes("abc")}, {3});
  part.driver.send({VirtioDriver::bytes("abc")}, {3});
  const std::uint32_t last = part.driver.send({VirtioDriver::bytes("abc")}, {3});
  while (part.echo()) {
  }
  EXPECT_TRUE(part.queue.publish());
  // The third's id at the first's place.
  EXPECT_EQ(part.ram.load<std::uint32_t>(part.driver.used_entry_address(0)), last);
  EXPECT_EQ(part.ram.load<std::uint32_t>(part.driver.used_entry_address(1)), 0U);
  EXPECT_EQ(part.driver.take_all_used().size(), 3U);
}

TEST(QueueInOrder, AChainThatWasPartlyWrittenHasAnEntryOfItsOwn) {
  QueueFixture part({.size = 8, .in_order = true});
  ASSERT_TRUE(part.enable());
  part.driver.send({VirtioDriver::bytes("abc")}, {3});
  const std::uint32_t partly = part.driver.send({VirtioDriver::bytes("abc")}, {9});
  const std::uint32_t last = part.driver.send({VirtioDriver::bytes("abc")}, {3});
  while (part.echo()) {
  }
  EXPECT_TRUE(part.queue.publish());
  EXPECT_EQ(part.ram.load<std::uint32_t>(part.driver.used_entry_address(0)), partly);
  EXPECT_EQ(part.ram.load<std::uint32_t>(part.driver.used_entry_address(2)), last);
  for (const auto& used : part.driver.take_all_used()) {
    EXPECT_EQ(used.data, VirtioDriver::bytes("abc"));
  }
}

TEST(QueueInOrder, NothingIsShownBeforeItsTurn) {
  QueueFixture part({.size = 8, .packed = true, .in_order = true});
  ASSERT_TRUE(part.enable());
  part.driver.send({VirtioDriver::bytes("1")}, {});
  part.driver.send({VirtioDriver::bytes("2")}, {});
  auto one = part.queue.pop();
  auto two = part.queue.pop();
  ASSERT_TRUE(one && two);
  part.queue.complete(std::move(*two), 0);
  EXPECT_FALSE(part.queue.publish());
  EXPECT_FALSE(part.driver.take_used());
  part.queue.complete(std::move(*one), 0);
  EXPECT_TRUE(part.queue.publish());
  EXPECT_EQ(part.driver.take_all_used().size(), 2U);
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
