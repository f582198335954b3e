// SPDX-License-Identifier: BSD-2-Clause
#include "tool/model/system.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <tuple>

#include "tool/model/table_reader.hpp"

namespace serai::tool {

namespace {

constexpr std::uint64_t most_priority = 100;

/// A choice by its index as a value of its own.
template <class T>
std::optional<Located<T>> as(const std::optional<Located<std::size_t>>& chosen,
                             std::initializer_list<T> values) {
  if (!chosen) {
    return std::nullopt;
  }
  return Located{*(values.begin() + chosen->value), chosen->where};
}

void read_passthrough(TableReader& reader, const std::string& vm_path, VmModel& vm,
                      Diagnostics& diagnostics) {
  for (const toml::table* table : reader.tables("passthrough")) {
    TableReader entry(*table, fmt::format("[[{}.passthrough]]", vm_path),
                      span_of(*table, reader.heading().file), diagnostics);
    if (const auto device = entry.text("device")) {
      vm.passthrough.push_back(*device);
    } else if (!entry.has("device")) {
      entry.missing("device", "add for example: device = \"rtc\"");
    }
    entry.finish();
  }
}

VmModel read_vm(const toml::key& key, const toml::table& table,
                const std::shared_ptr<const SourceFile>& file, Diagnostics& diagnostics) {
  const std::string path = fmt::format("vm.{}", key.str());
  TableReader reader(table, fmt::format("[{}]", path), span_of(table, file), diagnostics);
  VmModel vm;
  vm.name = {std::string(key.str()), span_of(key, file)};
  vm.heading = reader.heading();
  vm.kernel = reader.text("kernel");
  vm.initrd = reader.text("initrd");
  vm.cmdline = reader.text("cmdline");
  vm.memory = reader.size("memory");
  vm.vcpus = reader.integer("vcpus");
  vm.priority = reader.number("priority", 1, most_priority);
  vm.budget_us = reader.duration_us("budget");
  vm.period_us = reader.duration_us("period");
  if (reader.has("period") && !vm.period_us) {
    vm.budget_us.reset();  // without the period that was meant there is nothing to compare
  }
  vm.console = as(reader.choice_or_boolean("console", {"pl011", "none"}, 0, 1),
                  {ConsoleKind::pl011, ConsoleKind::none});
  vm.raw = as(reader.choice("format", {"auto", "raw"}), {false, true});
  vm.load = reader.size("load");
  vm.dtb_overlay = reader.text("dtb_overlay");
  vm.unclaimed = as(reader.choice("unclaimed", {"abort", "ignore", "stop"}),
                    {config::UnclaimedPolicy::inject_abort, config::UnclaimedPolicy::ignore,
                     config::UnclaimedPolicy::stop});
  vm.rtc = reader.clock("rtc");
  read_passthrough(reader, path, vm, diagnostics);
  if (!reader.has("kernel")) {
    reader.missing("kernel", "add for example: kernel = \"vmlinuz\"");
  }
  reader.finish();
  return vm;
}

/// toml++ keeps tables sorted by name; people expect the order in which they wrote them.
void sort_as_written(std::vector<VmModel>& vms) {
  std::ranges::sort(vms, {}, [](const VmModel& vm) {
    return std::tuple(vm.name.where.line, vm.name.where.column);
  });
}

}  // namespace

std::optional<SystemModel> read_system(const std::shared_ptr<const SourceFile>& file,
                                       Diagnostics& diagnostics) {
  const auto document = parse_toml(file, diagnostics);
  if (!document) {
    return std::nullopt;
  }
  const Span whole{file, 0, 0, 1};
  SystemModel model{.file = file, .board = {default_board, whole}, .vms = {}};
  TableReader top(*document, "", whole, diagnostics);
  if (const toml::table* system = top.table("system", "[system]")) {
    TableReader reader(*system, "[system]", span_of(*system, file), diagnostics);
    model.board = reader.text("board").value_or(model.board);
    reader.finish();
  }
  const toml::table* vms = top.table("vm", "[vm.linux]");
  top.finish();
  if (vms != nullptr) {
    for (const auto& [key, node] : *vms) {
      if (const toml::table* table = node.as_table()) {
        model.vms.push_back(read_vm(key, *table, file, diagnostics));
        continue;
      }
      diagnostics.error("E0102", span_of(key, file), fmt::format("`vm.{}` is no table", key.str()),
                        "a VM is a table with its name: [vm.linux]");
    }
  }
  sort_as_written(model.vms);
  const bool has_vm_key = document->contains("vm");
  if (model.vms.empty() && (!has_vm_key || (vms != nullptr && vms->empty()))) {
    diagnostics.error("E0109", whole, "there is no VM in this file",
                      "add a table for each: [vm.linux] with at least kernel = \"...\"");
  }
  return model;
}

}  // namespace serai::tool
