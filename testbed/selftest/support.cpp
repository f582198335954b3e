// SPDX-License-Identifier: BSD-2-Clause
//
// What the containers' checks call in the self-test's PDs.
#include <microkit.h>

#include "base/assert.hpp"

void serai::assertion_failed(const char* expression, const char* /*file*/, int /*line*/) noexcept {
  microkit_dbg_puts("broken invariant: ");
  microkit_dbg_puts(expression);
  microkit_internal_crash(seL4_NoError);
  __builtin_trap();
}

namespace std {
void __glibcxx_assert_fail(const char* file, int line, const char* function,
                           const char* condition) noexcept;
}

void std::__glibcxx_assert_fail(const char* file, int line, const char* /*function*/,
                                const char* condition) noexcept {
  serai::assertion_failed(condition, file, line);
}
