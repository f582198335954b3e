// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>

namespace serai::microkit {

/// The system counter and the EL1 physical timer, where the kernel lets user programs reach them
/// (Arm ARM DDI 0487, D11). A guest may be able to reach the timer as well, so that its setting is
/// a hint and the counter alone is trusted.
class PhysicalTimer {
 public:
  /// CNTPCT_EL0.
  [[nodiscard]] static std::uint64_t counter() noexcept;

  /// CNTFRQ_EL0, in hertz; never zero.
  [[nodiscard]] static std::uint64_t frequency_hz() noexcept;

  /// Raises the timer's interrupt while the counter is at or above `deadline`.
  static void arm(std::uint64_t deadline) noexcept;

  /// No interrupt until `arm`.
  static void disarm() noexcept;
};

}  // namespace serai::microkit
