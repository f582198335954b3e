// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace serai::tool {

/// What was written on the command line.
struct Options {
  std::string colour = "auto";
  std::string file = "system.toml";  ///< or a folder that holds a system.toml
  bool json = false;
  bool dot = false;
  bool svg = false;
  std::string platform;
  std::string sdk;
  std::string config = "release";
  std::string output;
  std::string until;
  unsigned timeout_seconds = 0;
  bool icount = false;
  std::vector<std::string> qemu_args;
  std::string folder = ".";
  std::string shell;
};

/// The grammar of the command line, bound to `options`, which must outlive it.
std::unique_ptr<CLI::App> make_grammar(Options& options);

}  // namespace serai::tool
