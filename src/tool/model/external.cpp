// SPDX-License-Identifier: BSD-2-Clause
#include "tool/model/external.hpp"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <pugixml.hpp>
#include <set>
#include <string_view>

namespace serai::tool {

namespace {

constexpr std::uint64_t most_priority = 254;
constexpr std::uint64_t most_channel = 61;
constexpr std::uint64_t default_budget_us = 1000;
constexpr std::uint64_t default_stack_bytes = 0x1000;

constexpr std::uint64_t most_number = ~std::uint64_t{0};

/// Decimal, or hexadecimal after 0x, with `_` between digits, as Microkit reads numbers.
std::optional<std::uint64_t> parse_number(std::string text) {
  std::erase(text, '_');
  const bool hexadecimal = text.starts_with("0x");
  const char* const start = text.data() + (hexadecimal ? 2 : 0);
  const char* const end = text.data() + text.size();
  std::uint64_t value = 0;
  const auto [stop, error] = std::from_chars(start, end, value, hexadecimal ? 16 : 10);
  return error == std::errc() && stop == end ? std::optional(value) : std::nullopt;
}

/// Reads one description.
class Reader {
 public:
  Reader(const std::shared_ptr<const SourceFile>& file, Diagnostics& diagnostics)
      : diagnostics_(diagnostics) {
    model_.file = file;
  }

  std::optional<ExternalModel> read() {
    pugi::xml_document document;
    const std::string_view text = model_.file->text();
    const auto parsed = document.load_buffer(text.data(), text.size());
    const pugi::xml_node root = document.child("system");
    if (!parsed || !root) {
      complain(place(parsed.offset),
               parsed ? "there is no <system> in this file"
                      : fmt::format("this is not XML: {}", parsed.description()),
               "name the .system file that Microkit's tool would take");
      return std::nullopt;
    }
    const std::size_t before = diagnostics_.error_count();
    read_system(root);
    check_names();
    return diagnostics_.error_count() == before ? std::optional(std::move(model_)) : std::nullopt;
  }

 private:
  void complain(const Span& where, std::string what, std::string hint) {
    diagnostics_.error("E0801", where, std::move(what), std::move(hint));
  }

  [[nodiscard]] Span place(std::ptrdiff_t offset) const {
    const std::string_view text = model_.file->text();
    const auto end =
        std::clamp<std::ptrdiff_t>(offset, 0, static_cast<std::ptrdiff_t>(text.size()));
    const std::string_view before = text.substr(0, static_cast<std::size_t>(end));
    const std::size_t line_start = before.rfind('\n') + 1;
    return {model_.file, static_cast<unsigned>(1 + std::ranges::count(before, '\n')),
            static_cast<unsigned>(before.size() - line_start + 1), 1};
  }

  /// pugixml says where the name begins, which is behind the `<`.
  [[nodiscard]] Span place(pugi::xml_node node) const { return place(node.offset_debug() - 1); }

  /// Reports every attribute that is none of `known`.
  void refuse_other_attributes(pugi::xml_node node, std::initializer_list<std::string_view> known) {
    for (const pugi::xml_attribute attribute : node.attributes()) {
      if (std::ranges::find(known, std::string_view(attribute.name())) == known.end()) {
        complain(place(node),
                 fmt::format("Serai does not know what `{}` of <{}> means", attribute.name(),
                             node.name()),
                 "leave it out");
      }
    }
  }

  void refuse(pugi::xml_node node) {
    if (node.type() == pugi::node_element) {
      complain(place(node),
               fmt::format("Serai cannot carry over <{}> inside <{}>", node.name(),
                           node.parent().name()),
               "leave it out");
    }
  }

  std::string text(pugi::xml_node node, const char* name) {
    const pugi::xml_attribute attribute = node.attribute(name);
    if (!attribute || *attribute.value() == '\0') {
      complain(place(node), fmt::format("<{}> lacks `{}`", node.name(), name), "");
    }
    return attribute.value();
  }

  std::uint64_t number(pugi::xml_node node, const char* name, std::optional<std::uint64_t> absent,
                       std::uint64_t most) {
    if (absent && !node.attribute(name)) {
      return *absent;
    }
    const std::string written = text(node, name);
    const auto value = parse_number(written);
    if (!written.empty() && (!value || *value > most)) {
      complain(
          place(node), fmt::format("`{}` of <{}> is \"{}\"", name, node.name(), written),
          most == most_number ? "write a number" : fmt::format("write a number up to {}", most));
    }
    return value.value_or(0);
  }

  bool boolean(pugi::xml_node node, const char* name, bool absent) {
    const pugi::xml_attribute attribute = node.attribute(name);
    const std::string_view value = attribute.value();
    if (!attribute.empty() && value != "true" && value != "false") {
      complain(place(node), fmt::format("`{}` of <{}> is \"{}\"", name, node.name(), value),
               "write true or false");
    }
    return attribute.empty() ? absent : value == "true";
  }

  void read_system(pugi::xml_node root) {
    for (const pugi::xml_node node : root.children()) {
      const std::string_view name = node.name();
      if (name == "memory_region") {
        read_region(node);
      } else if (name == "protection_domain") {
        read_domain(node);
      } else if (name == "channel") {
        read_channel(node);
      } else {
        refuse(node);
      }
    }
  }

