// SPDX-License-Identifier: BSD-2-Clause
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <utility>

#include "tool/cli/explain.hpp"
#include "tool/cli/reach.hpp"
#include "tool/cli/table.hpp"
#include "tool/model/quantity.hpp"

namespace serai::tool {

namespace {

using config::VirtioKind;

std::string reached_text(const DeviceOf& port, const std::vector<DeviceOf>& all, bool uplink) {
  const auto names = reached_by(port, all, uplink);
  return names.empty() ? "nobody" : fmt::format("{}", fmt::join(names, ", "));
}

std::string vlan_text(const GuestVirtio& port) {
  if (port.trunk) {
    return port.vlan == 0 ? "all, tagged" : fmt::format("all, tagged; {}", port.vlan);
  }
  return port.vlan == 0 ? "none" : fmt::format("{}", port.vlan);
}

std::string group_text(const GuestVirtio& port) {
  return port.group.empty() ? "none" : port.group;
}

std::string where_text(const DiskFacts& disk) {
  if (disk.external) {
    return "the external system";
  }
  if (!disk.in_memory) {
    return disk.file.filename().string();
  }
  return disk.file.empty() ? "memory, zeros at first"
                           : fmt::format("memory, {} at first", disk.file.filename().string());
}

std::string part_text(const DiskFacts& disk, const GuestVirtio& device) {
  if (disk.external) {
    return "what it is given there";
  }
  if (disk.in_memory) {
    return "a copy of its own";
  }
  return device.partition == 0 ? "all" : fmt::format("partition {}", device.partition);
}

std::string target_text(const GuestVirtio& device) {
  switch (device.kind) {
    case VirtioKind::block:
      return device.partition == 0
                 ? device.target
                 : fmt::format("{}, partition {}", device.target, device.partition);
    case VirtioKind::network:
      return fmt::format("{}, as {}", device.target, device.mac);
    case VirtioKind::socket:
      return fmt::format("CID {}", device.context_id);
    case VirtioKind::console:
      return device.ports == 1 ? device.target
                               : fmt::format("{}, {} ports", device.target, device.ports);
    case VirtioKind::entropy:
      break;
  }
  return device.target;
}

}  // namespace

std::string virtio_table(const Guest& guest) {
  TextTable table({"VirtIO device", "of", "where the guest finds it"});
  for (const GuestVirtio& device : guest.virtio) {
    table.add({kind_name(device.kind), target_text(device), place_text(device)});
  }
  return table.render();
}

std::string disks_table(const ResolvedSystem& system) {
  TextTable table({"disk", "size", "kept in", "VM", "has", "may"});
  for (const DiskFacts& disk : system.disks) {
    std::vector<std::string> start{disk.name, disk.external ? "" : format_size(disk.size),
                                   where_text(disk)};
    const auto add = [&](const std::string& vm, const std::string& part, const char* rights) {
      std::vector<std::string> row = start;
      row.insert(row.end(), {vm, part, rights});
      table.add(std::move(row));
      start = {"", "", ""};
    };
    const auto users = devices_of(system, VirtioKind::block, disk.name);
    for (const DeviceOf& user : users) {
      add(user.vm->name, part_text(disk, *user.device),
          user.device->read_only ? "read" : "read, write");
    }
    if (users.empty()) {
      add("nobody", "", "");
    }
  }
  return table.render();
}

std::string networks_table(const ResolvedSystem& system) {
  TextTable table({"network", "VM", "address", "VLAN", "group", "sends at most", "can reach"});
  for (const NetworkFacts& network : system.networks) {
    std::string start = network.name;
    const auto ports = devices_of(system, VirtioKind::network, network.name);
    for (const DeviceOf& port : ports) {
      const GuestVirtio& device = *port.device;
      table.add({std::exchange(start, ""), port.vm->name,
                 device.any_mac ? device.mac + " and others" : device.mac, vlan_text(device),
                 group_text(device),
                 device.rate_bits_per_second == 0 ? "no limit"
                                                  : rate_literal(device.rate_bits_per_second),
                 network.external ? "as the external system lets it"
                                  : reached_text(port, ports, network.uplink)});
    }
    if (ports.empty()) {
      table.add({std::exchange(start, ""), "nobody", "", "", "", "", ""});
    }
    for (const std::string& forward : network.forwards) {
      table.add({std::exchange(start, ""), "outside", "", "", "", "", "this machine's " + forward});
    }
  }
  return table.render();
}

std::string sockets_table(const ResolvedSystem& system) {
  TextTable table({"VM", "CID", "group", "can reach"});
  const auto ports = devices_of(system, VirtioKind::socket);
  for (const DeviceOf& port : ports) {
    const auto others = reached_by(port, ports, false);
    table.add({port.vm->name, fmt::format("{}", port.device->context_id), group_text(*port.device),
               others.empty() ? "the service at CID 2"
                              : fmt::format("{}, the service at CID 2", fmt::join(others, ", "))});
  }
  return table.render();
}

}  // namespace serai::tool
