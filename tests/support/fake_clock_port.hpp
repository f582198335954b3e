// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>
#include <vector>

#include "core/clock_units.hpp"
#include "core/ports.hpp"

namespace serai::test {

/// A clock that stands still until a test moves it.
class FakeClockPort final : public ClockPort {
 public:
  static constexpr std::uint64_t frequency_hz = 62'500'000;

  [[nodiscard]] std::uint64_t now_ns() noexcept override {
    constexpr std::uint64_t ns_per_tick = 1'000'000'000 / frequency_hz;
    return ticks * ns_per_tick;
  }

  [[nodiscard]] std::uint64_t counter() noexcept override { return ticks; }

  [[nodiscard]] std::uint64_t counter_frequency_hz() noexcept override { return frequency_hz; }

  void set_alarm(std::uint64_t deadline) noexcept override { alarms.push_back(deadline); }

  /// Moves it on by whole ticks, at least so long.
  void advance_ns(std::uint64_t ns) { ticks += ns_to_ticks(ns, frequency_hz); }

  std::uint64_t ticks = 1000;
  /// All requests, oldest first; the last one counts.
  std::vector<std::uint64_t> alarms;
};

}  // namespace serai::test
