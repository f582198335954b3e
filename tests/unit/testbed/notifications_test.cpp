// SPDX-License-Identifier: BSD-2-Clause
#include "policy/notifications.hpp"

#include <gtest/gtest.h>

namespace serai::testbed {
namespace {

TEST(Notifications, SignalsOfOneChannelAreOne) {
  Notifications notifications;
  EXPECT_FALSE(notifications.any());
  notifications.signal(3);
  notifications.signal(3);
  notifications.signal(61);
  EXPECT_TRUE(notifications.any());
  EXPECT_EQ(notifications.take(), bit(3) | bit(61));
  EXPECT_FALSE(notifications.any());
  EXPECT_EQ(notifications.take(), 0U);
}

TEST(Notifications, LosesAsManyAsAskedForAndOnlyThere) {
  Notifications notifications;
  notifications.lose_next(3, 2);
  notifications.signal(3);
  notifications.signal(4);
  notifications.signal(3);
  EXPECT_EQ(notifications.take(), bit(4));
  notifications.signal(3);
  EXPECT_EQ(notifications.take(), bit(3));
}

TEST(Notifications, LosingCanBeTakenBack) {
  Notifications notifications;
  notifications.lose_next(3, 2);
  notifications.lose_next(3, 0);
  notifications.signal(3);
  EXPECT_TRUE(notifications.any());
}

}  // namespace
}  // namespace serai::testbed
