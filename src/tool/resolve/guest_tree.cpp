// SPDX-License-Identifier: BSD-2-Clause
#include "tool/resolve/guest_tree.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "tool/check/io_plan.hpp"
#include "tool/resolve/virtio.hpp"

namespace serai::tool {

namespace {

constexpr std::uint32_t first_ppi = 16;

/// The kinds that the tree's builder knows by themselves, by their `compatible`.
constexpr std::array<std::pair<std::string_view, std::string_view>, 2> known_kinds{
    {{"arm,pl011", "pl011"}, {"arm,pl031", "pl031"}}};

std::string kind_of(const BoardDevice& device) {
  for (const auto& [compatible, kind] : known_kinds) {
    if (std::ranges::find(device.compatible, compatible) != device.compatible.end()) {
      return std::string(kind);
    }
  }
  return device.name;
}

TreeDevice emulated(const char* kind, const GuestWindow& window) {
  TreeDevice device;
  device.kind = kind;
  device.address = window.address;
  device.size = window.size;
  device.intid = window.intid;
  return device;
}

TreeDevice passed_through(const BoardDevice& from) {
  TreeDevice device;
  device.kind = kind_of(from);
  device.address = from.address;
  device.size = from.size;
  device.intid = from.intid;
  device.edge = from.trigger == config::Trigger::edge;
  device.compatible = from.compatible;
  return device;
}

std::vector<TreeDevice> devices_of(const CheckedVm& vm, const Board& board) {
  std::vector<TreeDevice> devices;
  if (vm.pl011) {
    devices.push_back(emulated("pl011", board.pl011));
  }
  if (vm.pl031) {
    devices.push_back(emulated("pl031", board.pl031));
  }
  for (const BoardDevice& device : vm.passthrough) {
    devices.push_back(passed_through(device));
  }
  // The emulated console comes first, so it is what the guest writes to if it has both.
  const auto console = std::ranges::find(devices, "pl011", &TreeDevice::kind);
  if (console != devices.end()) {
    console->is_stdout = true;
  }
  return devices;
}

std::vector<TreeVirtio> mmio_devices_of(const CheckedVm& vm, const Board& board) {
  std::vector<TreeVirtio> devices;
  for (std::size_t i = 0; i < vm.virtio.size(); ++i) {
    if (vm.virtio[i].transport == config::VirtioTransport::mmio) {
      const std::uint32_t number = virtio_place(vm, i);
      devices.push_back({.address = board.virtio_mmio->address + number * board.virtio_mmio->stride,
                         .size = board.virtio_mmio->stride,
                         .intid = board.virtio_mmio->first_intid + number});
    }
  }
  return devices;
}

}  // namespace

TreeInput describe(const CheckedVm& vm, const Board& board,
                   std::optional<std::pair<std::uint64_t, std::uint64_t>> initrd) {
  TreeInput input;
  input.ram_address = board.guest_ram;
  input.ram_size = vm.memory;
  input.vcpu_count = vm.vcpus;
  input.cpu_compatible = board.guest_cpu;
  input.distributor_address = board.gic.distributor;
  input.distributor_size = board.gic.distributor_size;
  input.cpu_interface_address = board.gic.cpu_interface;
  input.cpu_interface_size = board.gic.cpu_interface_size;
  input.secure_timer_ppi = board.secure_timer_intid - first_ppi;
  input.physical_timer_ppi = board.physical_timer_intid - first_ppi;
  input.virtual_timer_ppi = board.virtual_timer_intid - first_ppi;
  input.hypervisor_timer_ppi = board.hypervisor_timer_intid - first_ppi;
  input.cmdline = vm.cmdline;
  input.initrd = initrd;
  input.devices = devices_of(vm, board);
  if (const config::PciHost pci = pci_host(vm, board); pci.ecam_size != 0) {
    input.pci = pci;
  }
  input.virtio = mmio_devices_of(vm, board);
  if (vm.overlay) {
    input.overlay = vm.overlay->bytes;
  }
  return input;
}

}  // namespace serai::tool
