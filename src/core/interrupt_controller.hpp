// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>

namespace serai {

/// The inputs of a guest's interrupt controller, as devices see them. Interrupt numbers are GIC
/// INTIDs on AArch64 (SPIs from 32 up).
class InterruptController {
 public:
  /// The level of an interrupt's wire changed. A level-triggered interrupt is pending while high;
  /// an edge-triggered one becomes pending at each change from low to high. Takes effect in the
  /// guest at the end of the current event (`sync`).
  virtual void set_level(std::uint32_t intid, bool high) noexcept = 0;

 protected:
  ~InterruptController() = default;
};

}  // namespace serai
