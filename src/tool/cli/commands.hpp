// SPDX-License-Identifier: BSD-2-Clause
//
// What each command does. All return the exit status.
#pragma once

#include "tool/cli/options.hpp"

namespace serai::tool {

inline constexpr int success = 0;
inline constexpr int failure = 1;
inline constexpr int bad_input = 2;

int check_command(const Options& options);
int build_command(const Options& options);
int run_command(const Options& options);
int explain_command(const Options& options);
int init_command(const Options& options);

}  // namespace serai::tool
