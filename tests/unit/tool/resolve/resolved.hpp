// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <algorithm>
#include <filesystem>
#include <optional>
#include <string>

#include "tool/check/check.hpp"
#include "tool/resolve/resolve.hpp"

namespace serai::tool {

inline const std::filesystem::path source = SERAI_SOURCE;

/// Resolves a system file with this text that lies beside the files of tests/tool.
inline std::optional<ResolvedSystem> resolve_text(const std::string& text, Diagnostics& diagnostics,
                                                  const ResolveOptions& options = {}) {
  const auto folder = source / "tests" / "tool" / "files";
  const auto file = std::make_shared<const SourceFile>("s.toml", folder, text);
  const auto model = read_system(file, diagnostics);
  const auto board = model ? find_board(model->board, source, diagnostics) : std::nullopt;
  const auto checked = board ? check(*model, *board, diagnostics) : std::nullopt;
  return checked ? resolve(*checked, options, diagnostics) : std::nullopt;
}

inline const ProtectionDomain& pd_named(const ResolvedSystem& system, const std::string& name) {
  return *std::ranges::find(system.pds, name, &ProtectionDomain::name);
}

inline bool has_pd(const ResolvedSystem& system, const std::string& name) {
  return std::ranges::find(system.pds, name, &ProtectionDomain::name) != system.pds.end();
}

}  // namespace serai::tool
