// SPDX-License-Identifier: BSD-2-Clause
#pragma once

namespace serai {

/// Reports a broken invariant of ours and does not return. Every program supplies one: hosted
/// programs abort, a PD logs and stops itself. No guest, peer PD or file may be able to reach it.
[[noreturn]] void assertion_failed(const char* expression, const char* file, int line) noexcept;

}  // namespace serai

/// Checks for our own mistakes, in every build type. The project's only macro.
#define SERAI_ASSERT(expression) \
  ((expression) ? static_cast<void>(0) : ::serai::assertion_failed(#expression, __FILE__, __LINE__))
