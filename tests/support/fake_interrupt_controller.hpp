// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>
#include <map>

#include "core/interrupt_controller.hpp"

namespace serai::test {

/// Remembers each wire's level and how often it changed.
class FakeInterruptController final : public InterruptController {
 public:
  void set_level(std::uint32_t intid, bool high) noexcept override {
    levels[intid] = high;
    ++changes;
  }

  [[nodiscard]] bool is_high(std::uint32_t intid) const {
    const auto found = levels.find(intid);
    return found != levels.end() && found->second;
  }

  std::map<std::uint32_t, bool> levels;
  int changes = 0;
};

}  // namespace serai::test
