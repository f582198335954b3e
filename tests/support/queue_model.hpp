// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <array>
#include <deque>
#include <string>
#include <vector>

#include "support/virtio_driver.hpp"
#include "virtio/queue.hpp"

namespace serai::test {

/// An honest driver and a device at the two ends of a queue that take any steps in any order, and a
/// model of what each must see. For property tests and fuzzers.
class QueueModel {
 public:
  enum class Action : std::uint8_t {
    add,         ///< driver: a chain of pieces that `a` and `b` choose
    kick,        ///< driver: shows what was added
    take_used,   ///< driver: takes what was used
    interrupts,  ///< driver: wants interrupts if `a` is odd
    pop,         ///< device
    put_back,    ///< device: pops a chain and puts it back
    complete,    ///< device: the `a`-th chain that it holds, `b` tells how much it writes
    publish,     ///< device
    suppress,    ///< device
    allow,       ///< device
    squeeze,     ///< another queue takes segments from the pool, or gives all back
    reset,       ///< everything stops at once
  };

  static constexpr std::uint8_t action_count = 12;

  /// A fuzzer needs no history: it can run the same again.
  explicit QueueModel(const VirtioDriver::Options& options, bool keeps_history = true);
  ~QueueModel();
  QueueModel(const QueueModel&) = delete;
  QueueModel& operator=(const QueueModel&) = delete;

  void step(Action action, std::uint8_t a, std::uint8_t b);

  /// Lets everything that is under way come to its end.
  void finish();

  /// The first thing that was not as it must be, or nothing.
  [[nodiscard]] const std::string& violation() const { return violation_; }

  /// What passed, in the order in which it did; the same for every kind of ring, as long as the
  /// same steps find room.
  [[nodiscard]] const std::string& history() const { return history_; }

 private:
  /// A chain from the driver's point of view.
  struct Sent {
    std::uint16_t id = 0;
    VirtioDriver::Bytes readable;
    std::uint64_t writable = 0;
  };

  struct Held {
    virtio::Chain chain;
    Sent sent;
  };

  struct Finished {
    std::uint16_t id = 0;
    VirtioDriver::Bytes data;
    bool published = false;
  };

  void require(bool holds, const char* what);

  void note(const char* what) {
    if (keeps_history_) {
      history_ += std::string(what) + "\n";
    }
  }

  void note(const char* what, std::uint64_t number) {
    if (keeps_history_) {
      history_ += what + (" " + std::to_string(number)) + "\n";
    }
  }

  void add(std::uint8_t a, std::uint8_t b);
  void kick();
  void take_used();
  bool pop();
  void check(const virtio::Chain& chain, const Sent& sent);
  void put_back();
  void complete(std::uint8_t a, std::uint8_t b);
  void publish();
  void allow();
  void squeeze(std::uint8_t a);
  void reset();
  void show_in_order();

  GuestRam ram_{std::size_t{1} << 16U};
  VirtioDriver driver_;
  bool event_index_;
  bool in_order_;
  bool keeps_history_;
  std::array<virtio::Segment, 48> segments_{};
  virtio::SegmentPool pool_{segments_};
  virtio::Queue queue_;
  std::vector<std::uint16_t> squeezed_;
  std::deque<Sent> added_;           ///< not kicked
  std::deque<Sent> available_;       ///< kicked, not popped
  std::vector<Held> held_;           ///< popped
  std::deque<std::uint16_t> order_;  ///< ids that were popped and not shown, in order
  std::deque<Finished> finished_;    ///< completed, in the order in which the driver sees them
  std::deque<Finished> waiting_;     ///< completed before their turn
  bool interrupts_ = true;
  bool drained_ = true;  ///< the driver saw all that was published, and then waits
  bool allowed_ = true;  ///< the device saw all that was kicked, and then waits
  std::uint8_t pattern_ = 0;
  std::string violation_;
  std::string history_;
};

}  // namespace serai::test