  void read_region(pugi::xml_node node) {
    refuse_other_attributes(node, {"name", "size", "page_size", "phys_addr"});
    ExternalRegion region;
    region.where = place(node);
    region.name = text(node, "name");
    region.size = number(node, "size", {}, most_number);
    region.page_size = number(node, "page_size", region.page_size, most_number);
    if (!node.attribute("phys_addr").empty()) {
      region.physical = number(node, "phys_addr", {}, most_number);
    }
    const bool known_pages = region.page_size == 0x1000 || region.page_size == 0x20'0000;
    if (!known_pages || region.size == 0 || region.size % region.page_size != 0 ||
        region.physical.value_or(0) % region.page_size != 0) {
      complain(region.where,
               fmt::format("the memory region \"{}\" does not consist of whole pages", region.name),
               "pages have 0x1000 or 0x200000 bytes; size and phys_addr are multiples of them");
    }
    model_.regions.push_back(std::move(region));
  }

  void read_domain(pugi::xml_node node) {
    refuse_other_attributes(node,
                            {"name", "priority", "budget", "period", "passive", "stack_size"});
    ExternalDomain domain;
    domain.where = place(node);
    domain.name = text(node, "name");
    domain.priority = number(node, "priority", 0, most_priority);
    domain.budget_us = number(node, "budget", default_budget_us, most_number);
    domain.period_us = number(node, "period", domain.budget_us, most_number);
    domain.stack_bytes = number(node, "stack_size", default_stack_bytes, most_number);
    domain.passive = boolean(node, "passive", false);
    for (const pugi::xml_node child : node.children()) {
      const std::string_view name = child.name();
      if (name == "program_image") {
        domain.program = text(child, "path");
      } else if (name == "map") {
        domain.maps.push_back(read_map(child));
      } else if (name == "irq") {
        domain.interrupts.push_back(read_interrupt(child));
      } else {
        refuse(child);
      }
    }
    model_.domains.push_back(std::move(domain));
  }

  ExternalMap read_map(pugi::xml_node node) {
    refuse_other_attributes(node, {"mr", "vaddr", "perms", "cached"});
    ExternalMap map;
    map.where = place(node);
    map.region = text(node, "mr");
    map.address = number(node, "vaddr", {}, most_number);
    map.cached = boolean(node, "cached", true);
    const std::string_view rights = node.attribute("perms").as_string("rw");
    map.may_read = rights.contains('r');
    map.may_write = rights.contains('w');
    map.may_execute = rights.contains('x');
    if (rights.find_first_not_of("rwx") != std::string_view::npos || !map.may_read) {
      complain(map.where, fmt::format("`perms` of <map> is \"{}\"", rights),
               "write r, rw, rx or rwx");
    }
    return map;
  }

  ExternalInterrupt read_interrupt(pugi::xml_node node) {
    refuse_other_attributes(node, {"irq", "id", "trigger"});
    constexpr std::uint64_t most_intid = 1019;
    const std::string_view trigger = node.attribute("trigger").as_string("level");
    if (trigger != "level" && trigger != "edge") {
      complain(place(node), fmt::format("`trigger` of <irq> is \"{}\"", trigger),
               "write level or edge");
    }
    return {.where = place(node),
            .intid = number(node, "irq", {}, most_intid),
            .channel = number(node, "id", {}, most_channel),
            .edge = trigger == "edge"};
  }

  void read_channel(pugi::xml_node node) {
    refuse_other_attributes(node, {});
    std::vector<ExternalEnd> ends;
    for (const pugi::xml_node child : node.children()) {
      if (std::string_view(child.name()) != "end") {
        refuse(child);
        continue;
      }
      refuse_other_attributes(child, {"pd", "id", "pp", "notify"});
      ends.push_back({.where = place(child),
                      .domain = text(child, "pd"),
                      .id = number(child, "id", {}, most_channel),
                      .may_notify = boolean(child, "notify", true),
                      .may_call = boolean(child, "pp", false)});
    }
    if (ends.size() != 2) {
      complain(place(node), fmt::format("a channel has two ends, this one has {}", ends.size()),
               "");
      return;
    }
    model_.channels.push_back({.a = std::move(ends[0]), .b = std::move(ends[1])});
  }

  void check_names() {
    std::set<std::string> regions;
    for (const ExternalRegion& region : model_.regions) {
      if (!regions.insert(region.name).second) {
        complain(region.where, fmt::format("the memory region \"{}\" is there twice", region.name),
                 "");
      }
    }
    std::set<std::string> domains;
    for (const ExternalDomain& domain : model_.domains) {
      check_domain_name(domain);
      if (!domains.insert(domain.name).second) {
        complain(domain.where,
                 fmt::format("the protection domain \"{}\" is there twice", domain.name), "");
      }
      for (const ExternalMap& map : domain.maps) {
        if (!regions.contains(map.region)) {
          complain(map.where, fmt::format("there is no memory region \"{}\"", map.region), "");
        }
      }
    }
    for (const ExternalChannel& channel : model_.channels) {
      for (const ExternalEnd* end : {&channel.a, &channel.b}) {
        if (!domains.contains(end->domain)) {
          complain(end->where, fmt::format("there is no protection domain \"{}\"", end->domain),
                   "");
        }
      }
    }
  }

  /// The name becomes that of a file.
  void check_domain_name(const ExternalDomain& domain) {
    const auto allowed = [](char character) {
      return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
             (character >= '0' && character <= '9') || character == '_' || character == '-';
    };
    if (!std::ranges::all_of(domain.name, allowed)) {
      complain(domain.where,
               fmt::format("\"{}\" cannot be the name of a protection domain here", domain.name),
               "names have letters, digits, _ and -");
    }
  }

  ExternalModel model_;
  Diagnostics& diagnostics_;
};

}  // namespace

const ExternalDomain* ExternalModel::find_domain(const std::string& name) const {
  const auto found = std::ranges::find(domains, name, &ExternalDomain::name);
  return found == domains.end() ? nullptr : &*found;
}

std::optional<ExternalModel> read_external(const std::shared_ptr<const SourceFile>& file,
                                           Diagnostics& diagnostics) {
  return Reader(file, diagnostics).read();
}

}  // namespace serai::tool
