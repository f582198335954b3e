// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>

#include "core/clock_units.hpp"
#include "core/ports.hpp"

namespace serai::test {

/// A clock that moves only when the test says so.
class FakeClockPort final : public ClockPort {
 public:
  std::uint64_t now_ns() noexcept override { return ticks_to_ns(ticks, frequency_hz); }

  std::uint64_t counter() noexcept override { return ticks; }

  std::uint64_t counter_frequency_hz() noexcept override { return frequency_hz; }

  void set_alarm(std::uint64_t deadline) noexcept override { alarm = deadline; }

  void advance_ns(std::uint64_t ns) { ticks += ns_to_ticks(ns, frequency_hz); }

  std::uint64_t ticks = 0;
  std::uint64_t frequency_hz = 62'500'000;
  std::uint64_t alarm = never;
};

}  // namespace serai::test
