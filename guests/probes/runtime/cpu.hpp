// SPDX-License-Identifier: BSD-2-Clause
//
// The instructions that C++ has no words for. All of them touch only what a guest at EL1 owns.
#pragma once

#include <cstdint>

namespace probe {

// The assembly writes these variables, which the check does not see.
// NOLINTBEGIN(misc-const-correctness)

inline void allow_interrupts() {
  asm volatile("msr daifclr, #2" : : : "memory");
}

inline void forbid_interrupts() {
  asm volatile("msr daifset, #2" : : : "memory");
}

inline void wait_for_interrupt() {
  asm volatile("dsb sy\n\twfi\n\tisb" : : : "memory");
}

inline void synchronize() {
  asm volatile("dsb sy\n\tisb" : : : "memory");
}

inline std::uint64_t exception_syndrome() {
  std::uint64_t value = 0;
  asm volatile("mrs %0, esr_el1" : "=r"(value));
  return value;
}

inline std::uint64_t fault_address() {
  std::uint64_t value = 0;
  asm volatile("mrs %0, far_el1" : "=r"(value));
  return value;
}

inline std::uint64_t virtual_counter() {
  std::uint64_t value = 0;
  asm volatile("isb\n\tmrs %0, cntvct_el0" : "=r"(value) : : "memory");
  return value;
}

inline std::uint64_t counter_frequency() {
  std::uint64_t value = 0;
  asm volatile("mrs %0, cntfrq_el0" : "=r"(value));
  return value;
}

inline void set_virtual_timer(std::uint64_t compare, std::uint64_t control) {
  asm volatile("msr cntv_cval_el0, %0\n\tmsr cntv_ctl_el0, %1\n\tisb"
               :
               : "r"(compare), "r"(control)
               : "memory");
}

inline std::uint64_t virtual_timer_control() {
  std::uint64_t value = 0;
  asm volatile("mrs %0, cntv_ctl_el0" : "=r"(value) : : "memory");
  return value;
}

// NOLINTEND(misc-const-correctness)

}  // namespace probe
