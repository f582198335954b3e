// SPDX-License-Identifier: BSD-2-Clause
//
// The few functions of a C++ run-time library that the compiler and the library's headers may refer
// to without exceptions or a heap. Reaching one is a mistake of ours.
#include "base/assert.hpp"

extern "C" {
[[noreturn]] void abort();
[[noreturn]] void __cxa_pure_virtual();  // NOLINT(bugprone-reserved-identifier): the ABI's name
}

void abort() {
  serai::assertion_failed("abort", "the C++ library", 0);
}

void __cxa_pure_virtual() {  // NOLINT(bugprone-reserved-identifier): the ABI's name
  serai::assertion_failed("pure virtual call", "the C++ library", 0);
}

namespace std {

// The names are the library's own.
// NOLINTBEGIN(bugprone-reserved-identifier, cert-dcl58-cpp)

/// Where a failed check of the library's containers ends (`_GLIBCXX_ASSERTIONS`).
[[noreturn]] void __glibcxx_assert_fail(const char* file, int line, const char* /*function*/,
                                        const char* condition) noexcept {
  serai::assertion_failed(condition, file, line);
}

/// Where `string_view::substr` ends that starts behind the end.
[[noreturn]] void __throw_out_of_range_fmt(const char* what, ...) {
  serai::assertion_failed(what, "the C++ library", 0);
}

// NOLINTEND(bugprone-reserved-identifier, cert-dcl58-cpp)

}  // namespace std
