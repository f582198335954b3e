// SPDX-License-Identifier: BSD-2-Clause
#include "tool/model/diagnostic.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <tuple>
#include <utility>

namespace serai::tool {

namespace {

struct Style {
  std::string_view bold;
  std::string_view mark;
  std::string_view hint;
  std::string_view plain;
};

constexpr Style no_style{"", "", "", ""};
constexpr Style error_style{"\x1b[1m", "\x1b[1;31m", "\x1b[1;36m", "\x1b[0m"};
constexpr Style warning_style{"\x1b[1m", "\x1b[1;33m", "\x1b[1;36m", "\x1b[0m"};

bool starts_character(char byte) {
  return (static_cast<unsigned char>(byte) & 0xc0) != 0x80;
}

/// `line` as it may be shown on any terminal: control characters would act on it.
std::string printable(std::string_view line) {
  std::string result;
  for (const char byte : line) {
    const bool control = static_cast<unsigned char>(byte) < 0x20 || byte == 0x7f;
    result += control && byte != '\t' ? '?' : byte;
  }
  return result;
}

/// What brings the mark below its column: blanks, but tabs where the line has tabs.
std::string indentation(std::string_view line, unsigned column) {
  std::string result;
  unsigned characters = 1;
  for (const char byte : line) {
    if (!starts_character(byte)) {
      continue;
    }
    if (characters++ >= column) {
      break;
    }
    result += byte == '\t' ? '\t' : ' ';
  }
  return result;
}

unsigned character_count(std::string_view line) {
  return static_cast<unsigned>(std::ranges::count_if(line, starts_character));
}

std::string marked_line(const Span& where, const Style& style) {
  const std::string_view line = where.file->line(where.line);
  if (line.empty()) {
    return {};
  }
  const unsigned end = character_count(line) + 1;
  const unsigned room = end > where.column ? end - where.column : 1;
  const unsigned length = std::clamp(where.length, 1U, room);
  return fmt::format("{:5} | {}\n      | {}{}{}{}\n", where.line, printable(line),
                     indentation(line, where.column), style.mark,
                     std::string(1, '^') + std::string(length - 1, '~'), style.plain);
}

std::string place(const Span& where) {
  if (where.file == nullptr) {
    return "serai";
  }
  if (where.line == 0) {
    return where.file->name();
  }
  return fmt::format("{}:{}:{}", where.file->name(), where.line, where.column);
}

}  // namespace

void Diagnostics::error(std::string code, Span where, std::string what, std::string hint) {
  all_.push_back(
      {Severity::error, std::move(code), std::move(where), std::move(what), std::move(hint)});
}

void Diagnostics::warning(std::string code, Span where, std::string what, std::string hint) {
  all_.push_back(
      {Severity::warning, std::move(code), std::move(where), std::move(what), std::move(hint)});
}

std::size_t Diagnostics::error_count() const {
  return static_cast<std::size_t>(std::ranges::count(all_, Severity::error, &Diagnostic::severity));
}

std::vector<Diagnostic> Diagnostics::sorted() const {
  const auto key = [](const Diagnostic& diagnostic) {
    const Span& where = diagnostic.where;
    return std::tuple(where.file ? where.file->name() : std::string(), where.line, where.column);
  };
  std::vector<Diagnostic> result = all_;
  std::ranges::stable_sort(result, {}, key);
  return result;
}

std::string render(const Diagnostic& diagnostic, bool colour) {
  const bool error = diagnostic.severity == Severity::error;
  const Style style = !colour ? no_style : error ? error_style : warning_style;
  const std::string_view word = error ? "error" : "warning";
  std::string text = fmt::format(
      "{}{}:{} {}{}[{}]{}: {}{}{}\n", style.bold, place(diagnostic.where), style.plain, style.mark,
      word, diagnostic.code, style.plain, style.bold, printable(diagnostic.what), style.plain);
  if (diagnostic.where.file != nullptr && diagnostic.where.line != 0) {
    text += marked_line(diagnostic.where, style);
  }
  if (!diagnostic.hint.empty()) {
    text += fmt::format("      {}={} {}\n", style.hint, style.plain, printable(diagnostic.hint));
  }
  return text;
}

}  // namespace serai::tool
