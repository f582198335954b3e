// SPDX-License-Identifier: BSD-2-Clause
#include <fmt/format.h>
#include <map>

#include "tool/check/checks.hpp"
#include "tool/check/io_plan.hpp"
#include "tool/model/quantity.hpp"

namespace serai::tool {

namespace {

void check_owners(const std::vector<CheckedVm>& vms, Diagnostics& diagnostics) {
  std::map<std::string, std::string> owners;
  std::map<std::uint32_t, std::pair<std::string, std::string>> interrupts;  // device, VM
  for (const CheckedVm& vm : vms) {
    for (const BoardDevice& device : vm.passthrough) {
      const auto [owner, is_new] = owners.emplace(device.name, vm.name);
      if (!is_new) {
        diagnostics.error(
            "E0205", device.where,
            fmt::format("\"{}\" already belongs to [vm.{}]", device.name, owner->second),
            "a device has one owner: leave it out here or there");
        continue;
      }
      const auto [user, is_free] =
          interrupts.emplace(device.intid, std::pair(device.name, vm.name));
      if (device.intid != 0 && !is_free && user->second.second != vm.name) {
        diagnostics.error("E0210", device.where,
                          fmt::format("\"{}\" has the interrupt of \"{}\", INTID {}", device.name,
                                      user->second.first, device.intid),
                          "an interrupt has one owner: leave one of the devices out");
      }
    }
  }
}

/// What VMs, their disks in memory and devices of QEMU need together.
void check_total(const CheckedSystem& system, Diagnostics& diagnostics) {
  const Board& board = system.board;
  std::uint64_t total = diagnostics.has_errors() ? 0 : device_memory(system);
  const bool only_vms = total == 0;
  bool has_disks = false;
  for (const CheckedVm& vm : system.vms) {
    if (vm.memory > board.usable_memory()) {
      return;  // already told
    }
    const std::uint64_t disks = diagnostics.has_errors() ? 0 : disk_memory(vm, system.disks);
    has_disks = has_disks || disks != 0;
    total += vm.memory + disks;
    if (total > board.usable_memory()) {
      diagnostics.error(
          "E0304", vm.memory_where,
          only_vms && !has_disks
              ? fmt::format("with this VM, all VMs have {} of memory; {} has {} for them",
                            format_size(total), board.name, format_size(board.usable_memory()))
              : fmt::format("with this VM, all VMs, disks in memory and the buffers of devices "
                            "take {}; {} has {} for them",
                            format_size(total), board.name, format_size(board.usable_memory())),
          "give this VM or those before it less memory");
      return;
    }
  }
  if (!only_vms && device_memory(system) > board.window_size) {
    diagnostics.error(
        "E0304", system.vms.front().memory_where,
        fmt::format("devices need {} of the memory that {} hands out by address; "
                    "it has {}",
                    format_size(device_memory(system)), board.name, format_size(board.window_size)),
        "have fewer disks or clients of disks");
  }
}

}  // namespace

void check_together(const CheckedSystem& system, Diagnostics& diagnostics) {
  const Board& board = system.board;
  const std::vector<CheckedVm>& vms = system.vms;
  check_owners(vms, diagnostics);
  check_total(system, diagnostics);
  const auto is_console = [&board](const BoardDevice& device) {
    return device.name == board.console_device;
  };
  for (const CheckedVm& vm : vms) {
    for (const BoardDevice& device : vm.passthrough) {
      if (is_console(device)) {
        diagnostics.warning("W0211", device.where,
                            fmt::format("[vm.{}] owns the board's console: messages of Serai and "
                                        "consoles of other VMs have nowhere to go",
                                        vm.name));
      }
    }
  }
}

}  // namespace serai::tool
