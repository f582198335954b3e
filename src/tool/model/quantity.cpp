// SPDX-License-Identifier: BSD-2-Clause
#include "tool/model/quantity.hpp"

#include <array>
#include <charconv>
#include <fmt/format.h>
#include <limits>
#include <span>

namespace serai::tool {

namespace {

struct Unit {
  std::string_view suffix;
  std::uint64_t factor;
};

constexpr std::uint64_t kib = 1024;
constexpr std::array size_units{
    Unit{"", 1},
    Unit{"K", kib},
    Unit{"KiB", kib},
    Unit{"M", kib* kib},
    Unit{"MiB", kib* kib},
    Unit{"G", kib* kib* kib},
    Unit{"GiB", kib* kib* kib},
};
constexpr std::array duration_units{Unit{"us", 1}, Unit{"ms", 1000}, Unit{"s", 1'000'000}};

constexpr std::array rate_units{Unit{"bit", 1}, Unit{"kbit", 1000}, Unit{"Mbit", 1'000'000},
                                Unit{"Gbit", 1'000'000'000}};

std::optional<std::uint64_t> parse(std::string_view text, std::span<const Unit> units) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) {
    return std::nullopt;
  }
  std::string_view suffix = text.substr(static_cast<std::size_t>(end - text.data()));
  if (suffix.starts_with(' ')) {
    suffix.remove_prefix(1);
  }
  for (const Unit& unit : units) {
    if (suffix == unit.suffix) {
      const bool fits = number <= std::numeric_limits<std::uint64_t>::max() / unit.factor;
      return fits ? std::optional(number * unit.factor) : std::nullopt;
    }
  }
  return std::nullopt;
}

/// The largest of `units` that divides `value`, and how often.
std::pair<std::uint64_t, std::string_view> largest_unit(std::uint64_t value,
                                                        std::span<const Unit> units) {
  std::pair<std::uint64_t, std::string_view> best{value, units.front().suffix};
  for (const Unit& unit : units) {
    if (value != 0 && value % unit.factor == 0) {
      best = {value / unit.factor, unit.suffix};
    }
  }
  return best;
}

}  // namespace

std::optional<std::uint64_t> parse_size(std::string_view text) {
  return parse(text, size_units);
}

std::optional<std::uint64_t> parse_duration_us(std::string_view text) {
  return parse(text, duration_units);
}

std::optional<std::uint64_t> parse_rate(std::string_view text) {
  return parse(text, rate_units);
}

std::string format_size(std::uint64_t bytes) {
  const auto [count, suffix] = largest_unit(bytes, size_units);
  return fmt::format("{} {}", count, suffix.empty() ? "bytes" : suffix);
}

std::string size_literal(std::uint64_t bytes) {
  const auto [count, suffix] = largest_unit(bytes, size_units);
  return fmt::format("{}{}", count, suffix.substr(0, 1));
}

std::string format_duration_us(std::uint64_t microseconds) {
  const auto [count, suffix] = largest_unit(microseconds, duration_units);
  return fmt::format("{} {}", count, suffix);
}

std::string rate_literal(std::uint64_t bits_per_second) {
  const auto [count, suffix] = largest_unit(bits_per_second, rate_units);
  return fmt::format("{}{}", count, suffix);
}

}  // namespace serai::tool
