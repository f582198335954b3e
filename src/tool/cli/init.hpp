// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <expected>
#include <filesystem>
#include <string>
#include <string_view>

namespace serai::tool {

/// The text of a system file to begin with: one VM, every key explained.
std::string_view initial_system();

/// Writes it to `folder`/system.toml, making the folder where needed; never over an existing file.
/// Returns the file, or a sentence about what went wrong.
std::expected<std::filesystem::path, std::string> write_initial_system(
    const std::filesystem::path& folder);

}  // namespace serai::tool
