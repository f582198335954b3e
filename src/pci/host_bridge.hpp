// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <array>
#include <cstdint>

#include "base/address.hpp"
#include "core/interrupt_controller.hpp"
#include "core/irq_line.hpp"
#include "core/mmio_device.hpp"
#include "pci/address_decoder.hpp"
#include "pci/bridge_function.hpp"
#include "pci/function.hpp"
#include "pci/memory_window.hpp"

namespace serai::pci {

/// A generic ECAM host bridge with one bus (PCI Express Base 4.0, 7.2.2; device tree binding
/// `pci-host-ecam-generic`). Owns no function. It has three windows on the machine's bus: the
/// configuration space, 32-bit memory and 64-bit memory; functions move inside the latter two as
/// the guest programs their BARs. Addresses are the same on both buses.
///
/// Every access has a result: where nothing answers, reads give ones and writes vanish. A BAR is
/// decoded while Memory Space is on, all of it lies in one window, and no BAR of a lower slot (or a
/// lower number) is decoded there.
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
  HostBridge(const HostBridge&) = delete;
  HostBridge& operator=(const HostBridge&) = delete;
  ~HostBridge() = default;

  /// Puts a function into a slot, 1 to 31. Errors: `out_of_range`, `overlap`.
  Result<void> add(std::uint8_t slot, Function& function) noexcept;

  // What to attach to the machine's bus; the memory windows with doorbells, all self-contained.
  // Resetting the configuration space resets every function.
  [[nodiscard]] MmioDevice& ecam() noexcept { return ecam_; }

  [[nodiscard]] MmioDevice& window() noexcept { return window_; }

  [[nodiscard]] MmioDevice& high_window() noexcept { return high_window_; }

  /// The wires of four slots each meet in one: `first_intx_intid` + slot % 4, as the standard
  /// swizzle has it for INTA.
  void set_intx(std::uint8_t slot, bool high) noexcept override;

 private:
  static constexpr unsigned wire_count = 4;

  /// The configuration space: 4 KiB for each function.
  class Ecam final : public MmioDevice {
   public:
    explicit Ecam(HostBridge& bridge) noexcept : bridge_(bridge) {}

    [[nodiscard]] Result<std::uint64_t> read(std::uint64_t offset,
                                             AccessSize size) noexcept override;
    [[nodiscard]] Result<void> write(std::uint64_t offset, AccessSize size,
                                     std::uint64_t value) noexcept override;
    void reset() noexcept override;

   private:
    HostBridge& bridge_;
  };

  struct Wire {
    IrqLine line;
    std::uint32_t slots = 0;  ///< a bit for each slot that pulls it
  };

  [[nodiscard]] Function* function_at(std::uint64_t offset, AccessSize size) const noexcept;
  void update_decoder() noexcept;
  void decode(Function& function, unsigned bar) noexcept;

  Place place_;
  BridgeFunction self_;
  std::array<Function*, most_slots> functions_{};
  std::array<Wire, wire_count> wires_{};
  AddressDecoder decoder_;
  Ecam ecam_{*this};
  MemoryWindow window_;
  MemoryWindow high_window_;
};

}  // namespace serai::pci
