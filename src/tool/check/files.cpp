// SPDX-License-Identifier: BSD-2-Clause
#include "tool/check/files.hpp"

#include <fmt/format.h>

#include "tool/image/guest_image.hpp"

namespace serai::tool {

namespace fs = std::filesystem;

fs::path path_of(const Located<std::string>& name) {
  return name.where.file->folder() / name.value;
}

std::optional<fs::path> find_file(const Located<std::string>& name, std::string_view what,
                                  Diagnostics& diagnostics) {
  const fs::path path = path_of(name);
  std::error_code error;
  const auto status = fs::status(path, error);
  if (name.value.empty()) {
    diagnostics.error("E0401", name.where, fmt::format("the {} has an empty file name", what),
                      "write the file's path, relative to the folder of this file");
  } else if (!fs::exists(status)) {
    diagnostics.error("E0401", name.where,
                      fmt::format("the {} \"{}\" does not exist", what, name.value),
                      fmt::format("Serai looked for {}", path.string()));
  } else if (!fs::is_regular_file(status)) {
    diagnostics.error("E0401", name.where,
                      fmt::format("the {} \"{}\" is not a file", what, name.value),
                      fs::is_directory(status) ? "it is a folder" : "");
  } else {
    return path;
  }
  return std::nullopt;
}

std::optional<InputFile> read_input(const Located<std::string>& name, std::string_view what,
                                    Diagnostics& diagnostics) {
  const auto path = find_file(name, what, diagnostics);
  if (!path) {
    return std::nullopt;
  }
  auto bytes = read_file(*path);
  if (!bytes) {
    diagnostics.error(
        "E0403", name.where,
        fmt::format("the {} \"{}\" cannot be read: {}", what, name.value, bytes.error().what),
        bytes.error().hint);
    return std::nullopt;
  }
  if (bytes->empty()) {
    diagnostics.error("E0404", name.where, fmt::format("the {} \"{}\" is empty", what, name.value));
    return std::nullopt;
  }
  return InputFile{*path, name.where, std::move(*bytes)};
}

}  // namespace serai::tool
