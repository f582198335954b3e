// SPDX-License-Identifier: BSD-2-Clause
#include <algorithm>
#include <fmt/format.h>

#include "base/bits.hpp"
#include "tool/check/checks.hpp"
#include "tool/model/close_name.hpp"

namespace serai::tool {

namespace {

/// Something at guest-physical addresses.
struct Window {
  std::string what;
  std::uint64_t address = 0;
  std::uint64_t size = 0;
  std::uint32_t intid = 0;
  Span where;
};

bool overlap(const Window& a, const Window& b) {
  return a.size != 0 && b.size != 0 && a.address < b.address + b.size &&
         b.address < a.address + a.size;
}

std::vector<std::string> device_names(const Board& board) {
  std::vector<std::string> names;
  for (const BoardDevice& device : board.devices) {
    names.push_back(device.name);
  }
  return names;
}

/// The device of the board whose registers lie in a page of `device`, or null.
const BoardDevice* neighbour(const BoardDevice& device, const Board& board) {
  const std::uint64_t first = align_down(device.address, small_page);
  const std::uint64_t end = align_up(device.address + device.size, small_page);
  for (const BoardDevice& other : board.devices) {
    const bool shares = other.address < end && first < other.address + other.size;
    if (shares && other.name != device.name) {
      return &other;
    }
  }
  return nullptr;
}

/// Whether a VM can have the device at all.
bool check_device(const Located<std::string>& wanted, const Board& board,
                  Diagnostics& diagnostics) {
  const BoardDevice* device = board.find_device(wanted.value);
  if (device == nullptr) {
    diagnostics.error("E0203", wanted.where,
                      fmt::format("{} has no device \"{}\"", board.name, wanted.value),
                      name_hint(wanted.value, device_names(board)));
    return false;
  }
  if (device->dma) {
    diagnostics.error("E0206", wanted.where,
                      fmt::format("\"{}\" reads and writes memory by itself (DMA), and {} has no "
                                  "IOMMU: the VM could reach all memory with it",
                                  wanted.value, board.name),
                      "such a device cannot be given to a VM");
    return false;
  }
  if (const BoardDevice* other = neighbour(*device, board); other != nullptr) {
    diagnostics.error("E0208", wanted.where,
                      fmt::format("\"{}\" has registers in the same page as \"{}\": the VM would "
                                  "get both",
                                  wanted.value, other->name),
                      "such a device cannot be given to a VM");
    return false;
  }
  return true;
}

void check_windows(const std::vector<Window>& fixed, const std::vector<Window>& devices,
                   Diagnostics& diagnostics) {
  for (std::size_t i = 0; i < devices.size(); ++i) {
    std::vector<Window> earlier = fixed;
    earlier.insert(earlier.end(), devices.begin(),
                   devices.begin() + static_cast<std::ptrdiff_t>(i));
    for (const Window& other : earlier) {
      if (overlap(devices[i], other)) {
        diagnostics.error("E0207", devices[i].where,
                          fmt::format("{} at {:#x} overlaps {} at {:#x}", devices[i].what,
                                      devices[i].address, other.what, other.address),
                          "a VM can have only one of them");
      } else if (devices[i].intid != 0 && devices[i].intid == other.intid) {
        diagnostics.error("E0209", devices[i].where,
                          fmt::format("{} and {} have the same interrupt, INTID {}",
                                      devices[i].what, other.what, other.intid),
                          "a VM can have only one of them");
      }
    }
  }
}

/// What a VM has because of its VirtIO devices.
void add_virtio_windows(const CheckedVm& vm, const Board& board, std::vector<Window>& windows) {
  const auto add = [&](const char* what, std::uint64_t address, std::uint64_t size,
                       std::uint32_t intid) {
    windows.push_back({what, address, size, intid, vm.heading});
  };
  const auto has = [&vm](config::VirtioTransport transport) {
    return std::ranges::find(vm.virtio, transport, &CheckedVirtio::transport) != vm.virtio.end();
  };
  if (board.pci && has(config::VirtioTransport::pci)) {
    constexpr std::uint32_t intx_count = 4;
    const GuestPci& pci = *board.pci;
    add("the PCI host", pci.ecam, pci.ecam_size, 0);
    add("the PCI host's window", pci.window, pci.window_size, 0);
    add("the PCI host's window", pci.high_window, pci.high_window_size, 0);
    add("the PCI host's MSI frame", pci.msi_frame, small_page, 0);
    for (std::uint32_t i = 0; i < intx_count; ++i) {
      add("the PCI host", 0, 0, pci.first_intx_intid + i);
    }
    for (std::uint32_t i = 0; i < pci.msi_count; ++i) {
      add("the PCI host's MSI frame", 0, 0, pci.first_msi_intid + i);
    }
  }
  if (board.virtio_mmio && has(config::VirtioTransport::mmio)) {
    const GuestVirtioMmio& mmio = *board.virtio_mmio;
    const auto used = static_cast<std::uint32_t>(
        std::ranges::count(vm.virtio, config::VirtioTransport::mmio, &CheckedVirtio::transport));
    for (std::uint32_t i = 0; i < std::min(used, mmio.count); ++i) {
      add("a VirtIO device", mmio.address + i * mmio.stride, mmio.stride, mmio.first_intid + i);
    }
  }
}

/// What a VM always has, and then its emulated and passed-through devices in the order in which
/// complaints make sense: about what was written, against what was there before.
void check_overlaps(const VmModel& model, const Board& board, const CheckedVm& vm,
                    Diagnostics& diagnostics) {
  const GuestGic& gic = board.gic;
  std::vector<Window> fixed{
      {"the memory", board.guest_ram, vm.memory, 0, vm.memory_where},
      {"the interrupt controller", gic.distributor, gic.distributor_size, 0, vm.heading},
      {"the interrupt controller", gic.cpu_interface, gic.cpu_interface_size, 0, vm.heading}};
  add_virtio_windows(vm, board, fixed);
  std::vector<Window> devices;
  for (const BoardDevice& device : vm.passthrough) {
    devices.push_back({fmt::format("device \"{}\"", device.name), device.address, device.size,
                       device.intid, device.where});
  }
  if (vm.pl011) {
    devices.push_back({"the emulated console (pl011)", board.pl011.address, board.pl011.size,
                       board.pl011.intid, model.console ? model.console->where : vm.heading});
  }
  if (vm.pl031) {
    devices.push_back({"the emulated clock (rtc)", board.pl031.address, board.pl031.size,
                       board.pl031.intid, model.rtc ? model.rtc->where : vm.heading});
  }
  check_windows(fixed, devices, diagnostics);
}

/// Whether a passed-through device takes the place of the emulated one.
bool displaces(const std::vector<BoardDevice>& devices, const GuestWindow& window) {
  return std::ranges::any_of(devices, [&window](const BoardDevice& device) {
    const bool same_place = device.address < window.address + window.size &&
                            window.address < device.address + device.size;
    return same_place || device.intid == window.intid;
  });
}

}  // namespace

void check_devices(const VmModel& model, const Board& board, CheckedVm& vm,
                   Diagnostics& diagnostics) {
  for (const Located<std::string>& wanted : model.passthrough) {
    const auto same = [&wanted](const BoardDevice& device) { return device.name == wanted.value; };
    if (std::ranges::any_of(vm.passthrough, same)) {
      diagnostics.error("E0204", wanted.where,
                        fmt::format("\"{}\" is given to this VM twice", wanted.value),
                        "leave one of the two out");
    } else if (check_device(wanted, board, diagnostics)) {
      vm.passthrough.push_back(*board.find_device(wanted.value));
      vm.passthrough.back().where = wanted.where;
    }
  }
  vm.pl011 = model.console ? model.console->value == ConsoleKind::pl011
                           : !displaces(vm.passthrough, board.pl011);
  vm.pl031 = model.rtc ? model.rtc->value.has_value() : !displaces(vm.passthrough, board.pl031);
  vm.epoch_seconds = model.rtc ? model.rtc->value.value_or(0) : 0;
  check_overlaps(model, board, vm, diagnostics);
}

}  // namespace serai::tool
