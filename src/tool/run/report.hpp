// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <string>

#include "tool/emit/emit.hpp"

namespace serai::tool {

// What build_system and run_system end with.
inline constexpr int status_success = 0;
inline constexpr int status_failure = 1;
inline constexpr int status_bad_options = 2;
inline constexpr int status_timeout = 3;

/// A step that failed, and the exit status that it means.
struct Failure {
  int status = status_failure;
  EmitError error;
};

std::unexpected<Failure> failure(std::string what, std::string hint);
std::unexpected<Failure> bad_option(std::string what, std::string hint);

/// Tells a failure on standard error; returns its status.
int report(const Failure& failure, bool colour);

}  // namespace serai::tool
