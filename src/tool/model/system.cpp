// SPDX-License-Identifier: BSD-2-Clause
#include "tool/model/system.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <tuple>

#include "tool/model/system_parts.hpp"
#include "tool/model/table_reader.hpp"

namespace serai::tool {

namespace {

constexpr std::uint64_t most_priority = 100;

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
  vm.console = as(reader.choice_or_boolean("console", {"pl011", "none", "virtio"}, 0, 1),
                  {ConsoleKind::pl011, ConsoleKind::none, ConsoleKind::virtio});
  vm.raw = as(reader.choice("format", {"auto", "raw"}), {false, true});
  vm.load = reader.address("load");
  vm.dtb_overlay = reader.text("dtb_overlay");
  vm.unclaimed = as(reader.choice("unclaimed", {"abort", "ignore", "stop"}),
                    {config::UnclaimedPolicy::inject_abort, config::UnclaimedPolicy::ignore,
                     config::UnclaimedPolicy::stop});
  vm.rtc = reader.clock("rtc");
  read_passthrough(reader, path, vm, diagnostics);
  vm.devices = read_devices(reader, path, diagnostics);
  if (!reader.has("kernel")) {
    reader.missing("kernel", "add for example: kernel = \"vmlinuz\"");
  }
  reader.finish();
  return vm;
}

/// Where a table of named tables is to be found, and what messages call it.
struct NamedTables {
  const toml::table* table;  ///< null: there is none
  const char* key;
  const char* what;
  const char* example;
};

/// Reads each table of `tables` with `read`, in the order of the file: toml++ keeps them sorted by
/// name, and people expect the order in which they wrote them.
template <class Read>
auto read_named(const NamedTables& tables, const std::shared_ptr<const SourceFile>& file,
                Diagnostics& diagnostics, Read read) {
  std::vector<decltype(read(toml::key(), toml::table(), file, diagnostics))> models;
  if (tables.table == nullptr) {
    return models;
  }
  for (const auto& [key, node] : *tables.table) {
    if (const toml::table* table = node.as_table()) {
      models.push_back(read(key, *table, file, diagnostics));
      continue;
    }
    diagnostics.error("E0102", span_of(key, file),
                      fmt::format("`{}.{}` is no table", tables.key, key.str()),
                      fmt::format("{} is a table with its name: {}", tables.what, tables.example));
  }
  std::ranges::sort(models, {}, [](const auto& model) {
    return std::tuple(model.name.where.line, model.name.where.column);
  });
  return models;
}

}  // namespace

std::optional<SystemModel> read_system(const std::shared_ptr<const SourceFile>& file,
                                       Diagnostics& diagnostics) {
  const auto document = parse_toml(file, diagnostics);
  if (!document) {
    return std::nullopt;
  }
  const Span whole{file, 0, 0, 1};
  SystemModel model;
  model.file = file;
  model.board = {default_board, whole};
  TableReader top(*document, "", whole, diagnostics);
  if (const toml::table* system = top.table("system", "[system]")) {
    TableReader reader(*system, "[system]", span_of(*system, file), diagnostics);
    model.board = reader.text("board").value_or(model.board);
    model.external = reader.text("external");
    model.external_console = as(reader.choice("console", {"serai", "external"}), {false, true});
    model.external_timer = as(reader.choice("timer", {"serai", "external"}), {false, true});
    reader.finish();
  }
  const toml::table* vms = top.table("vm", "[vm.linux]");
  const toml::table* disks = top.table("disk", "[disk.root]");
  const toml::table* networks = top.table("network", "[network.lan]");
  top.finish();
  model.vms = read_named({vms, "vm", "a VM", "[vm.linux]"}, file, diagnostics, read_vm);
  model.disks = read_named({disks, "disk", "a disk", "[disk.root]"}, file, diagnostics, read_disk);
  model.networks = read_named({networks, "network", "a network", "[network.lan]"}, file,
                              diagnostics, read_network);
  const bool has_vm_key = document->contains("vm");
  if (model.vms.empty() && (!has_vm_key || (vms != nullptr && vms->empty()))) {
    diagnostics.error("E0109", whole, "there is no VM in this file",
                      "add a table for each: [vm.linux] with at least kernel = \"...\"");
  }
  return model;
}

}  // namespace serai::tool
