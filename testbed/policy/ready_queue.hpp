// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace serai::testbed {

/// A thread by its number, or `no_thread`.
using ThreadId = std::uint8_t;

inline constexpr std::size_t most_threads = 96;
inline constexpr ThreadId no_thread = 0xff;

/// Who wants the processor: first in, first out at each priority, the highest priority first. All
/// operations take constant time. A thread is in the queue at most once; the caller sees to that.
class ReadyQueue {
 public:
  static constexpr std::size_t priorities = 256;

  constexpr ReadyQueue() noexcept {
    first_.fill(no_thread);
    last_.fill(no_thread);
  }

  /// The highest priority that anyone waits with, or -1.
  [[nodiscard]] constexpr int highest_priority() const noexcept { return highest_; }

  /// Puts `thread` behind those of its priority: its turn is over, or it was woken.
  constexpr void push_back(ThreadId thread, std::uint8_t priority) noexcept {
    links_[thread] = {last_[priority], no_thread};
    if (last_[priority] == no_thread) {
      first_[priority] = thread;
      mark(priority);
    } else {
      links_[last_[priority]].next = thread;
    }
    last_[priority] = thread;
  }

  /// Puts `thread` before those of its priority: it was preempted and its turn goes on.
  constexpr void push_front(ThreadId thread, std::uint8_t priority) noexcept {
    links_[thread] = {no_thread, first_[priority]};
    if (first_[priority] == no_thread) {
      last_[priority] = thread;
      mark(priority);
    } else {
      links_[first_[priority]].previous = thread;
    }
    first_[priority] = thread;
  }

  constexpr void remove(ThreadId thread, std::uint8_t priority) noexcept {
    const Link link = links_[thread];
    (link.previous == no_thread ? first_[priority] : links_[link.previous].next) = link.next;
    (link.next == no_thread ? last_[priority] : links_[link.next].previous) = link.previous;
    if (first_[priority] == no_thread) {
      unmark(priority);
    }
  }

  /// Takes out the first thread of the highest priority, or says `no_thread`.
  constexpr ThreadId pop() noexcept {
    const int priority = highest_priority();
    if (priority < 0) {
      return no_thread;
    }
    const ThreadId thread = first_[static_cast<std::size_t>(priority)];
    remove(thread, static_cast<std::uint8_t>(priority));
    return thread;
  }

 private:
  struct Link {
    ThreadId previous = no_thread;
    ThreadId next = no_thread;
  };

  constexpr void mark(std::uint8_t priority) noexcept {
    present_[priority / 64] |= std::uint64_t{1} << (priority % 64);
    highest_ = std::max(highest_, static_cast<int>(priority));
  }

  constexpr void unmark(std::uint8_t priority) noexcept {
    present_[priority / 64] &= ~(std::uint64_t{1} << (priority % 64));
    if (priority == highest_) {
      highest_ = find_highest();
    }
  }

  [[nodiscard]] constexpr int find_highest() const noexcept {
    for (std::size_t word = present_.size(); word-- > 0;) {
      if (present_[word] != 0) {
        return static_cast<int>(word * 64 +
                                static_cast<std::size_t>(std::bit_width(present_[word]))) -
               1;
      }
    }
    return -1;
  }

  int highest_ = -1;
  std::array<std::uint64_t, priorities / 64> present_{};
  std::array<ThreadId, priorities> first_{};
  std::array<ThreadId, priorities> last_{};
  std::array<Link, most_threads> links_{};
};

}  // namespace serai::testbed
