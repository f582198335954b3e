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

  MsiFrame(GuestAddress address, std::uint32_t first_intid, std::uint32_t count,
           InterruptController& interrupts) noexcept;

  [[nodiscard]] Result<std::uint64_t> read(std::uint64_t offset, AccessSize size) noexcept override;
  [[nodiscard]] Result<void> write(std::uint64_t offset, AccessSize size,
                                   std::uint64_t value) noexcept override;
  void reset() noexcept override;

  void send(std::uint64_t address, std::uint32_t data) noexcept override;
};

}  // namespace serai::pci
