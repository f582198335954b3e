// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <string_view>

namespace serai::tool {

/// Serai's version, as in the file VERSION: "0.1.0".
std::string_view serai_version();

}  // namespace serai::tool
