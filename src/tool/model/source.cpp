// SPDX-License-Identifier: BSD-2-Clause
#include "tool/model/source.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>
#include <utility>

namespace serai::tool {

namespace {

/// More than any system needs; keeps a mistaken file name from filling the memory.
constexpr std::uintmax_t most_bytes = 16 << 20;

}  // namespace

SourceFile::SourceFile(std::string name, std::filesystem::path folder, std::string text)
    : name_(std::move(name)), folder_(std::move(folder)), text_(std::move(text)) {}

std::expected<std::shared_ptr<const SourceFile>, std::string> SourceFile::read(
    const std::filesystem::path& path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status)) {
    return std::unexpected("there is no such file");
  }
  if (std::filesystem::is_directory(status)) {
    return std::unexpected("this is a folder, not a file");
  }
  if (const auto size = std::filesystem::file_size(path, error); !error && size > most_bytes) {
    return std::unexpected("the file is larger than 16 MiB");
  }
  errno = 0;
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream text;
  if (!stream ||
      (stream.peek() != std::ifstream::traits_type::eof() && !(text << stream.rdbuf()))) {
    return std::unexpected(errno != 0 ? std::strerror(errno) : "the file cannot be read");
  }
  return std::make_shared<const SourceFile>(path.string(), path.parent_path(),
                                            std::move(text).str());
}

std::string_view SourceFile::line(unsigned number) const {
  std::string_view rest = text_;
  for (unsigned current = 1;; ++current) {
    const std::size_t end = rest.find('\n');
    if (current == number) {
      std::string_view found = rest.substr(0, end);
      if (found.ends_with('\r')) {
        found.remove_suffix(1);
      }
      return found;
    }
    if (end == std::string_view::npos) {
      return {};
    }
    rest.remove_prefix(end + 1);
  }
}

}  // namespace serai::tool
