// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <expected>
#include <filesystem>
#include <string>

namespace serai::tool {

/// Where the tool's data is: a folder that holds `boards/` and, built, `testbed/`, `sel4-release/`
/// and `sel4-debug/`. That is `$SERAI_SHARE`, or `share/serai` in the nearest folder above the
/// executable that has one, which serves an installed tool (/usr/bin, /usr/share/serai) and the
/// build tree alike. The error is a sentence that says where it looked.
std::expected<std::filesystem::path, std::string> share_directory();

}  // namespace serai::tool
