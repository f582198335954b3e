// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>

#include "core/interrupt_controller.hpp"

namespace serai {

/// One wire from a device to the interrupt controller. Remembers its level and forwards only
/// changes, so that a device may set it as often as it likes.
class IrqLine {
 public:
  /// A wire that leads nowhere.
  constexpr IrqLine() noexcept = default;

  constexpr IrqLine(InterruptController& controller, std::uint32_t intid) noexcept
      : controller_(&controller), intid_(intid) {}

  void set(bool high) noexcept {
    if (high == high_) {
      return;
    }
    high_ = high;
    if (controller_ != nullptr) {
      controller_->set_level(intid_, high);
    }
  }

  [[nodiscard]] bool is_high() const noexcept { return high_; }

  [[nodiscard]] std::uint32_t intid() const noexcept { return intid_; }

 private:
  InterruptController* controller_ = nullptr;
  std::uint32_t intid_ = 0;
  bool high_ = false;
};

}  // namespace serai
