// SPDX-License-Identifier: BSD-2-Clause
#pragma once

namespace serai::tool {

/// The program `serai`: parses the command line, does what it says and returns the exit status:
/// 0; 1 for something that failed; 2 for a command line or a file that cannot be right.
int command_line(int argc, const char* const* argv);

}  // namespace serai::tool
