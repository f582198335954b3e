// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>

#include "base/address.hpp"
#include "core/interrupt_controller.hpp"
#include "core/mmio_device.hpp"
#include "pci/function.hpp"

namespace serai::pci {

/// A GICv2m frame (Arm Server Base System Architecture, GICv2m): a write of an SPI's number to
/// MSI_SETSPI_NS makes that interrupt pending. seL4 cannot inject LPIs, so MSIs are SPIs here.
class MsiFrame final : public MmioDevice, public MessageSink {
 public:
  static constexpr std::uint64_t window_bytes = 0x1000;

  /// The frame at `address` has the `count` SPIs from `first_intid` up, at most 1023 of each.
  MsiFrame(GuestAddress address, std::uint32_t first_intid, std::uint32_t count,
           InterruptController& interrupts) noexcept;

  [[nodiscard]] Result<std::uint64_t> read(std::uint64_t offset, AccessSize size) noexcept override;
  [[nodiscard]] Result<void> write(std::uint64_t offset, AccessSize size,
                                   std::uint64_t value) noexcept override;

  /// Nothing: the frame has no state.
  void reset() noexcept override {}

  void send(std::uint64_t address, std::uint32_t data) noexcept override;

 private:
  friend struct MsiFrameRegisters;

  // Guest-controlled: intid.
  void set_spi(std::uint32_t intid) noexcept;

  std::uint64_t doorbell_;  ///< the address of MSI_SETSPI_NS
  std::uint32_t first_intid_;
  std::uint32_t count_;
  InterruptController& interrupts_;
};

}  // namespace serai::pci
