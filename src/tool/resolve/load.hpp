// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <filesystem>
#include <optional>

#include "tool/resolve/resolve.hpp"

namespace serai::tool {

/// The whole way from a system file to a resolved system: read, check, resolve. `share` is where
/// the boards are. Returns nothing, with the reasons in `diagnostics`, if anything is wrong.
std::optional<ResolvedSystem> load_system(const std::filesystem::path& file,
                                          const std::filesystem::path& share,
                                          const ResolveOptions& options, Diagnostics& diagnostics);

}  // namespace serai::tool
