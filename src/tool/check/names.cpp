// SPDX-License-Identifier: BSD-2-Clause
#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <map>

#include "tool/check/checks.hpp"

namespace serai::tool {

namespace {

/// PDs are called NAME_vmm, which must fit the 31 characters of a name in a configuration.
constexpr std::size_t most_characters = 27;

/// The PDs that Serai itself brings; people would take one for the other.
constexpr std::array<std::string_view, 2> reserved_names{"console", "timer"};

bool is_lower(char character) {
  return character >= 'a' && character <= 'z';
}

bool is_name(std::string_view text) {
  const auto allowed = [](char character) {
    return is_lower(character) || (character >= '0' && character <= '9') || character == '_' ||
           character == '-';
  };
  return !text.empty() && text.size() <= most_characters && is_lower(text.front()) &&
         std::ranges::all_of(text, allowed);
}

}  // namespace

void check_names(const SystemModel& model, Diagnostics& diagnostics) {
  std::map<std::string, const VmModel*> seen;
  for (const VmModel& vm : model.vms) {
    const std::string& name = vm.name.value;
    if (!is_name(name)) {
      diagnostics.error("E0108", vm.name.where,
                        fmt::format("\"{}\" cannot be the name of a VM", name),
                        fmt::format("a name is a lower-case letter, then letters, digits, _ and -; "
                                    "at most {} characters",
                                    most_characters));
      continue;
    }
    if (std::ranges::find(reserved_names, name) != reserved_names.end()) {
      diagnostics.error("E0111", vm.name.where,
                        fmt::format("the name \"{}\" belongs to a part of Serai itself", name),
                        "give the VM another name");
      continue;
    }
    // Memory regions are named after their VM, with letters, digits and underscores only.
    std::string plain = name;
    std::ranges::replace(plain, '-', '_');
    if (const auto [other, is_new] = seen.emplace(plain, &vm); !is_new) {
      diagnostics.error("E0110", vm.name.where,
                        fmt::format("the names \"{}\" and \"{}\" differ only by - and _",
                                    other->second->name.value, name),
                        "give one of them another name");
    }
  }
}

}  // namespace serai::tool
