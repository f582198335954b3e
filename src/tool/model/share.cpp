// SPDX-License-Identifier: BSD-2-Clause
#include "tool/model/share.hpp"

#include <cstdlib>
#include <fmt/format.h>

namespace serai::tool {

namespace {

namespace fs = std::filesystem;

bool is_share(const fs::path& folder) {
  std::error_code error;
  return fs::is_directory(folder / "boards", error);
}

}  // namespace

std::expected<fs::path, std::string> share_directory() {
  if (const char* chosen = std::getenv("SERAI_SHARE"); chosen != nullptr && *chosen != '\0') {
    if (is_share(chosen)) {
      return fs::path(chosen);
    }
    return std::unexpected(
        fmt::format("SERAI_SHARE is {}, but there is no folder boards/ in it", chosen));
  }
  std::error_code error;
  const fs::path executable = fs::read_symlink("/proc/self/exe", error);
  for (fs::path folder = executable.parent_path(); !folder.empty(); folder = folder.parent_path()) {
    if (is_share(folder / "share" / "serai")) {
      return folder / "share" / "serai";
    }
    if (folder == folder.root_path()) {
      break;
    }
  }
  return std::unexpected(fmt::format(
      "Serai's data (the folder share/serai with the boards) is in no folder above {}; set "
      "SERAI_SHARE to where it is",
      executable.parent_path().string()));
}

}  // namespace serai::tool
