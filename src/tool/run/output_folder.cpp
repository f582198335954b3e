// SPDX-License-Identifier: BSD-2-Clause
#include "tool/run/output_folder.hpp"

#include <cerrno>
#include <cstring>
#include <fmt/core.h>
#include <fstream>
#include <stdlib.h>
#include <utility>

namespace serai::tool {

namespace {

namespace fs = std::filesystem;

std::unexpected<Failure> cannot_write(const fs::path& where, const std::string& reason) {
  return failure(fmt::format("cannot write to {}: {}", where.string(), reason),
                 "choose another folder with --output, or make room and permissions there");
}

}  // namespace

std::expected<OutputFolder, Failure> OutputFolder::make(const fs::path& target) {
  // Beside the target, so that a rename suffices; "out/" and "out" are the same.
  fs::path absolute = fs::absolute(target).lexically_normal();
  if (!absolute.has_filename()) {
    absolute = absolute.parent_path();
  }
  std::error_code error;
  if (fs::exists(absolute, error) && !fs::is_directory(absolute, error)) {
    return bad_option(fmt::format("{} is a file, not a folder", target.string()),
                      "name a folder for the output");
  }
  fs::create_directories(absolute.parent_path(), error);
  if (error) {
    return cannot_write(absolute.parent_path(), error.message());
  }
  std::string name = absolute.parent_path() / ("." + absolute.filename().string() + ".XXXXXX");
  if (mkdtemp(name.data()) == nullptr) {
    return cannot_write(absolute.parent_path(), std::strerror(errno));
  }
  return OutputFolder(absolute, name);
}

OutputFolder::OutputFolder(OutputFolder&& other) noexcept
    : target_(std::move(other.target_)), path_(std::exchange(other.path_, {})) {}

OutputFolder::~OutputFolder() {
  if (!path_.empty()) {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
}

std::expected<void, Failure> OutputFolder::write(const std::string& name,
                                                 std::span<const std::byte> bytes) {
  std::ofstream file(path_ / name, std::ios::binary);
  file.write(reinterpret_cast<const char*>(bytes.data()),
             static_cast<std::streamsize>(bytes.size()));
  file.close();
  if (!file) {
    return cannot_write(target_ / name, std::strerror(errno));
  }
  return {};
}

std::expected<void, Failure> OutputFolder::publish(const std::string& last,
                                                   const std::vector<std::string>& obsolete) {
  std::error_code error;
  fs::permissions(path_, fs::perms(0755), error);
  if (!fs::exists(target_, error)) {
    fs::rename(path_, target_, error);
    if (error) {
      return cannot_write(target_, error.message());
    }
    path_.clear();
    return {};
  }
  // Whoever looks meanwhile must not take an old manifest for the new files'.
  fs::remove(target_ / last, error);
  for (const std::string& name : obsolete) {
    fs::remove(target_ / name, error);
  }
  std::vector<fs::path> names;
  for (const fs::directory_entry& entry : fs::directory_iterator(path_)) {
    if (entry.path().filename() != last) {
      names.push_back(entry.path().filename());
    }
  }
  names.emplace_back(last);
  for (const fs::path& name : names) {
    fs::rename(path_ / name, target_ / name, error);
    if (error) {
      return cannot_write(target_ / name, error.message());
    }
  }
  return {};
}

}  // namespace serai::tool
