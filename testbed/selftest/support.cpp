// SPDX-License-Identifier: BSD-2-Clause
//
// What a broken invariant does in the self-test's PDs.
#include <microkit.h>

#include "base/assert.hpp"

void serai::assertion_failed(const char* expression, const char* /*file*/, int /*line*/) noexcept {
  microkit_dbg_puts("broken invariant: ");
  microkit_dbg_puts(expression);
  microkit_internal_crash(seL4_NoError);
  __builtin_trap();
}
