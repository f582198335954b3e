// SPDX-License-Identifier: BSD-2-Clause
//
// The system registers that EL2 uses, each by its name in the Arm ARM.
// Safety: reads have no effects; every write below is one that the testbed's design gives to EL2,
// and takes effect at the next exception return at the latest.
#pragma once

#include <cstdint>

namespace serai::testbed {

// NOLINTBEGIN(misc-const-correctness): the check does not see what assembly writes

[[nodiscard]] inline std::uint64_t read_esr_el2() noexcept {
  std::uint64_t value = 0;
  asm volatile("mrs %0, esr_el2" : "=r"(value));
  return value;
}

[[nodiscard]] inline std::uint64_t read_far_el2() noexcept {
  std::uint64_t value = 0;
  asm volatile("mrs %0, far_el2" : "=r"(value));
  return value;
}

[[nodiscard]] inline std::uint64_t read_hpfar_el2() noexcept {
  std::uint64_t value = 0;
  asm volatile("mrs %0, hpfar_el2" : "=r"(value));
  return value;
}

[[nodiscard]] inline std::uint64_t read_elr_el2() noexcept {
  std::uint64_t value = 0;
  asm volatile("mrs %0, elr_el2" : "=r"(value));
  return value;
}

[[nodiscard]] inline std::uint64_t read_cntpct_el0() noexcept {
  std::uint64_t value = 0;
  asm volatile("isb\n\tmrs %0, cntpct_el0" : "=r"(value)::"memory");
  return value;
}

[[nodiscard]] inline std::uint64_t read_cntfrq_el0() noexcept {
  std::uint64_t value = 0;
  asm volatile("mrs %0, cntfrq_el0" : "=r"(value));
  return value;
}

[[nodiscard]] inline std::uint64_t read_cntkctl_el1() noexcept {
  std::uint64_t value = 0;
  asm volatile("mrs %0, cntkctl_el1" : "=r"(value));
  return value;
}

[[nodiscard]] inline std::uint64_t read_sctlr_el1() noexcept {
  std::uint64_t value = 0;
  asm volatile("mrs %0, sctlr_el1" : "=r"(value));
  return value;
}

inline void write_sctlr_el1(std::uint64_t value) noexcept {
  asm volatile("msr sctlr_el1, %0" ::"r"(value) : "memory");
}

[[nodiscard]] inline std::uint64_t read_mdscr_el1() noexcept {
  std::uint64_t value = 0;
  asm volatile("mrs %0, mdscr_el1" : "=r"(value));
  return value;
}

inline void write_mdscr_el1(std::uint64_t value) noexcept {
  asm volatile("msr mdscr_el1, %0" ::"r"(value) : "memory");
}

inline void write_hcr_el2(std::uint64_t value) noexcept {
  asm volatile("msr hcr_el2, %0" ::"r"(value) : "memory");
}

inline void write_vttbr_el2(std::uint64_t value) noexcept {
  asm volatile("msr vttbr_el2, %0" ::"r"(value) : "memory");
}

inline void write_vtcr_el2(std::uint64_t value) noexcept {
  asm volatile("msr vtcr_el2, %0" ::"r"(value) : "memory");
}

inline void write_cptr_el2(std::uint64_t value) noexcept {
  asm volatile("msr cptr_el2, %0" ::"r"(value) : "memory");
}

inline void write_cnthctl_el2(std::uint64_t value) noexcept {
  asm volatile("msr cnthctl_el2, %0" ::"r"(value) : "memory");
}

inline void write_cntkctl_el1(std::uint64_t value) noexcept {
  asm volatile("msr cntkctl_el1, %0" ::"r"(value) : "memory");
}

inline void write_cnthp_cval_el2(std::uint64_t value) noexcept {
  asm volatile("msr cnthp_cval_el2, %0" ::"r"(value) : "memory");
}

inline void write_cnthp_ctl_el2(std::uint64_t value) noexcept {
  asm volatile("msr cnthp_ctl_el2, %0\n\tisb" ::"r"(value) : "memory");
}

inline void instruction_barrier() noexcept {
  asm volatile("isb" ::: "memory");
}

// NOLINTEND(misc-const-correctness)

}  // namespace serai::testbed
