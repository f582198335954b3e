// SPDX-License-Identifier: BSD-2-Clause
#include "tool/check/io_plan.hpp"

#include <algorithm>

#include "base/bits.hpp"
#include "tool/check/checks.hpp"

namespace serai::tool {

namespace {

bool uses(const CheckedSystem& system, config::VirtioKind kind) {
  return std::ranges::any_of(system.vms, [kind](const CheckedVm& vm) {
    return std::ranges::find(vm.virtio, kind, &CheckedVirtio::kind) != vm.virtio.end();
  });
}

}  // namespace

std::size_t count_users(const CheckedSystem& system, config::VirtioKind kind, std::size_t index) {
  std::size_t count = 0;
  for (const CheckedVm& vm : system.vms) {
    count += static_cast<std::size_t>(
        std::ranges::count_if(vm.virtio, [kind, index](const CheckedVirtio& device) {
          const std::size_t target =
              kind == config::VirtioKind::block ? device.disk : device.network;
          return device.kind == kind && target == index;
        }));
  }
  return count;
}

IoPlan plan_io(const CheckedSystem& system) {
  IoPlan plan;
  for (std::size_t i = 0; i < system.disks.size(); ++i) {
    const bool is_ours = !system.disks[i].in_memory && !system.disks[i].external;
    if (is_ours && count_users(system, config::VirtioKind::block, i) != 0) {
      plan.disks.push_back(i);
    }
  }
  for (std::size_t i = 0; i < system.networks.size(); ++i) {
    if (!system.networks[i].external && count_users(system, config::VirtioKind::network, i) != 0) {
      plan.networks.push_back(i);
      if (system.networks[i].uplink) {
        plan.uplinks.push_back(i);
      }
    }
  }
  plan.entropy = uses(system, config::VirtioKind::entropy);
  plan.sockets = uses(system, config::VirtioKind::socket);
  plan.own_timer = !system.external || !system.external->timer;
  return plan;
}

std::uint64_t device_memory(const CheckedSystem& system) {
  const IoPlan plan = plan_io(system);
  std::uint64_t total = plan.driver_count() * driver_dma_bytes;
  for (const std::size_t disk : plan.disks) {
    total += count_users(system, config::VirtioKind::block, disk) * block_data_bytes;
  }
  total += plan.uplinks.size() * 2 * packet_data_bytes;
  return align_up(total, large_page);
}

std::uint64_t disk_memory(const CheckedVm& vm, const std::vector<CheckedDisk>& disks) {
  std::uint64_t total = 0;
  for (const CheckedVirtio& device : vm.virtio) {
    if (device.kind != config::VirtioKind::block) {
      continue;
    }
    const CheckedDisk& disk = disks[device.disk];
    if (disk.in_memory && !is_used_in_place(disk, device.read_only)) {
      total += align_up(disk.size, large_page);
    }
  }
  return total;
}

bool is_used_in_place(const CheckedDisk& disk, bool read_only) {
  return read_only && disk.bytes.size() == disk.size;
}

std::uint32_t virtio_place(const CheckedVm& vm, std::size_t index) {
  const auto transport = vm.virtio[index].transport;
  const auto before =
      std::ranges::count(vm.virtio.begin(), vm.virtio.begin() + static_cast<std::ptrdiff_t>(index),
                         transport, &CheckedVirtio::transport);
  // Slot 0 is the host bridge itself.
  const std::uint32_t first = transport == config::VirtioTransport::pci ? 1 : 0;
  return first + static_cast<std::uint32_t>(before);
}

}  // namespace serai::tool
