// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstddef>
#include <expected>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "tool/run/report.hpp"

namespace serai::tool {

/// A folder that is filled aside and appears at its place only when it is complete.
class OutputFolder {
 public:
  /// Makes an empty folder beside `target`, and the folders above it.
  static std::expected<OutputFolder, Failure> make(const std::filesystem::path& target);

  OutputFolder(OutputFolder&& other) noexcept;
  OutputFolder& operator=(OutputFolder&&) = delete;

  /// Removes what was not published.
  ~OutputFolder();

  /// Where to put files until then.
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  std::expected<void, Failure> write(const std::string& name, std::span<const std::byte> bytes);

  /// Moves everything to the target, the file `last` last. A target that exists keeps its other
  /// files, but not `obsolete` ones.
  std::expected<void, Failure> publish(const std::string& last,
                                       const std::vector<std::string>& obsolete);

 private:
  OutputFolder(std::filesystem::path target, std::filesystem::path path)
      : target_(std::move(target)), path_(std::move(path)) {}

  std::filesystem::path target_;
  std::filesystem::path path_;
};

}  // namespace serai::tool
