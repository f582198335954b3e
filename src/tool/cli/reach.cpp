// SPDX-License-Identifier: BSD-2-Clause
#include "tool/cli/reach.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace serai::tool {

namespace {

using config::VirtioKind;

/// Whether frames of a VLAN that `a` sends can come out at `b`.
bool share_vlan(const GuestVirtio& a, const GuestVirtio& b) {
  return a.vlan == b.vlan || (b.trunk && a.vlan != 0) || (a.trunk && b.vlan != 0) ||
         (a.trunk && b.trunk);
}

bool can_reach(const GuestVirtio& a, const GuestVirtio& b) {
  if (a.kind == VirtioKind::socket) {
    return a.group == b.group;
  }
  return share_vlan(a, b) && (a.group.empty() || b.group.empty() || a.group == b.group);
}

}  // namespace

std::vector<DeviceOf> devices_of(const ResolvedSystem& system, VirtioKind kind,
                                 const std::string& target) {
  std::vector<DeviceOf> devices;
  for (const Guest& guest : system.guests) {
    for (const GuestVirtio& device : guest.virtio) {
      if (device.kind == kind && (target.empty() || device.target == target)) {
        devices.push_back({&guest, &device});
      }
    }
  }
  return devices;
}

std::vector<std::string> reached_by(const DeviceOf& device, const std::vector<DeviceOf>& all,
                                    bool uplink) {
  std::vector<std::string> names;
  for (const DeviceOf& other : all) {
    if (other.device != device.device && can_reach(*device.device, *other.device) &&
        std::ranges::find(names, other.vm->name) == names.end()) {
      names.push_back(other.vm->name);
    }
  }
  // An uplink carries no VLAN.
  if (uplink && device.device->vlan == 0) {
    names.emplace_back("outside");
  }
  return names;
}

const char* kind_name(VirtioKind kind) {
  switch (kind) {
    case VirtioKind::network:
      return "network";
    case VirtioKind::block:
      return "disk";
    case VirtioKind::console:
      return "console";
    case VirtioKind::entropy:
      return "rng";
    case VirtioKind::socket:
      return "vsock";
  }
  return "";
}

std::string place_text(const GuestVirtio& device) {
  return device.transport == config::VirtioTransport::pci
             ? fmt::format("PCI slot {}", device.slot)
             : fmt::format("{:#x}, INTID {}", device.address, device.intid);
}

}  // namespace serai::tool
