// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace serai::tool {

/// A script that teaches `shell` ("bash", "zsh" or "fish") the commands and options of `grammar`.
std::string completion_script(const CLI::App& grammar, const std::string& shell);

}  // namespace serai::tool
