// SPDX-License-Identifier: BSD-2-Clause
#include "tool/model/table_reader.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tool/model/close_name.hpp"
#include "tool/model/quantity.hpp"

namespace serai::tool {

namespace {

std::string type_name(const toml::node& node) {
  switch (node.type()) {
    case toml::node_type::table:
      return "a table";
    case toml::node_type::array:
      return "a list";
    case toml::node_type::string:
      return "a text";
    case toml::node_type::integer:
      return "an integer";
    case toml::node_type::floating_point:
      return "a number with a fraction";
    case toml::node_type::boolean:
      return "true or false";
    default:
      return "a date or time";
  }
}

}  // namespace

TableReader::TableReader(const toml::table& table, std::string name, Span where,
                         Diagnostics& diagnostics)
    : table_(table), name_(std::move(name)), where_(std::move(where)), diagnostics_(diagnostics) {}

const toml::node* TableReader::take(const std::string& key) {
  known_.push_back(key);
  return table_.get(key);
}

void TableReader::wrong_type(const std::string& key, const toml::node& node,
                             const std::string& expected, const std::string& example) {
  diagnostics_.error("E0102", span_of(node, where_.file),
                     fmt::format("`{}` must be {}, not {}", key, expected, type_name(node)),
                     fmt::format("write for example: {} = {}", key, example));
}

std::optional<Located<std::string>> TableReader::text(const std::string& key) {
  const toml::node* node = take(key);
  if (node == nullptr) {
    return std::nullopt;
  }
  if (!node->is_string()) {
    wrong_type(key, *node, "a text", "\"...\"");
    return std::nullopt;
  }
  return Located{node->as_string()->get(), span_of(*node, where_.file)};
}

std::optional<Located<bool>> TableReader::boolean(const std::string& key) {
  const toml::node* node = take(key);
  if (node == nullptr) {
    return std::nullopt;
  }
  if (!node->is_boolean()) {
    wrong_type(key, *node, "true or false", "true");
    return std::nullopt;
  }
  return Located{node->as_boolean()->get(), span_of(*node, where_.file)};
}

std::optional<Located<std::int64_t>> TableReader::integer(const std::string& key,
                                                          std::int64_t example) {
  const toml::node* node = take(key);
  if (node == nullptr) {
    return std::nullopt;
  }
  if (!node->is_integer()) {
    wrong_type(key, *node, "an integer", fmt::format("{}", example));
    return std::nullopt;
  }
  return Located{node->as_integer()->get(), span_of(*node, where_.file)};
}

std::optional<Located<std::uint64_t>> TableReader::number(const std::string& key,
                                                          std::uint64_t least, std::uint64_t most) {
  const auto found = integer(key, static_cast<std::int64_t>(least));
  if (!found) {
    return std::nullopt;
  }
  const auto value = static_cast<std::uint64_t>(std::max<std::int64_t>(found->value, 0));
  if (found->value < 0 || value < least || value > most) {
    diagnostics_.error("E0105", found->where, fmt::format("`{}` is {}", key, found->value),
                       fmt::format("write a number from {} to {}", least, most));
    return std::nullopt;
  }
  return Located{value, found->where};
}

std::optional<Located<std::uint64_t>> TableReader::size(const std::string& key) {
  return quantity(key, {.name = "a size",
                        .example = "\"256M\"",
                        .hint = "write bytes, or a number with K, M or G: 268435456, \"256M\", "
                                "\"1G\""});
}

std::optional<Located<std::uint64_t>> TableReader::address(const std::string& key) {
  return quantity(key, {.name = "an address",
                        .example = "0x40000000",
                        .hint = "write for example 0x40000000, without quotation marks"});
}

std::optional<Located<std::uint64_t>> TableReader::quantity(const std::string& key,
                                                            const QuantityWords& words) {
  const toml::node* node = take(key);
  if (node == nullptr) {
    return std::nullopt;
  }
  const Span where = span_of(*node, where_.file);
  if (const auto* integer = node->as_integer(); integer != nullptr && integer->get() >= 0) {
    return Located{static_cast<std::uint64_t>(integer->get()), where};
  }
  if (const auto* text = node->as_string(); text != nullptr) {
    if (const auto bytes = parse_size(text->get())) {
      return Located{*bytes, where};
    }
  } else if (!node->is_integer()) {
    wrong_type(key, *node, words.name, words.example);
    return std::nullopt;
  }
  diagnostics_.error("E0106", where, fmt::format("`{}` is not {}", key, words.name), words.hint);
  return std::nullopt;
}

std::optional<Located<std::uint64_t>> TableReader::duration_us(const std::string& key) {
  const toml::node* node = take(key);
  if (node == nullptr) {
    return std::nullopt;
  }
  if (!node->is_string()) {
    wrong_type(key, *node, "a duration with its unit", "\"5ms\"");
    return std::nullopt;
  }
  const Span where = span_of(*node, where_.file);
  const auto value = parse_duration_us(node->as_string()->get());
  if (!value) {
    diagnostics_.error("E0107", where, fmt::format("`{}` is no duration", key),
                       "write a whole number with us, ms or s: \"500us\", \"5ms\"");
    return std::nullopt;
  }
  return Located{*value, where};
}

std::optional<Located<std::uint64_t>> TableReader::rate(const std::string& key) {
  const auto found = text(key);
  if (!found) {
    return std::nullopt;
  }
  const auto value = parse_rate(found->value);
  if (!value || *value == 0) {
    diagnostics_.error("E0112", found->where, fmt::format("`{}` is no rate", key),
                       "write a whole number with kbit, Mbit or Gbit: \"100Mbit\"");
    return std::nullopt;
  }
  return Located{*value, found->where};
}

std::optional<Located<std::size_t>> TableReader::choice(const std::string& key,
                                                        const std::vector<std::string>& choices) {
  const auto found = text(key);
  if (!found) {
    return std::nullopt;
  }
  const auto at = std::ranges::find(choices, found->value);
  if (at == choices.end()) {
    diagnostics_.error("E0104", found->where,
                       fmt::format("`{}` cannot be \"{}\"", key, found->value),
                       name_hint(found->value, choices));
    return std::nullopt;
  }
  return Located{static_cast<std::size_t>(at - choices.begin()), found->where};
}

std::optional<Located<std::size_t>> TableReader::choice_or_boolean(
    const std::string& key, const std::vector<std::string>& choices, std::size_t if_true,
    std::size_t if_false) {
  const toml::node* node = table_.get(key);
  if (node != nullptr && node->is_boolean()) {
    known_.push_back(key);
    return Located{node->as_boolean()->get() ? if_true : if_false, span_of(*node, where_.file)};
  }
  if (node != nullptr && !node->is_string()) {
    known_.push_back(key);
    wrong_type(key, *node, fmt::format("true, false or a text"), "true");
    return std::nullopt;
  }
  return choice(key, choices);
}

std::vector<Located<std::string>> TableReader::texts(const std::string& key) {
  const toml::node* node = take(key);
  std::vector<Located<std::string>> result;
  if (node == nullptr) {
    return result;
  }
  const toml::array* array = node->as_array();
  if (array == nullptr) {
    wrong_type(key, *node, "a list of texts", "[\"...\"]");
    return result;
  }
  for (const toml::node& element : *array) {
    if (!element.is_string()) {
      wrong_type(key, element, "a list of texts", "[\"...\"]");
      continue;
    }
    result.push_back({element.as_string()->get(), span_of(element, where_.file)});
  }
  return result;
}

const toml::table* TableReader::table(const std::string& key, const std::string& heading) {
  const toml::node* node = take(key);
  if (node == nullptr) {
    return nullptr;
  }
  if (!node->is_table()) {
    diagnostics_.error("E0102", span_of(*node, where_.file),
                       fmt::format("`{}` must be a table, not {}", key, type_name(*node)),
                       fmt::format("write its keys below a heading of their own: {}", heading));
  }
  return node->as_table();
}

std::vector<const toml::table*> TableReader::tables(const std::string& key) {
  const toml::node* node = take(key);
  std::vector<const toml::table*> result;
  if (node == nullptr) {
    return result;
  }
  const std::string path = name_.size() > 2 ? name_.substr(1, name_.size() - 2) + "." + key : key;
  const std::string hint = fmt::format("write each below a heading of its own: [[{}]]", path);
  if (!node->is_array()) {
    diagnostics_.error("E0102", span_of(*node, where_.file),
                       fmt::format("`{}` must be a list of tables, not {}", key, type_name(*node)),
                       hint);
    return result;
  }
  for (const toml::node& element : *node->as_array()) {
    if (!element.is_table()) {
      diagnostics_.error("E0102", span_of(element, where_.file),
                         fmt::format("`{}` must be a list of tables, not of {}", key,
                                     type_name(element).substr(2)),
                         hint);
      continue;
    }
    result.push_back(element.as_table());
  }
  return result;
}

Span TableReader::where(const std::string& key) const {
  for (const auto& [name, node] : table_) {
    if (name.str() == key) {
      return span_of(name, where_.file);
    }
  }
  return where_;
}

void TableReader::missing(const std::string& key, const std::string& hint) {
  missing_.emplace_back(key, hint);
}

void TableReader::finish() {
  const std::string here = name_.empty() ? "the top of the file" : name_;
  for (const auto& [key, node] : table_) {
    const std::string name(key.str());
    if (std::ranges::find(known_, name) == known_.end()) {
      diagnostics_.error("E0101", span_of(key, where_.file),
                         fmt::format("{} has no key `{}`", here, name), name_hint(name, known_));
      const std::string meant = close_name(name, known_);
      std::erase_if(missing_, [&meant](const auto& entry) { return entry.first == meant; });
    }
  }
  for (const auto& [key, hint] : missing_) {
    diagnostics_.error("E0103", where_, fmt::format("{} needs `{}`", here, key), hint);
  }
}

namespace {

Span make_span(const toml::source_region& region, const std::shared_ptr<const SourceFile>& file) {
  const bool one_line = region.end.line == region.begin.line;
  const bool longer = one_line && region.end.column > region.begin.column;
  return {file, region.begin.line, region.begin.column,
          longer ? region.end.column - region.begin.column : 1};
}

}  // namespace

Span span_of(const toml::node& node, const std::shared_ptr<const SourceFile>& file) {
  return make_span(node.source(), file);
}

Span span_of(const toml::key& key, const std::shared_ptr<const SourceFile>& file) {
  return make_span(key.source(), file);
}

}  // namespace serai::tool
