// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace serai::testbed {

/// How much processor time a thread may use, after the sporadic server of seL4's MCS kernel: what
/// is used at time T comes back at T + period, so that no window of one period sees more than the
/// budget. A budget as long as its period never runs out and is only a turn of a round robin.
/// Times and amounts are in ticks of the system counter.
class Budget {
 public:
  static constexpr std::size_t most_refills = 8;

  constexpr Budget() noexcept = default;

  /// `budget` is at least 1 and at most `period`.
  constexpr Budget(std::uint64_t budget, std::uint64_t period) noexcept
      : period_(period), round_robin_(budget == period), turn_(budget), count_(1) {
    refills_[0] = {0, budget};
  }

  [[nodiscard]] constexpr bool is_round_robin() const noexcept { return round_robin_; }

  /// When the thread may run: `now` or later.
  [[nodiscard]] constexpr std::uint64_t ready_at() const noexcept {
    return round_robin_ ? 0 : refills_[0].time;
  }

  /// How long the thread may run from `now` on; 0 before `ready_at()`.
  constexpr std::uint64_t available(std::uint64_t now) noexcept {
    if (round_robin_) {
      return turn_;
    }
    merge_due(now);
    return refills_[0].time <= now ? refills_[0].amount : 0;
  }

  /// The thread has run for `used` ticks up to `now`. Says whether its turn is over.
  constexpr bool charge(std::uint64_t used, std::uint64_t now) noexcept {
    if (round_robin_) {
      return charge_turn(used);
    }
    merge_due(now);
    const std::uint64_t started = now - used;
    // More than what is there is only used by the few ticks that the timer's interrupt takes.
    const std::uint64_t amount = std::min(used, refills_[0].amount);
    refills_[0].amount -= amount;
    if (amount > 0) {
      append({started + period_, amount});
    }
    if (refills_[0].amount == 0) {
      drop_first();
    }
    return refills_[0].time > now;
  }

 private:
  struct Refill {
    std::uint64_t time = 0;
    std::uint64_t amount = 0;
  };

  constexpr bool charge_turn(std::uint64_t used) noexcept {
    if (used < turn_) {
      turn_ -= used;
      return false;
    }
    turn_ = period_;
    return true;
  }

  /// Makes one refill of all that are due.
  constexpr void merge_due(std::uint64_t now) noexcept {
    while (count_ > 1 && refills_[1].time <= now) {
      refills_[1].amount += refills_[0].amount;
      drop_first();
    }
  }

  constexpr void append(Refill refill) noexcept {
    if (count_ == most_refills) {
      // Giving back later than allowed is safe; earlier would not be.
      refills_[count_ - 1].time = refill.time;
      refills_[count_ - 1].amount += refill.amount;
      return;
    }
    refills_[count_++] = refill;
  }

  constexpr void drop_first() noexcept {
    for (std::size_t i = 1; i < count_; ++i) {
      refills_[i - 1] = refills_[i];
    }
    --count_;
  }

  std::uint64_t period_ = 1;
  bool round_robin_ = true;
  std::uint64_t turn_ = 1;
  std::array<Refill, most_refills> refills_{};
  std::size_t count_ = 0;
};

}  // namespace serai::testbed
