// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace serai::tool {

/// How many letters must be added, removed, changed or swapped with their neighbour to make `a`
/// into `b`.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// The one of `names` that somebody who wrote `name` most likely meant; empty where none is near.
std::string close_name(std::string_view name, const std::vector<std::string>& names);

/// A hint for an unknown name: `did you mean "x"?`, or else all the names there are.
std::string name_hint(std::string_view name, const std::vector<std::string>& names);

}  // namespace serai::tool
