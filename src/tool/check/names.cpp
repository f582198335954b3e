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
constexpr std::array<std::string_view, 5> reserved_names{"console", "timer", "entropy", "sockets",
                                                         "supervisor"};

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

/// Disks and networks have PDs named after them, with one of these before it.
constexpr std::array<std::string_view, 3> reserved_starts{"disk_", "net_", "uplink_"};
constexpr std::size_t most_io_characters = 24;

bool is_reserved(std::string_view plain) {
  return std::ranges::find(reserved_names, plain) != reserved_names.end() ||
         std::ranges::any_of(reserved_starts,
                             [plain](std::string_view start) { return plain.starts_with(start); });
}

/// Names of memory regions have letters, digits and underscores only.
std::string plain_name(std::string name) {
  std::ranges::replace(name, '-', '_');
  return name;
}

/// The names of disks, or of networks.
template <class Model>
void check_io_names(const std::vector<Model>& models, const char* what, Diagnostics& diagnostics) {
  std::map<std::string, std::string> seen;
  for (const Model& model : models) {
    const std::string& name = model.name.value;
    if (!is_name(name) || name.size() > most_io_characters) {
      diagnostics.error("E0108", model.name.where,
                        fmt::format("\"{}\" cannot be the name of a {}", name, what),
                        fmt::format("a name is a lower-case letter, then letters, digits, _ and -; "
                                    "at most {} characters",
                                    most_io_characters));
    } else if (const auto [other, is_new] = seen.emplace(plain_name(name), name); !is_new) {
      diagnostics.error(
          "E0110", model.name.where,
          fmt::format("the names \"{}\" and \"{}\" differ only by - and _", other->second, name),
          "give one of them another name");
    }
  }
}

void check_vm_names(const SystemModel& model, Diagnostics& diagnostics) {
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
    if (is_reserved(plain_name(name))) {
      diagnostics.error("E0111", vm.name.where,
                        fmt::format("the name \"{}\" belongs to a part of Serai itself", name),
                        "give the VM another name");
      continue;
    }
    if (const auto [other, is_new] = seen.emplace(plain_name(name), &vm); !is_new) {
      diagnostics.error("E0110", vm.name.where,
                        fmt::format("the names \"{}\" and \"{}\" differ only by - and _",
                                    other->second->name.value, name),
                        "give one of them another name");
    }
  }
}

}  // namespace

void check_names(const SystemModel& model, Diagnostics& diagnostics) {
  check_vm_names(model, diagnostics);
  check_io_names(model.disks, "disk", diagnostics);
  check_io_names(model.networks, "network", diagnostics);
}

}  // namespace serai::tool
