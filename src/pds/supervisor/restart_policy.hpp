// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace serai::supervisor {

/// Whether and when a PD that crashed is started again. The first time it is at once; each further
/// crash of the last minute doubles the delay, up to a second. One crash more than `most_restarts`
/// in a minute, and it stays stopped.
class RestartPolicy {
 public:
  static constexpr std::size_t most_restarts = 10;
  static constexpr std::uint64_t window_ns = 60'000'000'000;
  static constexpr std::uint64_t first_delay_ns = 10'000'000;
  static constexpr std::uint64_t most_delay_ns = 1'000'000'000;

  /// It has crashed. The delay in nanoseconds, or nothing: it is not started again.
  [[nodiscard]] std::optional<std::uint64_t> crashed(std::uint64_t now_ns) noexcept;

  /// Crashes of the last minute after which it was started again.
  [[nodiscard]] std::size_t restarts() const noexcept { return count_; }

 private:
  void forget(std::uint64_t now_ns) noexcept;

  std::array<std::uint64_t, most_restarts> times_{};  ///< of crashes, the oldest first
  std::size_t count_ = 0;
};

}  // namespace serai::supervisor
