// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>

namespace serai::selftest {

/// Rules that the child breaks, one after the other.
enum class Sin : std::uint64_t {
  none,
  read_of_foreign_memory,
  write_of_read_only_memory,
  write_of_own_code,
  execution_of_data,
  unknown_system_call,
  missing_capability,
  floating_point,
  privileged_register,
  virtual_counter,
  zeroing_of_a_line,
};

/// System call by which the child asks its parent for the next one; its X2 becomes the answer.
inline constexpr std::uint64_t ask_for_sin = 4321;

}  // namespace serai::selftest
