// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>
#include <optional>

#include "tool/check/checked_system.hpp"
#include "tool/resolve/resolved_system.hpp"

namespace serai::tool {

struct ResolveOptions {
  bool colour = false;        ///< the console PD colours the names of VMs
  std::uint16_t columns = 0;  ///< of the console's terminal; 0: not known
  std::uint16_t rows = 0;
};

/// Decides everything that is left to decide: places, channels, priorities, device trees,
/// configurations. Reads no file; the same input gives the same value. Returns nothing, with the
/// reasons in `diagnostics`, where a guest's images do not fit.
std::optional<ResolvedSystem> resolve(const CheckedSystem& system, const ResolveOptions& options,
                                      Diagnostics& diagnostics);

}  // namespace serai::tool
