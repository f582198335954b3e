// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tool/run/run.hpp"

namespace serai::tool {

/// The command that boots `image`, built from `system`, in QEMU, its serial port on standard input
/// and output, its disks and networks where the system has them.
std::vector<std::string> qemu_command(const ResolvedSystem& system,
                                      const std::filesystem::path& image,
                                      const RunOptions& options);

}  // namespace serai::tool
