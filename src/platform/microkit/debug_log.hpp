// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "core/ports.hpp"

namespace serai::microkit {

/// The kernel's debug output, for a PD without a queue to the console. A release kernel has none:
/// the lines are lost there.
class DebugLog final : public LogPort {
 public:
  void write_line(std::string_view line) noexcept override;
};

}  // namespace serai::microkit
