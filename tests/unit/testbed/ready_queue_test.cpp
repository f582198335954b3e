// SPDX-License-Identifier: BSD-2-Clause
#include "policy/ready_queue.hpp"

#include <gtest/gtest.h>
#include <list>
#include <map>
#include <rapidcheck/gtest.h>

namespace serai::testbed {
namespace {

TEST(ReadyQueue, StartsEmpty) {
  ReadyQueue queue;
  EXPECT_EQ(queue.highest_priority(), -1);
  EXPECT_EQ(queue.pop(), no_thread);
}

TEST(ReadyQueue, HigherPriorityFirstThenFirstCome) {
  ReadyQueue queue;
  queue.push_back(1, 10);
  queue.push_back(2, 200);
  queue.push_back(3, 10);
  queue.push_back(4, 200);
  EXPECT_EQ(queue.highest_priority(), 200);
  EXPECT_EQ(queue.pop(), 2);
  EXPECT_EQ(queue.pop(), 4);
  EXPECT_EQ(queue.highest_priority(), 10);
  EXPECT_EQ(queue.pop(), 1);
  EXPECT_EQ(queue.pop(), 3);
  EXPECT_EQ(queue.pop(), no_thread);
}

TEST(ReadyQueue, PreemptedThreadKeepsItsTurn) {
  ReadyQueue queue;
  queue.push_back(1, 10);
  queue.push_front(2, 10);
  EXPECT_EQ(queue.pop(), 2);
}

/// The same operations on lists of the standard library.
class Model {
 public:
  void push(ThreadId thread, std::uint8_t priority, bool back) {
    auto& list = lists_[priority];
    list.insert(back ? list.end() : list.begin(), thread);
  }

  void remove(ThreadId thread, std::uint8_t priority) { lists_[priority].remove(thread); }

  [[nodiscard]] int highest() const {
    for (auto it = lists_.rbegin(); it != lists_.rend(); ++it) {
      if (!it->second.empty()) {
        return it->first;
      }
    }
    return -1;
  }

  ThreadId pop() {
    const int priority = highest();
    if (priority < 0) {
      return no_thread;
    }
    auto& list = lists_[static_cast<std::uint8_t>(priority)];
    const ThreadId thread = list.front();
    list.pop_front();
    return thread;
  }

 private:
  std::map<std::uint8_t, std::list<ThreadId>> lists_;
};

RC_GTEST_PROP(ReadyQueue, BehavesAsListsPerPriority, ()) {
  ReadyQueue queue;
  Model model;
  std::map<ThreadId, std::uint8_t> waiting;
  const auto steps = *rc::gen::inRange(0, 300);
  for (int i = 0; i < steps; ++i) {
    const auto thread = static_cast<ThreadId>(*rc::gen::inRange<int>(0, most_threads));
    const auto action = *rc::gen::inRange(0, 4);
    if (action == 3) {
      const ThreadId popped = queue.pop();
      RC_ASSERT(popped == model.pop());
      waiting.erase(popped);
    } else if (const auto found = waiting.find(thread); found != waiting.end()) {
      queue.remove(thread, found->second);
      model.remove(thread, found->second);
      waiting.erase(found);
    } else {
      const auto priority = *rc::gen::arbitrary<std::uint8_t>();
      action == 0 ? queue.push_front(thread, priority) : queue.push_back(thread, priority);
      model.push(thread, priority, action != 0);
      waiting[thread] = priority;
    }
    RC_ASSERT(queue.highest_priority() == model.highest());
  }
}

}  // namespace
}  // namespace serai::testbed
