// SPDX-License-Identifier: BSD-2-Clause
#include "tool/resolve/resolve.hpp"

#include <fmt/format.h>
#include <utility>

#include "tool/resolve/parts.hpp"

namespace serai::tool {

namespace {

/// Microkit's priorities: VMs use 2 to 201, as 2p for vCPUs and 2p + 1 for their VMMs.
constexpr std::uint32_t console_priority = 240;
constexpr std::uint32_t timer_priority = 250;
/// Twice what a VMM was seen to take: 3.2 KiB, while it starts. Its calls are never nested.
constexpr std::uint64_t vmm_stack_bytes = 0x2000;
/// Room for the configuration's largest form.
constexpr const char* too_large = "the configuration does not fit in 64 KiB";

Schedule unlimited(std::uint32_t priority) {
  Schedule schedule;
  schedule.priority = priority;
  return schedule;
}

BoardFacts facts_of(const Board& board) {
  BoardFacts facts;
  facts.name = board.name;
  facts.microkit_name = board.microkit;
  facts.qemu_machine = board.qemu_machine;
  facts.qemu_cpu = board.qemu_cpu;
  facts.qemu_memory_bytes = board.qemu_memory;
  facts.loader_address = board.loader_address;
  return facts;
}

/// The layouts of all VMs, so that every VM's images that do not fit are reported at once.
std::optional<std::vector<GuestLayout>> lay_out_all(const CheckedSystem& system,
                                                    Diagnostics& diagnostics) {
  std::vector<GuestLayout> layouts;
  for (const CheckedVm& vm : system.vms) {
    if (auto layout = lay_out(vm, system.board, diagnostics)) {
      layouts.push_back(std::move(*layout));
    }
  }
  return layouts.size() == system.vms.size() ? std::optional(std::move(layouts)) : std::nullopt;
}

bool check_blobs(const CheckedSystem& checked, const ResolvedSystem& system,
                 Diagnostics& diagnostics) {
  bool all_fit = true;
  for (std::size_t i = 0; i < checked.vms.size(); ++i) {
    const ProtectionDomain& pd = system.pds[system.guests[i].pd];
    if (pd.attachments.front().bytes.size() > config::most_blob_bytes) {
      diagnostics.error("E0503", checked.vms[i].kernel_where, too_large,
                        "the kernel has too many segments");
      all_fit = false;
    }
  }
  return all_fit;
}

MemoryRegion virtual_interface(const Board& board) {
  MemoryRegion region;
  region.name = "gic_virtual_interface";
  region.size = board.gic.virtual_interface_size;
  region.physical = board.gic.virtual_interface;
  region.what = "the GIC's virtual CPU interface";
  return region;
}

/// What people are told of disks and networks.
void add_facts(ResolvedSystem& resolved, const CheckedSystem& system) {
  for (const CheckedDisk& disk : system.disks) {
    resolved.disks.push_back({.name = disk.name,
                              .file = disk.file,
                              .in_memory = disk.in_memory,
                              .external = disk.external,
                              .size = disk.size,
                              .read_only = disk.read_only});
  }
  for (const CheckedNetwork& network : system.networks) {
    NetworkFacts facts{.name = network.name,
                       .external = network.external,
                       .uplink = network.uplink,
                       .forwards = {}};
    for (const CheckedForward& forward : network.forwards) {
      facts.forwards.push_back(forward_text(forward));
    }
    resolved.networks.push_back(std::move(facts));
  }
}

std::vector<std::string> warnings_in(const Diagnostics& diagnostics) {
  std::vector<std::string> warnings;
  for (const Diagnostic& diagnostic : diagnostics.sorted()) {
    if (diagnostic.severity == Severity::warning) {
      warnings.push_back(diagnostic.what);
    }
  }
  return warnings;
}

}  // namespace

std::optional<ResolvedSystem> resolve(const CheckedSystem& system, const ResolveOptions& options,
                                      Diagnostics& diagnostics) {
  auto layouts = lay_out_all(system, diagnostics);
  if (!layouts) {
    return std::nullopt;
  }
  SystemBuilder builder;
  builder.system().board = facts_of(system.board);
  for (const CheckedVm& vm : system.vms) {
    const std::size_t pd =
        builder.add_pd(vm.name + "_vmm", Program::vmm, unlimited(2 * vm.priority + 1));
    builder.pd(pd).stack_bytes = vmm_stack_bytes;
  }
  ConsolePart console;
  const bool has_external_console = system.external && system.external->console;
  const bool has_console =
      !has_external_console && !system.is_passed_through(system.board.console_device);
  if (has_console) {
    console.pd = builder.add_pd("console", Program::console, unlimited(console_priority));
  }
  Services services;
  if (!system.external || !system.external->timer) {
    services.timer_pd = builder.add_pd("timer", Program::timer, unlimited(timer_priority));
  }
  services.console = has_console ? &console : nullptr;
  services.memory = {system.board.pool_size, system.board.window_address};
  services.virtual_interface_region = builder.add_region(virtual_interface(system.board));
  services.io = add_io_pds(builder, system);
  add_facts(builder.system(), system);
  const std::size_t first_external_region = builder.system().regions.size();
  services.external = add_external(builder, system);
  for (std::size_t i = 0; i < system.vms.size(); ++i) {
    add_vm(builder, system, system.vms[i], std::move((*layouts)[i]), i, services);
  }
  const auto timer_clients = static_cast<std::uint32_t>(system.vms.size()) +
                             finish_io(builder, system, services.io, services.timer_pd);
  if (has_console) {
    finish_console(builder, system.board, console, options);
  }
  if (services.timer_pd) {
    finish_timer(builder, system, *services.timer_pd, timer_clients);
  }
  builder.system().warnings = warnings_in(diagnostics);
  const bool fits = !system.external || check_external_fits(builder.system(), *system.external,
                                                            first_external_region, diagnostics);
  if (!check_blobs(system, builder.system(), diagnostics) || !fits) {
    return std::nullopt;
  }
  return std::move(builder.system());
}

}  // namespace serai::tool
