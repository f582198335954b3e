// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>

#include "base/address.hpp"
#include "core/interrupt_controller.hpp"
#include "core/mmio_device.hpp"
#include "pci/function.hpp"

namespace serai::pci {

/// A generic ECAM host bridge with one bus (PCI Express Base 4.0, 7.2.2; device tree binding
/// `pci-host-ecam-generic`). Owns no function. It has three windows on the machine's bus: the
/// configuration space, 32-bit memory and 64-bit memory; functions move inside the latter two as
/// the guest programs their BARs.
class HostBridge final : public InterruptPin {
 public:
  static constexpr unsigned most_slots = 32;  ///< slot 0 is the bridge itself

  struct Place {
    GuestRange ecam;         ///< 1 MiB
    GuestRange window;       ///< 32-bit
    GuestRange high_window;  ///< 64-bit
    std::uint32_t first_intx_intid = 0;
  };

  HostBridge(const Place& place, InterruptController& interrupts) noexcept;

  /// Puts a function into a slot, 1 to 31. Errors: `out_of_range`, `overlap`.
  Result<void> add(std::uint8_t slot, Function& function) noexcept;

  // What to attach to the machine's bus; the memory windows with doorbells, all self-contained.
  [[nodiscard]] MmioDevice& ecam() noexcept;
  [[nodiscard]] MmioDevice& window() noexcept;
  [[nodiscard]] MmioDevice& high_window() noexcept;

  void set_intx(std::uint8_t slot, bool high) noexcept override;
};

}  // namespace serai::pci
