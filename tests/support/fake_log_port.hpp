// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "core/ports.hpp"

namespace serai::test {

/// Keeps every line.
class FakeLogPort final : public LogPort {
 public:
  void write_line(std::string_view line) noexcept override { lines.emplace_back(line); }

  /// Whether a line contains `text`.
  [[nodiscard]] bool has(std::string_view text) const {
    return std::ranges::any_of(
        lines, [&](const std::string& line) { return line.find(text) != std::string::npos; });
  }

  std::vector<std::string> lines;
};

}  // namespace serai::test
