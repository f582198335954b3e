// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <expected>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace serai::tool {

/// A text file that people may have made mistakes in.
class SourceFile {
 public:
  /// `name` is how messages call the file; relative paths in it start at `folder`.
  SourceFile(std::string name, std::filesystem::path folder, std::string text);

  /// Reads `path`. The error is a sentence without the file's name.
  static std::expected<std::shared_ptr<const SourceFile>, std::string> read(
      const std::filesystem::path& path);

  [[nodiscard]] const std::string& name() const { return name_; }

  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }

  [[nodiscard]] std::string_view text() const { return text_; }

  /// Line `number`, counted from 1, without its line end; empty past the end of the file.
  [[nodiscard]] std::string_view line(unsigned number) const;

 private:
  std::string name_;
  std::filesystem::path folder_;
  std::string text_;
};

/// A place in a source file. Lines and columns count from 1, columns in characters; line 0 is the
/// file as a whole.
struct Span {
  std::shared_ptr<const SourceFile> file;
  unsigned line = 0;
  unsigned column = 0;
  unsigned length = 1;  ///< characters on that line
};

/// A value and where it was written.
template <class T>
struct Located {
  T value{};
  Span where;
};

}  // namespace serai::tool
