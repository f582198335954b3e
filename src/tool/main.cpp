// SPDX-License-Identifier: BSD-2-Clause
#include <cstdio>
#include <exception>

#include "tool/cli/cli.hpp"

int main(int argc, char** argv) {
  try {
    return serai::tool::command_line(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "serai: %s\n", error.what());
    return 1;
  }
}
