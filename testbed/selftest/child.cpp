// SPDX-License-Identifier: BSD-2-Clause
//
// Breaks one rule after the other, each time after asking its parent which. The parent sees a fault
// and restarts it; asking again without one means that a rule did not hold.
#include "check.hpp"
#include "child_sins.hpp"

using serai::selftest::Sin;

namespace {

volatile std::uint64_t& at(std::uint64_t address) noexcept {
  // Safety: none; the testbed is expected to stop this PD.
  return *reinterpret_cast<volatile std::uint64_t*>(address);
}

constinit volatile std::uint64_t data = 0;

void commit(Sin sin) noexcept {
  switch (sin) {
    case Sin::none:
      break;
    case Sin::read_of_foreign_memory:
      data = at(0x3'0000'1000);
      break;
    case Sin::write_of_read_only_memory:
      at(0x3'0000'0000) = 1;
      break;
    case Sin::write_of_own_code:
      at(0x20'0000) = 1;
      break;
    case Sin::execution_of_data:
      asm volatile("br %0" ::"r"(&data));
      break;
    case Sin::unknown_system_call:
      testbed_system_call(1234, {11, 12, 13, 14, 15, 16});
      break;
    case Sin::missing_capability:
      microkit_notify(33);
      break;
    case Sin::floating_point:
      asm volatile(".inst 0x1e6e1000");  // fmov d0, #1.0
      break;
    case Sin::privileged_register:
      asm volatile("msr ttbr0_el1, xzr");
      break;
    case Sin::zeroing_of_a_line:
      asm volatile("dc zva, %0" ::"r"(&data) : "memory");
      break;
    case Sin::virtual_counter:
      asm volatile("mrs x0, cntvct_el0" ::: "x0");
      break;
  }
}

}  // namespace

extern "C" void init() {
  for (;;) {
    const testbed_message_t answer =
        testbed_system_call(serai::selftest::ask_for_sin, testbed_message_t{});
    commit(static_cast<Sin>(answer.mr0));
  }
}
