// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace serai::tool {

/// Bytes of "64K", "256M", "1G" (powers of 1024; also "256MiB", "4096"); nothing for what is no
/// size or does not fit in 64 bits.
std::optional<std::uint64_t> parse_size(std::string_view text);

/// Microseconds of "500us", "5ms", "1s"; nothing for what is no duration or does not fit.
std::optional<std::uint64_t> parse_duration_us(std::string_view text);

/// Bits per second of "100Mbit", "1Gbit", "64kbit" (powers of 1000); nothing for what is no rate or
/// does not fit.
std::optional<std::uint64_t> parse_rate(std::string_view text);

/// A size for people, exact: "256 MiB", "4 KiB", "1000 bytes".
std::string format_size(std::uint64_t bytes);

/// A size as one writes it in a file, exact: "256M", "1000".
std::string size_literal(std::uint64_t bytes);

/// A duration for people, exact: "5 ms", "500 us".
std::string format_duration_us(std::uint64_t microseconds);

/// A rate as one writes it in a file, exact: "100Mbit".
std::string rate_literal(std::uint64_t bits_per_second);

}  // namespace serai::tool
