// SPDX-License-Identifier: BSD-2-Clause
//
// Waiting until an interrupt was taken since the count of them was `seen`. Interrupts are let in
// before and after.
#pragma once

#include "runtime/cpu.hpp"
#include "runtime/gic.hpp"

namespace bench {

inline void wait_for_interrupt_after(unsigned seen) {
  while (probe::gic::recorded() == seen) {
    probe::forbid_interrupts();
    if (probe::gic::recorded() == seen) {
      probe::wait_for_interrupt();
    }
    probe::allow_interrupts();
  }
}

inline void be_busy_until_interrupt_after(unsigned seen) {
  while (probe::gic::recorded() == seen) {
  }
}

}  // namespace bench
