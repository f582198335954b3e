// SPDX-License-Identifier: BSD-2-Clause
#include "tool/model/close_name.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace serai::tool {

namespace {

/// Names longer than this are not compared: the work grows with the square.
constexpr std::size_t longest_name = 64;

}  // namespace

std::size_t edit_distance(std::string_view a, std::string_view b) {
  // Row i holds the distances of the first i letters of `a` to every beginning of `b`.
  std::vector<std::vector<std::size_t>> rows(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) {
    for (std::size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        rows[i][j] = i + j;
        continue;
      }
      const std::size_t changed = a[i - 1] == b[j - 1] ? 0 : 1;
      rows[i][j] = std::min({rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + changed});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) {
        rows[i][j] = std::min(rows[i][j], rows[i - 2][j - 2] + 1);
      }
    }
  }
  return rows[a.size()][b.size()];
}

std::string close_name(std::string_view name, const std::vector<std::string>& names) {
  if (name.size() > longest_name) {
    return {};
  }
  std::string best;
  std::size_t best_distance = std::max<std::size_t>(1, name.size() / 3) + 1;
  for (const std::string& candidate : names) {
    const std::size_t distance = edit_distance(name, candidate);
    if (distance < best_distance) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

std::string name_hint(std::string_view name, const std::vector<std::string>& names) {
  if (const std::string close = close_name(name, names); !close.empty()) {
    return fmt::format("did you mean \"{}\"?", close);
  }
  if (names.empty()) {
    return {};
  }
  std::vector<std::string> sorted = names;
  std::ranges::sort(sorted);
  return fmt::format("one of: {}", fmt::join(sorted, ", "));
}

}  // namespace serai::tool
