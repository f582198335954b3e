// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>
#include <string_view>

namespace serai::selftest {

/// Prints whether `holds`, and remembers if it does not.
void check(bool holds, std::string_view what) noexcept;

/// The same for two numbers, which are printed if they differ.
void check_equal(std::uint64_t found, std::uint64_t expected, std::string_view what) noexcept;

/// How many checks of this PD did not hold.
[[nodiscard]] unsigned failure_count() noexcept;

/// Prints whether all checks held.
void print_verdict() noexcept;

}  // namespace serai::selftest
