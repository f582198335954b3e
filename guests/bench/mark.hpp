// SPDX-License-Identifier: BSD-2-Clause
#pragma once

namespace bench {

/// Begins section `number` of what ./dev bench counts; section 0 is what no row is about.
template <unsigned number>
inline void mark() {
  static_assert(number < 16);
  asm volatile("hint %0" : : "i"(0x60 + number) : "memory");
}

}  // namespace bench
