// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>
#include <microkit.h>
#include <string_view>
#include <testbed_control.h>

#include "base/text.hpp"

namespace serai::selftest {

/// Memory that all PDs of the self-test share; the child may only read it.
struct Shared {
  std::uint64_t server_signals;   ///< how often the server was signalled
  std::uint64_t spinner_started;  ///< counter value when the spinner began to spin
  std::uint64_t spinner_ended;
  std::uint64_t witness_failures;
};

/// What the spinner writes to `spinner_ended` before it crashes.
inline constexpr std::uint64_t crashing = 1;

[[nodiscard]] inline volatile Shared& shared() noexcept {
  // Safety: image.S maps this page in every PD.
  return *reinterpret_cast<volatile Shared*>(0x3'0000'0000);
}

inline void print(std::string_view text) noexcept {
  for (const char character : text) {
    microkit_dbg_putc(character);
  }
}

[[nodiscard]] inline std::uint64_t counter() noexcept {
  // NOLINTNEXTLINE(misc-const-correctness): the check does not see what assembly writes
  std::uint64_t value = 0;
  // Safety: reading the counter has no effects.
  asm volatile("isb\n\tmrs %0, cntpct_el0" : "=r"(value)::"memory");
  return value;
}

}  // namespace serai::selftest
