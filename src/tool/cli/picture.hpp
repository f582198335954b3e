// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <expected>
#include <string>

namespace serai::tool {

/// What graphviz draws of `dot`, as SVG; or a sentence about why there is none.
std::expected<std::string, std::string> draw_svg(const std::string& dot);

}  // namespace serai::tool
