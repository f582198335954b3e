// SPDX-License-Identifier: BSD-2-Clause
#include "pds/supervisor/restart_policy.hpp"

#include <algorithm>

namespace serai::supervisor {

std::optional<std::uint64_t> RestartPolicy::crashed(std::uint64_t now_ns) noexcept {
  forget(now_ns);
  if (count_ == most_restarts) {
    return std::nullopt;
  }
  const std::size_t before = count_;
  times_[count_++] = now_ns;
  return before == 0 ? 0 : std::min(first_delay_ns << (before - 1), most_delay_ns);
}

void RestartPolicy::forget(std::uint64_t now_ns) noexcept {
  auto* const end = times_.begin() + count_;
  auto* const recent = std::find_if(
      times_.begin(), end, [now_ns](std::uint64_t time) { return now_ns - time < window_ns; });
  std::copy(recent, end, times_.begin());
  count_ = static_cast<std::size_t>(end - recent);
}

}  // namespace serai::supervisor
