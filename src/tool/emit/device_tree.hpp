// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "config/layout.hpp"

namespace serai::tool {

/// A device of the guest as its device tree shall describe it.
struct TreeDevice {
  std::string kind;  ///< "pl011" or "pl031", also for the same device passed through
  std::uint64_t address = 0;
  std::uint64_t size = 0;
  std::uint32_t intid = 0;
  bool edge = false;
  bool is_stdout = false;
  /// For passthrough of a kind the tool does not know: `compatible` strings from the board file.
  std::vector<std::string> compatible;
};

/// A VirtIO device that uses MMIO.
struct TreeVirtio {
  std::uint64_t address = 0;
  std::uint64_t size = 0;
  std::uint32_t intid = 0;
};

/// All that a guest's device tree says (Devicetree Specification 0.4).
struct TreeInput {
  std::uint64_t ram_address = 0;
  std::uint64_t ram_size = 0;
  std::uint32_t vcpu_count = 1;
  std::string cpu_compatible = "arm,cortex-a53";
  std::uint64_t distributor_address = 0;
  std::uint64_t distributor_size = 0;
  std::uint64_t cpu_interface_address = 0;
  std::uint64_t cpu_interface_size = 0;
  std::uint32_t secure_timer_ppi = 13;
  std::uint32_t physical_timer_ppi = 14;
  std::uint32_t virtual_timer_ppi = 11;
  std::uint32_t hypervisor_timer_ppi = 10;
  std::string cmdline;
  std::optional<std::pair<std::uint64_t, std::uint64_t>> initrd;  ///< address, exact size
  std::vector<TreeDevice> devices;
  std::optional<config::PciHost> pci;
  std::vector<TreeVirtio> virtio;
  std::vector<std::byte> overlay;  ///< a compiled .dtbo, or empty
};

/// The flattened tree, or a sentence about the overlay that does not fit.
std::expected<std::vector<std::byte>, std::string> device_tree(const TreeInput& input);

}  // namespace serai::tool
