// SPDX-License-Identifier: BSD-2-Clause
#include "arch/aarch64/timer/alarm.hpp"

namespace serai::aarch64 {

void Alarm::arm(std::uint64_t earliest) noexcept {
  const std::uint64_t now = clock_.counter();
  const std::uint64_t longest = longest_wait_seconds * clock_.counter_frequency_hz();
  const bool far = earliest > now && earliest - now > longest;
  armed_ = far ? now + longest : earliest;
  clock_.set_alarm(armed_);
}

void Alarm::rearm() noexcept {
  armed_ = never;
  const std::uint64_t earliest = std::ranges::min(deadlines_);
  if (earliest != never) {
    arm(earliest);
  }
}

}  // namespace serai::aarch64
