// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <optional>
#include <utility>

#include "tool/check/checked_system.hpp"
#include "tool/emit/device_tree.hpp"

namespace serai::tool {

/// What a VM's device tree shall say, with its initrd at `initrd` (address, size).
TreeInput describe(const CheckedVm& vm, const Board& board,
                   std::optional<std::pair<std::uint64_t, std::uint64_t>> initrd);

}  // namespace serai::tool
