// SPDX-License-Identifier: BSD-2-Clause
#pragma once

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

  [[nodiscard]] constexpr bool empty() const noexcept { return groups_ == 0; }

  /// The highest priority that anyone waits with, or -1.
  [[nodiscard]] constexpr int highest_priority() const noexcept {
    if (groups_ == 0) {
      return -1;
    }
    const auto group = static_cast<unsigned>(std::bit_width(groups_)) - 1;
    return static_cast<int>(group * 64 + static_cast<unsigned>(std::bit_width(present_[group])) -
                            1);
  }

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
    groups_ |= 1U << (priority / 64);
  }

  constexpr void unmark(std::uint8_t priority) noexcept {
    present_[priority / 64] &= ~(std::uint64_t{1} << (priority % 64));
    if (present_[priority / 64] == 0) {
      groups_ &= ~(1U << (priority / 64));
    }
  }

  std::array<std::uint64_t, priorities / 64> present_{};
  unsigned groups_ = 0;  ///< which words of `present_` are not zero
  std::array<ThreadId, priorities> first_{};
  std::array<ThreadId, priorities> last_{};
  std::array<Link, most_threads> links_{};
};

}  // namespace serai::testbed
