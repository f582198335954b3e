// SPDX-License-Identifier: BSD-2-Clause
//
// Notifications and interrupts: who is told when.
#include <gtest/gtest.h>

#include "queue_fixture.hpp"

namespace serai::virtio {
namespace {

struct Events {
  bool packed;
  bool event_index;
};

class QueueEventsTest : public testing::TestWithParam<Events> {
 protected:
  QueueEventsTest()
      : part({.size = 8, .packed = GetParam().packed, .event_index = GetParam().event_index}) {
    EXPECT_TRUE(part.enable());
  }

  /// Adds a chain; whether the device wants to be notified of it.
  bool add() {
    EXPECT_TRUE(part.driver.add({VirtioDriver::bytes("x")}, {}));
    return part.driver.kick();
  }

  void serve() {
    while (part.echo()) {
    }
  }

  QueueFixture part;
  Queue& queue = part.queue;
};

TEST_P(QueueEventsTest, TheDriverNotifiesUnlessAskedNotTo) {
  for (int lap = 0; lap < 20; ++lap) {
    EXPECT_FALSE(queue.allow_notifications());
    EXPECT_TRUE(add());
    queue.suppress_notifications();
    serve();
    EXPECT_FALSE(add());
    EXPECT_FALSE(add());
    // What came meanwhile is found when they are allowed again.
    EXPECT_TRUE(queue.allow_notifications());
    queue.suppress_notifications();
    serve();
    EXPECT_FALSE(queue.allow_notifications());
    EXPECT_TRUE(queue.publish());
    EXPECT_EQ(part.driver.take_all_used().size(), 3U);
  }
}

TEST_P(QueueEventsTest, TheDeviceInterruptsUnlessAskedNotTo) {
  for (int lap = 0; lap < 20; ++lap) {
    part.driver.want_interrupts(false);
    add();
    serve();
    EXPECT_FALSE(queue.publish());
    EXPECT_EQ(part.driver.take_all_used().size(), 1U);
    part.driver.want_interrupts(true);
    add();
    add();
    serve();
    EXPECT_TRUE(queue.publish());
    EXPECT_FALSE(queue.publish());  // nothing new
    EXPECT_EQ(part.driver.take_all_used().size(), 2U);
  }
}

TEST_P(QueueEventsTest, AnInterruptComesWhenTheEventIsPassed) {
  if (!GetParam().event_index) {
    return;
  }
  for (int lap = 0; lap < 20; ++lap) {
    part.driver.want_interrupt_after(3);
    for (int i = 0; i < 2; ++i) {
      add();
      serve();
      EXPECT_FALSE(queue.publish()) << lap << " " << i;
    }
    add();
    add();
    serve();
    EXPECT_TRUE(queue.publish()) << lap;
    add();
    serve();
    EXPECT_FALSE(queue.publish()) << lap;
    EXPECT_EQ(part.driver.take_all_used().size(), 5U);
  }
}

TEST_P(QueueEventsTest, WhateverTheDriverAsksForIsSafe) {
  for (const std::uint32_t word :
       {0x3'0000U, 0xffff'ffffU, 0x2'ffffU, 0x2'0008U, 0x2'8008U, 0x1234'5678U, 0x2'7fffU}) {
    const auto area = part.driver.place().driver_area;
    if (GetParam().packed) {
      part.ram.store<std::uint32_t>(area.value(), word);
    } else {
      part.ram.store<std::uint16_t>(area.value(), static_cast<std::uint16_t>(word));
      part.ram.store<std::uint16_t>(area.value() + 4 + 16, static_cast<std::uint16_t>(word));
    }
    add();
    serve();
    static_cast<void>(queue.publish());
    EXPECT_EQ(part.driver.take_all_used().size(), 1U);
  }
}

INSTANTIATE_TEST_SUITE_P(Kinds, QueueEventsTest,
                         testing::Values(Events{false, false}, Events{false, true},
                                         Events{true, false}, Events{true, true}),
                         [](const auto& test) {
                           return std::string(test.param.packed ? "packed" : "split") +
                                  (test.param.event_index ? "_event_index" : "");
                         });

}  // namespace
}  // namespace serai::virtio
