// SPDX-License-Identifier: BSD-2-Clause
#include "el2/vcpu_registers.hpp"

#include <array>

namespace serai::testbed {

// NOLINTBEGIN(misc-const-correctness): the check does not see what assembly writes
namespace {

struct RegisterAccess {
  std::uint64_t (*read)() noexcept;
  void (*write)(std::uint64_t value) noexcept;
};

// Safety: these registers belong to the guest whose vCPU is loaded; EL2 itself does not use them.
constexpr std::array<RegisterAccess, Vcpu::register_count> accesses = {{
    {[]() noexcept {
       std::uint64_t value = 0;
       asm volatile("mrs %0, sctlr_el1" : "=r"(value));
       return value;
     },
     [](std::uint64_t value) noexcept { asm volatile("msr sctlr_el1, %0" ::"r"(value)); }},
    {[]() noexcept {
       std::uint64_t value = 0;
       asm volatile("mrs %0, cpacr_el1" : "=r"(value));
       return value;
     },
     [](std::uint64_t value) noexcept { asm volatile("msr cpacr_el1, %0" ::"r"(value)); }},
    {[]() noexcept {
       std::uint64_t value = 0;
       asm volatile("mrs %0, ttbr0_el1" : "=r"(value));
       return value;
     },
     [](std::uint64_t value) noexcept { asm volatile("msr ttbr0_el1, %0" ::"r"(value)); }},
    {[]() noexcept {
       std::uint64_t value = 0;
       asm volatile("mrs %0, ttbr1_el1" : "=r"(value));
       return value;
     },
     [](std::uint64_t value) noexcept { asm volatile("msr ttbr1_el1, %0" ::"r"(value)); }},
    {[]() noexcept {
       std::uint64_t value = 0;
       asm volatile("mrs %0, tcr_el1" : "=r"(value));
       return value;
     },
     [](std::uint64_t value) noexcept { asm volatile("msr tcr_el1, %0" ::"r"(value)); }},
    {[]() noexcept {
       std::uint64_t value = 0;
       asm volatile("mrs %0, mair_el1" : "=r"(value));
       return value;
     },
     [](std::uint64_t value) noexcept { asm volatile("msr mair_el1, %0" ::"r"(value)); }},
    {[]() noexcept {
       std::uint64_t value = 0;
       asm volatile("mrs %0, amair_el1" : "=r"(value));
       return value;
     },
     [](std::uint64_t value) noexcept { asm volatile("msr amair_el1, %0" ::"r"(value)); }},
    {[]() noexcept {
       std::uint64_t value = 0;
       asm volatile("mrs %0, contextidr_el1" : "=r"(value));
       return value;
     },
     [](std::uint64_t value) noexcept { asm volatile("msr contextidr_el1, %0" ::"r"(value)); }},
    {[]() noexcept {
       std::uint64_t value = 0;
       asm volatile("mrs %0, actlr_el1" : "=r"(value));
       return value;
     },
     [](std::uint64_t value) noexcept { asm volatile("msr actlr_el1, %0" ::"r"(value)); }},
    {[]() noexcept {
       std::uint64_t value = 0;
       asm volatile("mrs %0, afsr0_el1" : "=r"(value));
       return value;
     },
     [](std::uint64_t value) noexcept { asm volatile("msr afsr0_el1, %0" ::"r"(value)); }},
    {[]() noexcept {
       std::uint64_t value = 0;
       asm volatile("mrs %0, afsr1_el1" : "=r"(value));
       return value;
     },
     [](std::uint64_t value) noexcept { asm volatile("msr afsr1_el1, %0" ::"r"(value)); }},
    {[]() noexcept {
       std::uint64_t value = 0;
       asm volatile("mrs %0, esr_el1" : "=r"(value));
       return value;
     },
     [](std::uint64_t value) noexcept { asm volatile("msr esr_el1, %0" ::"r"(value)); }},
    {[]() noexcept {
       std::uint64_t value = 0;
       asm volatile("mrs %0, far_el1" : "=r"(value));
       return value;
     },
     [](std::uint64_t value) noexcept { asm volatile("msr far_el1, %0" ::"r"(value)); }},
    {[]() noexcept {
       std::uint64_t value = 0;
       asm volatile("mrs %0, isr_el1" : "=r"(value));
       return value;
     },
     [](std::uint64_t /*value*/) noexcept {}},
    {[]() noexcept {
       std::uint64_t value = 0;
       asm volatile("mrs %0, vbar_el1" : "=r"(value));
       return value;
     },
     [](std::uint64_t value) noexcept { asm volatile("msr vbar_el1, %0" ::"r"(value)); }},
    {[]() noexcept {
       std::uint64_t value = 0;
       asm volatile("mrs %0, tpidr_el1" : "=r"(value));
       return value;
     },
     [](std::uint64_t value) noexcept { asm volatile("msr tpidr_el1, %0" ::"r"(value)); }},
    {[]() noexcept {
       std::uint64_t value = 0;
       asm volatile("mrs %0, vmpidr_el2" : "=r"(value));
       return value;
     },
     [](std::uint64_t value) noexcept { asm volatile("msr vmpidr_el2, %0" ::"r"(value)); }},
    {[]() noexcept {
       std::uint64_t value = 0;
       asm volatile("mrs %0, sp_el1" : "=r"(value));
       return value;
     },
     [](std::uint64_t value) noexcept { asm volatile("msr sp_el1, %0" ::"r"(value)); }},
    {[]() noexcept {
       std::uint64_t value = 0;
       asm volatile("mrs %0, elr_el1" : "=r"(value));
       return value;
     },
     [](std::uint64_t value) noexcept { asm volatile("msr elr_el1, %0" ::"r"(value)); }},
    {[]() noexcept {
       std::uint64_t value = 0;
       asm volatile("mrs %0, spsr_el1" : "=r"(value));
       return value;
     },
     [](std::uint64_t value) noexcept { asm volatile("msr spsr_el1, %0" ::"r"(value)); }},
    {[]() noexcept {
       std::uint64_t value = 0;
       asm volatile("mrs %0, cntv_ctl_el0" : "=r"(value));
       return value;
     },
     [](std::uint64_t value) noexcept { asm volatile("msr cntv_ctl_el0, %0" ::"r"(value)); }},
    {[]() noexcept {
       std::uint64_t value = 0;
       asm volatile("mrs %0, cntv_cval_el0" : "=r"(value));
       return value;
     },
     [](std::uint64_t value) noexcept { asm volatile("msr cntv_cval_el0, %0" ::"r"(value)); }},
    {[]() noexcept {
       std::uint64_t value = 0;
       asm volatile("mrs %0, cntvoff_el2" : "=r"(value));
       return value;
     },
     [](std::uint64_t value) noexcept { asm volatile("msr cntvoff_el2, %0" ::"r"(value)); }},
    {[]() noexcept {
       std::uint64_t value = 0;
       asm volatile("mrs %0, cntkctl_el1" : "=r"(value));
       return value;
     },
     [](std::uint64_t value) noexcept { asm volatile("msr cntkctl_el1, %0" ::"r"(value)); }},
}};

}  // namespace

std::uint64_t read_hardware(std::size_t number) noexcept {
  return accesses[number].read();
}

void write_hardware(std::size_t number, std::uint64_t value) noexcept {
  accesses[number].write(value);
}

std::uint64_t read_par_el1() noexcept {
  std::uint64_t value = 0;
  asm volatile("mrs %0, par_el1" : "=r"(value));
  return value;
}

void write_par_el1(std::uint64_t value) noexcept {
  asm volatile("msr par_el1, %0" ::"r"(value));
}

std::uint64_t read_csselr_el1() noexcept {
  std::uint64_t value = 0;
  asm volatile("mrs %0, csselr_el1" : "=r"(value));
  return value;
}

void write_csselr_el1(std::uint64_t value) noexcept {
  asm volatile("msr csselr_el1, %0" ::"r"(value));
}

// NOLINTEND(misc-const-correctness)

}  // namespace serai::testbed
