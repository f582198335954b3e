// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <filesystem>
#include <optional>
#include <string_view>

#include "tool/check/checked_system.hpp"

namespace serai::tool {

/// The path of a file that a system file names, from where the user stands.
std::filesystem::path path_of(const Located<std::string>& name);

/// Where a named file is; nothing, and a report, where there is none. `what` names it: "kernel".
std::optional<std::filesystem::path> find_file(const Located<std::string>& name,
                                               std::string_view what, Diagnostics& diagnostics);

/// The file, read; nothing, and a report, where it cannot be or is empty.
std::optional<InputFile> read_input(const Located<std::string>& name, std::string_view what,
                                    Diagnostics& diagnostics);

}  // namespace serai::tool
