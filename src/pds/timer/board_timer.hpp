// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>

#include "pds/timer/timer_hardware.hpp"

namespace serai::timer {

/// The physical timer, backed up by a PL031's alarm (ARM DDI 0224) where the board has one.
class BoardTimer final : public TimerHardware {
 public:
  /// `backstop_address`: where this PD sees the PL031's registers, or 0 for none.
  explicit BoardTimer(std::uint64_t backstop_address) noexcept;

  [[nodiscard]] std::uint64_t counter() noexcept override;
  [[nodiscard]] std::uint64_t frequency_hz() noexcept override;
  void arm(std::uint64_t deadline) noexcept override;
  void disarm() noexcept override;
  void arm_backstop() noexcept override;
  void clear_backstop() noexcept override;

 private:
  volatile std::uint32_t* backstop_;
};

}  // namespace serai::timer
