// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>

namespace serai::timer {

/// What the timer service asks of the board: a counter that is trusted, a timer that is only a hint
/// (a hostile guest may be able to change its setting), and a coarse second alarm behind it.
class TimerHardware {
 public:
  [[nodiscard]] virtual std::uint64_t counter() noexcept = 0;

  /// Frequency of `counter()` in hertz; never zero.
  [[nodiscard]] virtual std::uint64_t frequency_hz() noexcept = 0;

  /// Raises the timer's interrupt while the counter is at or above `deadline`.
  virtual void arm(std::uint64_t deadline) noexcept = 0;

  /// No timer interrupt until `arm`.
  virtual void disarm() noexcept = 0;

  /// Raises the backstop's interrupt within two seconds. Does nothing where there is none.
  virtual void arm_backstop() noexcept = 0;

  /// Withdraws the backstop's interrupt.
  virtual void clear_backstop() noexcept = 0;

 protected:
  ~TimerHardware() = default;
};

}  // namespace serai::timer
