// SPDX-License-Identifier: BSD-2-Clause
#include "tool/resolve/load.hpp"

#include "tool/check/check.hpp"

namespace serai::tool {

std::optional<ResolvedSystem> load_system(const std::filesystem::path& file,
                                          const std::filesystem::path& share,
                                          const ResolveOptions& options, Diagnostics& diagnostics) {
  const auto source = SourceFile::read(file);
  if (!source) {
    const auto nameless =
        std::make_shared<const SourceFile>(file.string(), file.parent_path(), std::string());
    diagnostics.error("E0003", {nameless, 0, 0, 1}, source.error(),
                      "`serai init` writes a file to begin with");
    return std::nullopt;
  }
  const auto model = read_system(*source, diagnostics);
  if (!model) {
    return std::nullopt;
  }
  const auto board = find_board(model->board, share, diagnostics);
  if (!board) {
    return std::nullopt;
  }
  const auto checked = check(*model, *board, diagnostics);
  if (!checked) {
    return std::nullopt;
  }
  return resolve(*checked, options, diagnostics);
}

}  // namespace serai::tool
