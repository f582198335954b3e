// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "core/child_port.hpp"

namespace serai::microkit {

/// The children of this PD as Microkit gives them: a capability to the thread of each, no more.
class MicrokitChildren final : public ChildPort {
 public:
  [[nodiscard]] ChildStart start_of(ChildId child) noexcept override;

  /// As `microkit_pd_restart`, but with the stack pointer too: that of the earlier life is wherever
  /// it crashed.
  void restart(ChildId child, const ChildStart& start) noexcept override;
};

}  // namespace serai::microkit
