// SPDX-License-Identifier: BSD-2-Clause
#include "arch/aarch64/vgic/distributor.hpp"

#include <gtest/gtest.h>

namespace serai::test {
namespace {

using aarch64::Distributor;

constexpr std::uint32_t none = Distributor::intid_count;

class DistributorTest : public testing::Test {
 protected:
  DistributorTest() { distributor.set_control(1); }

  Distributor distributor;
};

TEST_F(DistributorTest, an_sgi_of_two_senders_comes_twice) {
  distributor.send_sgi(5, 0);
  distributor.send_sgi(5, 3);
  EXPECT_EQ(distributor.sgi_sources(1), 0x0900U);
  ASSERT_EQ(distributor.most_urgent().intid, 5U);
  distributor.handed_over(5);
  EXPECT_EQ(distributor.sgi_sources(1), 0x0800U);
  EXPECT_EQ(distributor.most_urgent().intid, none);
  distributor.released(5);
  ASSERT_EQ(distributor.most_urgent().intid, 5U);
  distributor.handed_over(5);
  distributor.released(5);
  EXPECT_EQ(distributor.most_urgent().intid, none);
  EXPECT_EQ(distributor.work(), 0U);
}

TEST_F(DistributorTest, clearing_one_sender_recalls_only_its_own) {
  distributor.send_sgi(5, 0);
  distributor.handed_over(5);
  distributor.clear_sgi_sources(1, 0x0800);
  EXPECT_EQ(distributor.next_stale(), none);
  distributor.clear_sgi_sources(1, 0x0100);
  EXPECT_EQ(distributor.next_stale(), 5U);
}

TEST_F(DistributorTest, nothing_waits_after_reset) {
  distributor.send_sgi(5, 0);
  distributor.reset();
  distributor.set_control(1);
  EXPECT_EQ(distributor.most_urgent().intid, none);
}

TEST_F(DistributorTest, wires_keep_their_levels_at_reset) {
  distributor.set_line(40, true);
  distributor.reset();
  distributor.set_control(1);
  distributor.enable(1, 1U << 8);
  EXPECT_EQ(distributor.most_urgent().intid, 40U);
}

TEST_F(DistributorTest, raising_alone_needs_everybody_else_to_be_served) {
  distributor.enable(0, 1U << 27);
  distributor.send_sgi(5, 0);
  EXPECT_EQ(distributor.raise_alone(27).intid, none);
  distributor.handed_over(5);
  EXPECT_EQ(distributor.raise_alone(27).intid, 27U);
  EXPECT_EQ(distributor.raise_alone(27).intid, none);
  distributor.released(27);
  EXPECT_EQ(distributor.most_urgent().intid, 27U);
}

TEST_F(DistributorTest, raising_alone_respects_what_the_guest_configured) {
  EXPECT_EQ(distributor.raise_alone(40).intid, none);
  distributor.set_priorities(10, 0xa0);
  distributor.set_group1(1, 1U << 8);
  distributor.enable(1, 1U << 8);
  EXPECT_EQ(distributor.raise_alone(40).intid, none);
  distributor.set_control(3);
  const Distributor::Urgent urgent = distributor.raise_alone(40);
  EXPECT_EQ(urgent.intid, 40U);
  EXPECT_EQ(urgent.priority, 0xa0U);
  EXPECT_EQ(urgent.group, 1U);
  EXPECT_EQ(distributor.active(1), 1U << 8);
}

TEST_F(DistributorTest, raising_without_a_list_register_leaves_it_waiting) {
  distributor.enable(0, 1U << 27);
  ASSERT_EQ(distributor.raise_alone(27).intid, 27U);
  distributor.released_unseen(27);
  EXPECT_EQ(distributor.most_urgent().intid, 27U);
}

}  // namespace
}  // namespace serai::test
