// SPDX-License-Identifier: BSD-2-Clause
#include <cstdio>
#include <cstdlib>

#include "base/assert.hpp"

namespace serai {

void assertion_failed(const char* expression, const char* file, int line) noexcept {
  std::fprintf(stderr, "serai: a mistake in Serai itself: %s (%s:%d)\n", expression, file, line);
  std::abort();
}

}  // namespace serai
