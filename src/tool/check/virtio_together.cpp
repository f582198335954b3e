// SPDX-License-Identifier: BSD-2-Clause
//
// What the VirtIO devices of all VMs together can do wrong; and the addresses that they get where
// the file gives none.
#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <set>

#include "tool/check/checks.hpp"
#include "tool/check/io_plan.hpp"
#include "tool/check/mac.hpp"

namespace serai::tool {

namespace {

using config::VirtioKind;

/// Calls `visit(vm, device)` for every device of one kind, in the order of the file.
template <class System, class Visit>
void each_device(System& system, VirtioKind kind, Visit&& visit) {
  for (auto& vm : system.vms) {
    for (auto& device : vm.virtio) {
      if (device.kind == kind) {
        visit(vm, device);
      }
    }
  }
}

struct DiskUse {
  const CheckedVm* vm;
  const CheckedVirtio* device;
};

bool conflict(const CheckedVirtio& a, const CheckedVirtio& b) {
  const bool meet = a.partition == b.partition || a.partition == 0 || b.partition == 0;
  return a.disk == b.disk && meet && !(a.read_only && b.read_only);
}

std::string part_text(const CheckedVirtio& device) {
  return device.partition == 0 ? "all" : fmt::format("partition {}", device.partition);
}

/// Nobody writes what another sees: file systems do not expect that.
void check_disk_users(const CheckedSystem& system, Diagnostics& diagnostics) {
  std::vector<DiskUse> uses;
  each_device(system, VirtioKind::block, [&](const CheckedVm& vm, const CheckedVirtio& device) {
    if (device.disk >= system.disks.size() || system.disks[device.disk].in_memory ||
        system.disks[device.disk].external) {
      return;
    }
    const auto other = std::ranges::find_if(
        uses, [&device](const DiskUse& use) { return conflict(*use.device, device); });
    if (other != uses.end()) {
      diagnostics.error(
          "E0704", device.where,
          fmt::format("[vm.{}] has {} of \"{}\" already{}: one would write what the other sees",
                      other->vm->name, part_text(*other->device), system.disks[device.disk].name,
                      other->device->read_only ? " (read-only)" : ""),
          "give each a partition or a disk of its own, or let all only read: read_only = true");
    }
    uses.push_back({&vm, &device});
  });
}

void check_given_macs(const CheckedSystem& system, std::map<Mac, std::string>& taken,
                      Diagnostics& diagnostics) {
  each_device(system, VirtioKind::network, [&](const CheckedVm& vm, const CheckedVirtio& device) {
    if (device.mac == Mac{}) {
      return;
    }
    const auto [owner, is_new] = taken.emplace(device.mac, vm.name);
    if (!is_new) {
      diagnostics.error("E0707", device.identity_where,
                        fmt::format("{} is the address of a device of [vm.{}] already",
                                    format_mac(device.mac), owner->second),
                        "write another, or leave `mac` out and Serai finds one");
    }
  });
}

void derive_macs(CheckedSystem& system, std::map<Mac, std::string>& taken) {
  std::map<std::string, unsigned> counts;
  each_device(system, VirtioKind::network, [&](const CheckedVm& vm, CheckedVirtio& device) {
    const std::string network = fmt::format("{}/{}", vm.name, device.name);
    const std::string name = fmt::format("{}/{}", network, counts[network]++);
    for (unsigned attempt = 0; device.mac == Mac{}; ++attempt) {
      const Mac mac = derived_mac(name, attempt);
      if (taken.emplace(mac, vm.name).second) {
        device.mac = mac;
      }
    }
  });
}

void choose_cids(CheckedSystem& system, Diagnostics& diagnostics) {
  constexpr std::uint64_t first_guest = 3;
  std::map<std::uint64_t, std::string> taken;
  each_device(system, VirtioKind::socket, [&](const CheckedVm& vm, const CheckedVirtio& device) {
    if (device.context_id == 0) {
      return;
    }
    const auto [owner, is_new] = taken.emplace(device.context_id, vm.name);
    if (!is_new) {
      diagnostics.error("E0708", device.identity_where,
                        fmt::format("the context ID {} is that of [vm.{}] already",
                                    device.context_id, owner->second),
                        "write another, or leave `cid` out and Serai finds one");
    }
  });
  std::uint64_t next = first_guest;
  each_device(system, VirtioKind::socket, [&](const CheckedVm& vm, CheckedVirtio& device) {
    while (device.context_id == 0) {
      if (taken.emplace(next, vm.name).second) {
        device.context_id = next;
      }
      ++next;
    }
  });
}

/// Consoles of one VM are told apart by their numbers, as in Linux.
void number_consoles(CheckedSystem& system) {
  for (CheckedVm& vm : system.vms) {
    unsigned number = 0;
    for (CheckedVirtio& device : vm.virtio) {
      if (device.kind == VirtioKind::console) {
        device.name = fmt::format("hvc{}", number++);
      }
    }
  }
}

void warn_of_unused(const CheckedSystem& system, Diagnostics& diagnostics) {
  const auto warn = [&](const auto& all, VirtioKind kind, const char* what) {
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (count_users(system, kind, i) == 0) {
        diagnostics.warning(
            "W0609", all[i].heading, fmt::format("no VM has the {} \"{}\"", what, all[i].name),
            fmt::format("add to a VM: [[vm.NAME.device]] with {} = \"{}\"", what, all[i].name));
      }
    }
  };
  warn(system.disks, VirtioKind::block, "disk");
  warn(system.networks, VirtioKind::network, "network");
}

/// The names of those that need a device of QEMU, with the places of their tables.
std::vector<Span> driver_places(const CheckedSystem& system, const IoPlan& plan) {
  std::vector<Span> places;
  for (const std::size_t disk : plan.disks) {
    places.push_back(system.disks[disk].heading);
  }
  for (const std::size_t network : plan.uplinks) {
    places.push_back(system.networks[network].heading);
  }
  if (plan.entropy) {
    each_device(system, VirtioKind::entropy, [&](const CheckedVm&, const CheckedVirtio& device) {
      if (places.size() < plan.driver_count()) {
        places.push_back(device.where);
      }
    });
  }
  return places;
}

void check_slots(const CheckedSystem& system, Diagnostics& diagnostics) {
  const IoPlan plan = plan_io(system);
  const std::size_t most = system.board.virtio_slots.size();
  if (plan.driver_count() > most) {
    diagnostics.error(
        "E0718", driver_places(system, plan)[most],
        fmt::format("{} is one device of QEMU too many: {} has places for {}, which disks in "
                    "files, networks with an uplink and random numbers need",
                    plan.driver_count() == most + 1 ? "this" : "from here on, each",
                    system.board.name, most),
        "keep disks in memory (store = \"memory\"), give partitions of one disk to several VMs, "
        "or share a network");
  }
}

}  // namespace

void check_virtio_together(CheckedSystem& system, Diagnostics& diagnostics) {
  std::map<Mac, std::string> macs;
  check_disk_users(system, diagnostics);
  check_given_macs(system, macs, diagnostics);
  choose_cids(system, diagnostics);
  number_consoles(system);
  if (diagnostics.has_errors()) {
    return;  // devices may lead nowhere
  }
  derive_macs(system, macs);
  warn_of_unused(system, diagnostics);
  check_slots(system, diagnostics);
}

}  // namespace serai::tool
