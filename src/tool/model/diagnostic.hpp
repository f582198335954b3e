// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <string>
#include <vector>

#include "tool/model/source.hpp"

namespace serai::tool {

enum class Severity { error, warning };

/// One thing to tell the author of a file.
struct Diagnostic {
  Severity severity = Severity::error;
  std::string code;  ///< "E0101", "W0211": docs/reference/messages.md explains each
  Span where;
  std::string what;  ///< what is wrong, in a sentence without its full stop
  std::string hint;  ///< what to write instead; may be empty
};

/// Everything there is to tell, gathered so that all of it is told at once.
class Diagnostics {
 public:
  void error(std::string code, Span where, std::string what, std::string hint = {});
  void warning(std::string code, Span where, std::string what, std::string hint = {});

  [[nodiscard]] bool has_errors() const { return error_count() > 0; }

  [[nodiscard]] std::size_t error_count() const;

  /// All of them, by file and position.
  [[nodiscard]] std::vector<Diagnostic> sorted() const;

 private:
  std::vector<Diagnostic> all_;
};

/// A diagnostic for a person: `file:line:column`, the message, the line with a mark beneath, the
/// hint.
std::string render(const Diagnostic& diagnostic, bool colour);

}  // namespace serai::tool
