// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstddef>
#include <microkit.h>

namespace serai::selftest {

/// Plays the VMM of the guest in guest.S: knows the order of its exits, checks each and answers it.
class GuestScript {
 public:
  /// Copies the guest to its RAM and starts it.
  void start(microkit_child vcpu) noexcept;

  /// One fault of the guest. Says whether it runs on.
  bool handle(microkit_msginfo info) noexcept;

  /// True once, when the guest is through.
  [[nodiscard]] bool is_done() noexcept;

 private:
  std::size_t next_ = 0;
  bool done_ = false;
};

}  // namespace serai::selftest
