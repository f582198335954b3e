// SPDX-License-Identifier: BSD-2-Clause
//
// The corpus of chains that a hostile driver can make, by name. Each ends as the table says, and
// the queue works again when it was reset.
#include <gtest/gtest.h>
#include <set>

#include "buffers.hpp"
#include "packed.hpp"
#include "split.hpp"
#include "tables.hpp"

namespace serai::virtio {
namespace {

MalformedCases make_cases() {
  MalformedCases cases;
  add_bad_buffers(cases);
  add_wrong_directions(cases);
  add_rare_buffers(cases);
  add_bad_table_places(cases);
  add_cut_tables(cases);
  add_nested_tables(cases);
  add_mixed_tables(cases);
  add_table_lengths(cases);
  add_bad_links(cases);
  add_bad_available(cases);
  add_bad_laps(cases);
  add_bad_packed_lengths(cases);
  add_packed_ids(cases);
  return cases;
}

/// Uses a chain as a device does: looks at everything, writes little.
std::uint32_t use(const Chain& chain) {
  std::array<std::byte, 64> bytes{};
  auto reader = chain.reader();
  EXPECT_LE(reader.read_some(bytes), chain.readable_bytes());
  EXPECT_TRUE(reader.skip(reader.remaining()));
  auto writer = chain.writer();
  const auto left = writer.remaining();
  EXPECT_TRUE(left == 0 || writer.skip(left - 1));
  EXPECT_EQ(writer.write_some(bytes), left == 0 ? 0U : 1U);
  return 0;
}

class MalformedTest : public testing::TestWithParam<MalformedCase> {};

TEST_P(MalformedTest, EndsAsItMustAndTheQueueLivesOn) {
  const auto& test = GetParam();
  HostileDriver driver(test.layout, test.negotiate_indirect);
  auto& part = driver.part;
  auto& queue = part.queue;
  ASSERT_TRUE(part.enable());
  for (int i = 0; i < HostileDriver::warm_up; ++i) {
    part.driver.send({VirtioDriver::bytes("warm")}, {});
    ASSERT_TRUE(part.echo());
    ASSERT_TRUE(queue.publish());
    ASSERT_TRUE(part.driver.take_used());
  }
  driver.position = HostileDriver::warm_up;

  test.act(driver);

  std::size_t served = 0;
  std::uint64_t bytes = 0;
  while (auto chain = queue.pop()) {
    bytes = chain->readable_bytes() + chain->writable_bytes();
    const std::uint32_t written = use(*chain);
    queue.complete(std::move(*chain), written);
    ASSERT_LE(++served, HostileDriver::size);
  }
  EXPECT_EQ(queue.is_broken(), test.expected.broken);
  EXPECT_EQ(served, test.expected.served);
  EXPECT_EQ(bytes, test.expected.bytes.value_or(bytes));
  if (queue.is_broken()) {
    EXPECT_EQ(queue.pop().error(), Error::not_found);
    EXPECT_FALSE(queue.has_available());
    EXPECT_FALSE(queue.allow_notifications());
  }
  EXPECT_EQ(queue.publish(), served != 0);
  driver.abandon_all();
  EXPECT_EQ(queue.in_flight(), 0);

  ASSERT_TRUE(part.restart());
  EXPECT_EQ(part.pool.free(), part.pool.capacity());
  part.driver.send({VirtioDriver::bytes("again")}, {8});
  EXPECT_TRUE(part.echo());
  EXPECT_TRUE(queue.publish());
  const auto used = part.driver.take_used();
  ASSERT_TRUE(used);
  EXPECT_EQ(used->data, VirtioDriver::bytes("again"));
}

INSTANTIATE_TEST_SUITE_P(Corpus, MalformedTest, testing::ValuesIn(make_cases()),
                         [](const auto& test) { return test.param.name; });

TEST(MalformedCorpus, IsLargeAndItsNamesAreItsOwn) {
  std::set<std::string> names;
  for (const auto& test : make_cases()) {
    EXPECT_TRUE(names.insert(test.name).second) << test.name;
  }
  EXPECT_GE(names.size(), 500U);
}

}  // namespace
}  // namespace serai::virtio
