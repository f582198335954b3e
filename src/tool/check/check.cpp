// SPDX-License-Identifier: BSD-2-Clause
#include "tool/check/check.hpp"

#include <algorithm>

#include "tool/check/checks.hpp"

namespace serai::tool {

bool CheckedSystem::is_passed_through(std::string_view device) const {
  return std::ranges::any_of(vms, [device](const CheckedVm& vm) {
    return std::ranges::find(vm.passthrough, device, &BoardDevice::name) != vm.passthrough.end();
  });
}

std::optional<CheckedSystem> check(const SystemModel& model, const Board& board,
                                   Diagnostics& diagnostics) {
  check_names(model, diagnostics);
  check_limits(model, diagnostics);
  CheckedSystem system;
  system.file = model.file;
  system.board = board;
  system.disks = check_disks(model, diagnostics);
  system.networks = check_networks(model, diagnostics);
  for (const VmModel& vm_model : model.vms) {
    CheckedVm vm;
    vm.name = vm_model.name.value;
    vm.heading = vm_model.heading;
    vm.unclaimed =
        vm_model.unclaimed ? vm_model.unclaimed->value : config::UnclaimedPolicy::inject_abort;
    check_resources(vm_model, board, vm, diagnostics);
    check_virtio(vm_model, system, vm, diagnostics);
    check_devices(vm_model, board, vm, diagnostics);
    check_inputs(vm_model, board, vm, diagnostics);
    system.vms.push_back(std::move(vm));
  }
  check_external(model, system, diagnostics);
  check_virtio_together(system, diagnostics);
  check_together(system, diagnostics);
  check_virtio_limits(system, diagnostics);
  if (diagnostics.has_errors()) {
    return std::nullopt;
  }
  return system;
}

}  // namespace serai::tool
