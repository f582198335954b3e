// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <optional>

#include "tool/check/checked_system.hpp"

namespace serai::tool {

/// Looks for everything that is wrong with a system on its board, reads its files and fills in
/// defaults. Returns nothing if there are errors in `diagnostics`, its own or earlier ones.
std::optional<CheckedSystem> check(const SystemModel& model, const Board& board,
                                   Diagnostics& diagnostics);

}  // namespace serai::tool
