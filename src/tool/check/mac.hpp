// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace serai::tool {

using Mac = std::array<std::uint8_t, 6>;

/// "52:54:00:12:34:56", also with capital digits.
std::optional<Mac> parse_mac(std::string_view text);

std::string format_mac(const Mac& mac);

/// Whether it is one station's: neither a group's nor all zero.
bool is_station(const Mac& mac);

/// An address for the device called `name`, always the same, locally administered: 52:54:00 and
/// three bytes of a hash. `attempt` gives others, where that one is taken.
Mac derived_mac(std::string_view name, unsigned attempt);

}  // namespace serai::tool
