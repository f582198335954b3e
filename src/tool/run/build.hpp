// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <expected>
#include <filesystem>
#include <ostream>

#include "tool/run/report.hpp"
#include "tool/run/run.hpp"

namespace serai::tool {

/// As `build_system`; returns where the bootable image is.
std::expected<std::filesystem::path, Failure> build_image(const ResolvedSystem& system,
                                                          const BuildOptions& options,
                                                          std::ostream& progress);

/// The programs of all PDs with their attachments, from Serai's data folder.
std::expected<std::vector<std::vector<std::byte>>, Failure> attached_programs(
    const ResolvedSystem& system, const std::filesystem::path& programs);

/// Checks that `options.sdk` is an SDK for the system's board, and returns its `microkit` tool.
std::expected<std::filesystem::path, Failure> find_microkit_tool(const ResolvedSystem& system,
                                                                 const BuildOptions& options);

/// Runs the SDK's tool on `system.system` in `folder`, leaving `loader.img` and `report.txt` there.
std::expected<void, Failure> run_microkit_tool(const ResolvedSystem& system,
                                               const BuildOptions& options,
                                               const std::filesystem::path& folder);

}  // namespace serai::tool
