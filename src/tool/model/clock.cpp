// SPDX-License-Identifier: BSD-2-Clause
#include <chrono>
#include <fmt/format.h>
#include <limits>

#include "tool/model/table_reader.hpp"

namespace serai::tool {

namespace {

/// Seconds since 1970, perhaps before it.
std::int64_t seconds_of(const toml::date& date, const toml::time& time,
                        std::int64_t offset_minutes) {
  const std::chrono::sys_days days = std::chrono::year_month_day{
      std::chrono::year{date.year}, std::chrono::month{date.month}, std::chrono::day{date.day}};
  const std::chrono::seconds since_midnight = std::chrono::hours{time.hour} +
                                              std::chrono::minutes{time.minute - offset_minutes} +
                                              std::chrono::seconds{time.second};
  return (std::chrono::sys_seconds{days} + since_midnight).time_since_epoch().count();
}

std::optional<std::int64_t> seconds_of(const toml::node& node) {
  if (const auto* date = node.as_date()) {
    return seconds_of(date->get(), toml::time{}, 0);
  }
  if (const auto* both = node.as_date_time()) {
    const toml::date_time& value = both->get();
    return seconds_of(value.date, value.time, value.offset ? value.offset->minutes : 0);
  }
  return std::nullopt;
}

}  // namespace

std::optional<Located<std::optional<std::uint64_t>>> TableReader::clock(const std::string& key) {
  using Clock = Located<std::optional<std::uint64_t>>;
  const toml::node* node = take(key);
  if (node == nullptr) {
    return std::nullopt;
  }
  const Span where = span_of(*node, where_.file);
  if (const auto* on = node->as_boolean()) {
    return Clock{on->get() ? std::optional<std::uint64_t>(0) : std::nullopt, where};
  }
  const auto seconds = seconds_of(*node);
  if (!seconds) {
    wrong_type(key, *node, "true, false or a date", "2026-01-31T12:00:00Z");
    return std::nullopt;
  }
  if (*seconds < 0 || *seconds > std::numeric_limits<std::uint32_t>::max()) {
    diagnostics_.error("E0105", where,
                       fmt::format("`{}` is a time that the clock cannot show", key),
                       "write a date from 1970 to 2105");
    return std::nullopt;
  }
  return Clock{static_cast<std::uint64_t>(*seconds), where};
}

}  // namespace serai::tool
