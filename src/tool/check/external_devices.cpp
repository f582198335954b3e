// SPDX-License-Identifier: BSD-2-Clause
#include <algorithm>
#include <fmt/format.h>

#include "tool/check/checks.hpp"

namespace serai::tool {

namespace {

template <class T>
void refuse(const std::optional<Located<T>>& key, const char* name, Diagnostics& diagnostics) {
  if (key) {
    diagnostics.error("E0805", key->where,
                      fmt::format("`{}` is not Serai's to choose for what is external", name),
                      "leave it out: whoever serves the device decides");
  }
}

/// sDDF gives a client one connection of each class.
template <class Target>
void refuse_second(const CheckedVm& vm, config::VirtioKind kind,
                   std::size_t CheckedVirtio::* target, const std::vector<Target>& all,
                   const Span& where, Diagnostics& diagnostics) {
  const bool is_second = std::ranges::any_of(vm.virtio, [&](const CheckedVirtio& other) {
    return other.kind == kind && other.*target < all.size() && all[other.*target].external;
  });
  if (is_second) {
    diagnostics.error("E0806", where,
                      fmt::format("this VM has an external {} already",
                                  kind == config::VirtioKind::block ? "disk" : "network"),
                      "a client of sDDF has one connection of each class: leave the other out");
  }
}

}  // namespace

void check_external_disk(const DeviceModel& model, const CheckedSystem& system, const CheckedVm& vm,
                         Diagnostics& diagnostics) {
  refuse(model.partition, "partition", diagnostics);
  refuse_second(vm, config::VirtioKind::block, &CheckedVirtio::disk, system.disks, model.heading,
                diagnostics);
}

void check_external_network(const DeviceModel& model, const CheckedSystem& system,
                            const CheckedVm& vm, Diagnostics& diagnostics) {
  refuse(model.mac, "mac", diagnostics);
  refuse(model.vlan, "vlan", diagnostics);
  refuse(model.trunk, "trunk", diagnostics);
  refuse(model.any_mac, "any_mac", diagnostics);
  refuse(model.group, "group", diagnostics);
  refuse(model.rate, "rate", diagnostics);
  refuse(model.burst, "burst", diagnostics);
  refuse(model.mtu, "mtu", diagnostics);
  refuse_second(vm, config::VirtioKind::network, &CheckedVirtio::network, system.networks,
                model.heading, diagnostics);
}

}  // namespace serai::tool
