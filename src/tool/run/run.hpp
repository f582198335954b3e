// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <filesystem>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "tool/resolve/resolved_system.hpp"

namespace serai::tool {

/// What `serai build` was asked for.
struct BuildOptions {
  std::string platform;          ///< "testbed" or "sel4"
  std::filesystem::path sdk;     ///< the Microkit SDK, for "sel4"
  std::string config;            ///< the kernel's configuration: "debug" or "release"
  std::filesystem::path output;  ///< folder for the image and the manifest; created where missing
  bool colour = false;           ///< colour in what people read
};

/// What `serai run` was asked for.
struct RunOptions {
  BuildOptions build;
  std::optional<std::string> until;         ///< end with success once the console shows this text
  std::optional<unsigned> timeout_seconds;  ///< end with failure after so long
  bool icount = false;                      ///< QEMU counts instructions: the same run each time
  std::vector<std::string> qemu_args;       ///< passed on behind our own
};

/// Builds the system's image in `options.output`, telling on `progress` what it does. Returns the
/// exit status: 0, 1 for a failure (told on standard error), 2 for options or inputs that cannot
/// be right. Leaves nothing half-written.
int build_system(const ResolvedSystem& system, const BuildOptions& options, std::ostream& progress);

/// Builds the system and runs it in QEMU, its console on standard input and output. Returns the
/// exit status, as `build_system` does, or 3 when the time was over.
int run_system(const ResolvedSystem& system, const RunOptions& options);

}  // namespace serai::tool
