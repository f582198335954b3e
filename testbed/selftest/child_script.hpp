// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstddef>
#include <microkit.h>

namespace serai::selftest {

/// Leads the child from sin to sin and checks the fault that each must end in.
class ChildScript {
 public:
  /// One fault of the child. Says whether `reply` resumes it; otherwise it was restarted or is to
  /// stay stopped.
  bool handle(microkit_msginfo info, microkit_msginfo& reply) noexcept;

  /// True once, when all sins are through.
  [[nodiscard]] bool is_done() noexcept;

 private:
  void check_sin(microkit_msginfo info) noexcept;

  std::size_t next_ = 0;
  bool committing_ = false;
  bool done_ = false;
};

}  // namespace serai::selftest
