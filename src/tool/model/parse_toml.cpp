// SPDX-License-Identifier: BSD-2-Clause
#include <fmt/format.h>
#include <string>

#include "tool/model/table_reader.hpp"

namespace serai::tool {

namespace {

/// The name that toml++ says is used a second time; empty for any other mistake.
std::string_view duplicate_name(std::string_view message) {
  const std::size_t first = message.find('\'');
  const std::size_t last = message.rfind('\'');
  if (!message.starts_with("cannot redefine") || last <= first) {
    return {};
  }
  // "... 'x' as array-of-tables" quotes one name only, as every such message does.
  return message.substr(first + 1, last - first - 1);
}

/// toml++ begins each message with what it was doing, which helps nobody who reads the file.
std::string_view without_preamble(std::string_view message) {
  constexpr std::string_view preamble = "Error while parsing ";
  if (!message.starts_with(preamble)) {
    return message;
  }
  const std::size_t colon = message.find(": ");
  return colon == std::string_view::npos ? message : message.substr(colon + 2);
}

}  // namespace

std::optional<toml::table> parse_toml(const std::shared_ptr<const SourceFile>& file,
                                      Diagnostics& diagnostics) {
  try {
    return toml::parse(file->text(), std::string_view(file->name()));
  } catch (const toml::parse_error& error) {
    const toml::source_position begin = error.source().begin;
    const Span where{file, begin.line, begin.column, 1};
    const std::string_view what = without_preamble(error.description());
    if (const std::string_view name = duplicate_name(what); !name.empty()) {
      diagnostics.error("E0002", where, fmt::format("`{}` is here a second time", name),
                        "give it another name, or put the two together");
    } else {
      diagnostics.error("E0001", where, "this is not TOML: " + std::string(what),
                        "the format is described at https://toml.io/en/v1.0.0");
    }
    return std::nullopt;
  }
}

}  // namespace serai::tool
