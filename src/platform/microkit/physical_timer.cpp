// SPDX-License-Identifier: BSD-2-Clause
#include "platform/microkit/physical_timer.hpp"

#include <algorithm>

namespace serai::microkit {
namespace {

constexpr std::uint64_t ctl_enable = 1;

// Safety, for all assembly here: the kernel opened these registers to user programs; reading them
// has no effect and writing them moves only this timer. The barriers keep a read of the counter
// from running ahead of what precedes it and make a new setting take effect at once.

void write_control(std::uint64_t value) noexcept {
  asm volatile("msr cntp_ctl_el0, %0\n\tisb" : : "r"(value) : "memory");
}

}  // namespace

// The assembly writes the variables, which the check does not see.
// NOLINTBEGIN(misc-const-correctness)

std::uint64_t PhysicalTimer::counter() noexcept {
  std::uint64_t value = 0;
  asm volatile("isb\n\tmrs %0, cntpct_el0" : "=r"(value) : : "memory");
  return value;
}

std::uint64_t PhysicalTimer::frequency_hz() noexcept {
  std::uint64_t value = 0;
  asm("mrs %0, cntfrq_el0" : "=r"(value));
  return std::max<std::uint64_t>(value, 1);
}

// NOLINTEND(misc-const-correctness)

void PhysicalTimer::arm(std::uint64_t deadline) noexcept {
  asm volatile("msr cntp_cval_el0, %0" : : "r"(deadline) : "memory");
  write_control(ctl_enable);
}

void PhysicalTimer::disarm() noexcept {
  write_control(0);
}

}  // namespace serai::microkit
