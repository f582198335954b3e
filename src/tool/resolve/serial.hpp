// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "tool/resolve/system_builder.hpp"

namespace serai::tool {

/// The two ends of one serial connection.
struct SerialPair {
  config::SerialQueue near{};  ///< as the first PD sees it
  config::SerialQueue far{};   ///< as the second PD sees it
};

/// The capacities of a connection in both directions, powers of two; 0: no such direction.
struct SerialCapacity {
  std::uint32_t forth = 0;  ///< from the first PD to the second
  std::uint32_t back = 0;
};

/// Makes the queues that carry characters between the PDs of `channel`, end `a` being the first:
/// for each direction a page of indices and a region of data, mapped in both PDs and nowhere else;
/// the receiver may only read the data.
SerialPair add_serial(SystemBuilder& builder, const Channel& channel, const std::string& name,
                      const std::string& what, SerialCapacity capacity);

}  // namespace serai::tool
