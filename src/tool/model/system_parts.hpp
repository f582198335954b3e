// SPDX-License-Identifier: BSD-2-Clause
//
// The readers of single tables of a system file.
#pragma once

#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tool/model/system.hpp"
#include "tool/model/table_reader.hpp"

namespace serai::tool {

/// A choice by its index as a value of its own.
template <class T>
std::optional<Located<T>> as(const std::optional<Located<std::size_t>>& chosen,
                             std::initializer_list<T> values) {
  if (!chosen) {
    return std::nullopt;
  }
  return Located{*(values.begin() + chosen->value), chosen->where};
}

DiskModel read_disk(const toml::key& key, const toml::table& table,
                    const std::shared_ptr<const SourceFile>& file, Diagnostics& diagnostics);

NetworkModel read_network(const toml::key& key, const toml::table& table,
                          const std::shared_ptr<const SourceFile>& file, Diagnostics& diagnostics);

/// `[[device]]` of a VM, `vm_path` being "vm.NAME".
std::vector<DeviceModel> read_devices(TableReader& vm, const std::string& vm_path,
                                      Diagnostics& diagnostics);

}  // namespace serai::tool
