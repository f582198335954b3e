// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <toml++/toml.h>
#include <utility>
#include <vector>

#include "tool/model/diagnostic.hpp"

namespace serai::tool {

/// Takes the keys of one TOML table out one by one, reporting wrong types and, at the end, keys
/// that nobody asked for. Must not outlive the document, the file or the diagnostics.
class TableReader {
 public:
  /// `name` is what messages call the table: `[vm.linux]`. `where` is its heading.
  TableReader(const toml::table& table, std::string name, Span where, Diagnostics& diagnostics);

  std::optional<Located<std::string>> text(const std::string& key);
  std::optional<Located<bool>> boolean(const std::string& key);
  std::optional<Located<std::int64_t>> integer(const std::string& key, std::int64_t example = 1);
  /// An integer from `least` to `most`.
  std::optional<Located<std::uint64_t>> number(const std::string& key, std::uint64_t least,
                                               std::uint64_t most);
  /// Bytes: an integer or "256M".
  std::optional<Located<std::uint64_t>> size(const std::string& key);
  /// An address, written as a size is.
  std::optional<Located<std::uint64_t>> address(const std::string& key);
  /// Microseconds, written as "5ms".
  std::optional<Located<std::uint64_t>> duration_us(const std::string& key);
  /// Bits per second, written as "100Mbit".
  std::optional<Located<std::uint64_t>> rate(const std::string& key);
  /// One of `choices`, by its index.
  std::optional<Located<std::size_t>> choice(const std::string& key,
                                             const std::vector<std::string>& choices);
  /// The same where `true` and `false` are also allowed and mean these choices.
  std::optional<Located<std::size_t>> choice_or_boolean(const std::string& key,
                                                        const std::vector<std::string>& choices,
                                                        std::size_t if_true, std::size_t if_false);
  /// `false` (nothing), `true` (0) or a date with or without a time: seconds since 1970, UTC unless
  /// it says otherwise, at most what 32 bits hold.
  std::optional<Located<std::optional<std::uint64_t>>> clock(const std::string& key);
  std::vector<Located<std::string>> texts(const std::string& key);
  /// A table inside this one; null where there is none.
  /// `heading` is how one writes it: "[vm.linux]".
  const toml::table* table(const std::string& key, const std::string& heading);
  /// `[[key]]`: each table of it; anything else is reported.
  std::vector<const toml::table*> tables(const std::string& key);

  /// Where `key` was written, or the table's heading.
  [[nodiscard]] Span where(const std::string& key) const;

  [[nodiscard]] const Span& heading() const { return where_; }

  [[nodiscard]] bool has(const std::string& key) const { return table_.contains(key); }

  /// `key` must be there and is not: `finish` reports it, unless it was only misspelt.
  void missing(const std::string& key, const std::string& hint);
  /// Reports what is missing and every key that was not asked for. Call once, last.
  void finish();

 private:
  /// What messages say of a number with a unit.
  struct QuantityWords {
    const char* name;
    const char* example;
    const char* hint;
  };

  std::optional<Located<std::uint64_t>> quantity(const std::string& key,
                                                 const QuantityWords& words);
  const toml::node* take(const std::string& key);
  void wrong_type(const std::string& key, const toml::node& node, const std::string& expected,
                  const std::string& example);

  const toml::table& table_;
  std::string name_;
  Span where_;
  Diagnostics& diagnostics_;
  std::vector<std::string> known_;
  std::vector<std::pair<std::string, std::string>> missing_;  ///< keys and hints
};

/// Where `node` was written in `file`.
Span span_of(const toml::node& node, const std::shared_ptr<const SourceFile>& file);
/// Where `key` was written in `file`.
Span span_of(const toml::key& key, const std::shared_ptr<const SourceFile>& file);

/// Parses `file`; reports mistakes of syntax and then returns nothing.
std::optional<toml::table> parse_toml(const std::shared_ptr<const SourceFile>& file,
                                      Diagnostics& diagnostics);

}  // namespace serai::tool
