// SPDX-License-Identifier: BSD-2-Clause
//
// A driver and a device on two threads, which sleep unless they are told to wake: no chain is lost,
// none is torn, and nobody sleeps for ever.
#include <atomic>
#include <chrono>
#include <gtest/gtest.h>
#include <thread>

#include "queue_fixture.hpp"

namespace serai::virtio {
namespace {

constexpr std::uint32_t chains = 4000;

/// One side's doorbell.
class Bell {
 public:
  void ring() { rung_.store(true); }

  /// Waits until it was rung since the last wait; false if that takes far too long.
  bool wait() {
    const auto late = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!rung_.exchange(false)) {
      if (std::chrono::steady_clock::now() > late) {
        return false;
      }
      std::this_thread::yield();
    }
    return true;
  }

 private:
  std::atomic<bool> rung_ = false;
};

struct Kind {
  bool packed;
  bool event_index;
};

class QueueThreadsTest : public testing::TestWithParam<Kind> {
 protected:
  void run_device() {
    std::uint32_t served = 0;
    while (served != chains) {
      part.queue.suppress_notifications();
      while (part.echo()) {
        ++served;
        // One at a time now and then, so that batches differ.
        if (served % 7 == 0 && part.queue.publish()) {
          interrupt.ring();
        }
      }
      if (part.queue.publish()) {
        interrupt.ring();
      }
      if (served != chains && !part.queue.allow_notifications() && !notification.wait()) {
        ADD_FAILURE() << "the device sleeps with " << served << " served";
        return;
      }
    }
  }

  /// Each chain carries its number, and brings it back.
  void run_driver() {
    std::uint32_t sent = 0;
    std::uint32_t received = 0;
    while (received != chains) {
      while (sent != chains && part.driver.add({number(sent)}, {4})) {
        ++sent;
        if (sent % 3 == 0 && part.driver.kick()) {
          notification.ring();
        }
      }
      if (part.driver.kick()) {
        notification.ring();
      }
      bool found = take(received);
      if (!found) {
        part.driver.want_interrupts(true);
        found = take(received);
        if (!found && !interrupt.wait()) {
          ADD_FAILURE() << "the driver sleeps with " << received << " received";
          return;
        }
      }
    }
  }

  bool take(std::uint32_t& received) {
    bool any = false;
    while (const auto used = part.driver.take_used()) {
      EXPECT_EQ(used->data, number(received));
      ++received;
      any = true;
    }
    return any;
  }

  static VirtioDriver::Bytes number(std::uint32_t value) {
    const auto bytes = std::as_bytes(std::span(&value, 1));
    return {bytes.begin(), bytes.end()};
  }

  QueueFixture part{
      {.size = 16, .packed = GetParam().packed, .event_index = GetParam().event_index}};
  Bell notification;
  Bell interrupt;
};

TEST_P(QueueThreadsTest, NothingIsLostAndNobodySleepsForEver) {
  ASSERT_TRUE(part.enable());
  std::thread device([this] { run_device(); });
  run_driver();
  device.join();
  EXPECT_FALSE(part.queue.is_broken());
  EXPECT_EQ(part.pool.free(), part.pool.capacity());
}

INSTANTIATE_TEST_SUITE_P(Kinds, QueueThreadsTest,
                         testing::Values(Kind{false, false}, Kind{false, true}, Kind{true, false},
                                         Kind{true, true}),
                         [](const auto& test) {
                           return std::string(test.param.packed ? "packed" : "split") +
                                  (test.param.event_index ? "_event_index" : "");
                         });

}  // namespace
}  // namespace serai::virtio
