// SPDX-License-Identifier: BSD-2-Clause
#include "tool/emit/device_tree.hpp"

#include <algorithm>
#include <fmt/core.h>
#include <libfdt.h>

#include "tool/emit/tree_writer.hpp"

namespace serai::tool {

namespace {

// Handles by which nodes name each other.
constexpr std::uint32_t gic_handle = 1;
constexpr std::uint32_t clock_handle = 2;
constexpr std::uint32_t msi_handle = 3;

// Arm, Generic Interrupt Controller binding: the three cells of an interrupt.
constexpr std::uint32_t spi_cell = 0;
constexpr std::uint32_t ppi_cell = 1;
constexpr std::uint32_t first_ppi = 16;
constexpr std::uint32_t first_spi = 32;
constexpr std::uint32_t edge_rising = 1;
constexpr std::uint32_t level_high = 4;

/// GICv2 wants the CPUs that a PPI goes to in bits 15:8.
std::uint32_t ppi_flags(const TreeInput& input, std::uint32_t trigger) {
  return ((1U << input.vcpu_count) - 1) << 8 | trigger;
}

void write_chosen(TreeWriter& tree, const TreeInput& input) {
  const auto node = tree.node("chosen");
  tree.text("bootargs", input.cmdline);
  const auto console = std::ranges::find_if(input.devices, &TreeDevice::is_stdout);
  if (console != input.devices.end()) {
    tree.text("stdout-path", "/" + node_name(*console));
  }
  if (input.initrd) {
    tree.u64("linux,initrd-start", input.initrd->first);
    tree.u64("linux,initrd-end", input.initrd->first + input.initrd->second);
  }
}

void write_aliases(TreeWriter& tree, const TreeInput& input) {
  const auto node = tree.node("aliases");
  unsigned serial = 0;
  for (const bool stdout_first : {true, false}) {
    for (const TreeDevice& device : input.devices) {
      if (device.kind == "pl011" && device.is_stdout == stdout_first) {
        tree.text(fmt::format("serial{}", serial++), "/" + node_name(device));
      }
    }
  }
}

void write_memory(TreeWriter& tree, const TreeInput& input) {
  const auto node = tree.node(fmt::format("memory@{:x}", input.ram_address));
  tree.text("device_type", "memory");
  tree.reg({{input.ram_address, input.ram_size}});
}

void write_cpus(TreeWriter& tree, const TreeInput& input) {
  const auto cpus = tree.node("cpus");
  tree.cells("#address-cells", {1});
  tree.cells("#size-cells", {0});
  for (std::uint32_t cpu = 0; cpu < input.vcpu_count; ++cpu) {
    const auto node = tree.node(fmt::format("cpu@{:x}", cpu), fmt::format("cpu{}", cpu));
    tree.text("device_type", "cpu");
    tree.text("compatible", input.cpu_compatible);
    tree.cells("reg", {cpu});
    tree.text("enable-method", "psci");
  }
}

void write_psci(TreeWriter& tree) {
  const auto node = tree.node("psci", "psci");
  tree.texts("compatible", {"arm,psci-1.0", "arm,psci-0.2"});
  tree.text("method", "smc");
}

void write_timer(TreeWriter& tree, const TreeInput& input) {
  const auto node = tree.node("timer", "timer");
  const std::uint32_t flags = ppi_flags(input, level_high);
  tree.text("compatible", "arm,armv8-timer");
  tree.cells("interrupts", {ppi_cell, input.secure_timer_ppi, flags,    //
                            ppi_cell, input.physical_timer_ppi, flags,  //
                            ppi_cell, input.virtual_timer_ppi, flags,   //
                            ppi_cell, input.hypervisor_timer_ppi, flags});
  // An idle vCPU is woken by a timeout of the host, so its timer never stops.
  tree.flag("always-on");
}

void write_msi_frame(TreeWriter& tree, const config::PciHost& pci) {
  constexpr std::uint64_t frame_bytes = 0x1000;
  const auto node = tree.node(fmt::format("v2m@{:x}", pci.msi_frame_address), "v2m", msi_handle);
  tree.text("compatible", "arm,gic-v2m-frame");
  tree.flag("msi-controller");
  tree.reg({{pci.msi_frame_address, frame_bytes}});
}

void write_gic(TreeWriter& tree, const TreeInput& input) {
  const auto node = tree.node(fmt::format("interrupt-controller@{:x}", input.distributor_address),
                              "gic", gic_handle);
  tree.text("compatible", "arm,cortex-a15-gic");
  tree.cells("#interrupt-cells", {3});
  if (input.pci) {
    tree.cells("#address-cells", {2});
    tree.cells("#size-cells", {2});
    tree.flag("ranges");
  } else {
    tree.cells("#address-cells", {0});
  }
  tree.flag("interrupt-controller");
  tree.reg({{input.distributor_address, input.distributor_size},
            {input.cpu_interface_address, input.cpu_interface_size}});
  if (input.pci) {
    write_msi_frame(tree, *input.pci);
  }
}

/// Which SPI each pin of each slot is (PCI Local Bus Specification 3.0, 2.2.6): pins rotate from
/// slot to slot, so four slots tell all.
std::vector<std::uint32_t> interrupt_map(const config::PciHost& pci) {
  constexpr std::uint32_t slot_shift = 11;
  constexpr std::uint32_t pins = 4;
  std::vector<std::uint32_t> map;
  for (std::uint32_t slot = 0; slot < pins; ++slot) {
    for (std::uint32_t pin = 0; pin < pins; ++pin) {
      const std::uint32_t intid = pci.first_intx_intid + (slot + pin) % pins;
      map.insert(map.end(), {slot << slot_shift, 0, 0, pin + 1,  //
                             gic_handle, 0, 0, spi_cell, intid - first_spi, level_high});
    }
  }
  return map;
}

std::uint32_t high(std::uint64_t value) {
  return static_cast<std::uint32_t>(value >> 32);
}

std::uint32_t low(std::uint64_t value) {
  return static_cast<std::uint32_t>(value);
}

/// PCI Bus Binding to Open Firmware, 2.1, and the binding of pci-host-ecam-generic.
void write_pci(TreeWriter& tree, const config::PciHost& pci) {
  constexpr std::uint32_t memory_32 = 0x0200'0000;
  constexpr std::uint32_t memory_64 = 0x0300'0000;
  const auto range = [](std::uint32_t space, std::uint64_t address, std::uint64_t size) {
    return std::vector<std::uint32_t>{space,        high(address), low(address), high(address),
                                      low(address), high(size),    low(size)};
  };
  std::vector<std::uint32_t> ranges = range(memory_32, pci.window_address, pci.window_size);
  const auto high_range = range(memory_64, pci.high_window_address, pci.high_window_size);
  ranges.insert(ranges.end(), high_range.begin(), high_range.end());
  const auto node = tree.node(fmt::format("pcie@{:x}", pci.ecam_address), "pcie");
  tree.text("compatible", "pci-host-ecam-generic");
  tree.text("device_type", "pci");
  tree.cells("#address-cells", {3});
  tree.cells("#size-cells", {2});
  tree.cells("#interrupt-cells", {1});
  tree.reg({{pci.ecam_address, pci.ecam_size}});
  tree.cells("bus-range", {0, 0});
  tree.cells("ranges", ranges);
  tree.cells("interrupt-map-mask", {0x1800, 0, 0, 7});
  tree.cells("interrupt-map", interrupt_map(pci));
  tree.cells("msi-parent", {msi_handle});
  tree.flag("dma-coherent");
}

void write_virtio(TreeWriter& tree, const TreeVirtio& device, std::size_t number) {
  const auto node = tree.node(fmt::format("virtio_mmio@{:x}", device.address),
                              fmt::format("virtio_mmio_{}", number));
  tree.text("compatible", "virtio,mmio");
  tree.reg({{device.address, device.size}});
  tree.cells("interrupts", {spi_cell, device.intid - first_spi, level_high});
  tree.flag("dma-coherent");
}

void write_clock(TreeWriter& tree) {
  constexpr std::uint32_t hertz = 24'000'000;
  const auto node = tree.node("apb-pclk", "apb_pclk", clock_handle);
  tree.text("compatible", "fixed-clock");
  tree.cells("#clock-cells", {0});
  tree.cells("clock-frequency", {hertz});
  tree.text("clock-output-names", "clk24mhz");
}

void write_interrupt(TreeWriter& tree, const TreeInput& input, const TreeDevice& device) {
  const std::uint32_t trigger = device.edge ? edge_rising : level_high;
  if (device.intid >= first_spi) {
    tree.cells("interrupts", {spi_cell, device.intid - first_spi, trigger});
  } else if (device.intid >= first_ppi) {
    tree.cells("interrupts", {ppi_cell, device.intid - first_ppi, ppi_flags(input, trigger)});
  }
}

void write_device(TreeWriter& tree, const TreeInput& input, const TreeDevice& device,
                  const std::string& label) {
  const auto node = tree.node(node_name(device), label);
  if (device.kind == "pl011") {
    tree.texts("compatible", {"arm,pl011", "arm,primecell"});
    tree.cells("clocks", {clock_handle, clock_handle});
    tree.texts("clock-names", {"uartclk", "apb_pclk"});
  } else if (device.kind == "pl031") {
    tree.texts("compatible", {"arm,pl031", "arm,primecell"});
    tree.cells("clocks", {clock_handle});
    tree.text("clock-names", "apb_pclk");
  } else {
    tree.texts("compatible", device.compatible);
  }
  tree.reg({{device.address, device.size}});
  write_interrupt(tree, input, device);
}

void write_tree(TreeWriter& tree, const TreeInput& input) {
  const auto root = tree.node("");
  tree.cells("#address-cells", {2});
  tree.cells("#size-cells", {2});
  tree.text("compatible", "linux,dummy-virt");
  tree.text("model", "Serai virtual machine");
  tree.cells("interrupt-parent", {gic_handle});
  write_chosen(tree, input);
  write_aliases(tree, input);
  write_memory(tree, input);
  write_cpus(tree, input);
  write_psci(tree);
  write_timer(tree, input);
  write_gic(tree, input);
  write_clock(tree);
  std::map<std::string, unsigned> counts;
  for (const TreeDevice& device : input.devices) {
    const unsigned number = counts[device.kind]++;
    write_device(tree, input, device, fmt::format("{}_{}", device.kind, number));
  }
  for (std::size_t i = 0; i < input.virtio.size(); ++i) {
    write_virtio(tree, input.virtio[i], i);
  }
  if (input.pci) {
    write_pci(tree, *input.pci);
  }
  tree.write_symbols();
}

std::string explain_overlay(int error) {
  switch (-error) {
    case FDT_ERR_NOTFOUND:
    case FDT_ERR_BADPATH:
    case FDT_ERR_BADPHANDLE:
      return "it refers to a node that the guest's device tree does not have";
    case FDT_ERR_BADOVERLAY:
      return "it is a device tree, but not a well-formed overlay";
    default:
      return fmt::format("it is not a compiled overlay ({})", fdt_strerror(error));
  }
}

/// The tree with the overlay merged in. libfdt spoils the overlay it works on, so it is a copy.
std::expected<std::vector<std::byte>, std::string> with_overlay(const std::vector<std::byte>& tree,
                                                                std::vector<std::byte> overlay) {
  if (const int error = fdt_check_full(overlay.data(), overlay.size()); error != 0) {
    return std::unexpected(explain_overlay(error));
  }
  std::vector<std::byte> merged(tree.size() + 2 * overlay.size() + 4096);
  int error = fdt_open_into(tree.data(), merged.data(), static_cast<int>(merged.size()));
  if (error == 0) {
    error = fdt_overlay_apply(merged.data(), overlay.data());
  }
  if (error == 0) {
    error = fdt_pack(merged.data());
  }
  if (error != 0) {
    return std::unexpected(explain_overlay(error));
  }
  merged.resize(fdt_totalsize(merged.data()));
  return merged;
}

}  // namespace

std::expected<std::vector<std::byte>, std::string> device_tree(const TreeInput& input) {
  TreeWriter writer;
  write_tree(writer, input);
  std::vector<std::byte> tree = writer.finish();
  return input.overlay.empty() ? tree : with_overlay(tree, input.overlay);
}

}  // namespace serai::tool
