// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>

#include "core/mmio_device.hpp"
#include "pci/address_decoder.hpp"

namespace serai::pci {

/// Addresses behind which functions lie, as a window of the machine's bus. Where none answers, or
/// one refuses the access, reads give ones and writes vanish, as on a PCI bus whose root complex
/// hides errors.
class MemoryWindow final : public MmioDevice {
 public:
  /// `start` is the address of the window's first byte, which is the same on both buses.
  MemoryWindow(AddressDecoder& decoder, std::uint64_t start) noexcept
      : decoder_(decoder), start_(start) {}

  [[nodiscard]] Result<std::uint64_t> read(std::uint64_t offset, AccessSize size) noexcept override;
  [[nodiscard]] Result<void> write(std::uint64_t offset, AccessSize size,
                                   std::uint64_t value) noexcept override;
  [[nodiscard]] bool ring(std::uint64_t offset, AccessSize size) noexcept override;
  [[nodiscard]] Doorbell doorbell(std::uint64_t offset, AccessSize size) noexcept override;

  /// Nothing: the configuration space resets the functions.
  void reset() noexcept override {}

 private:
  AddressDecoder& decoder_;
  std::uint64_t start_;
};

}  // namespace serai::pci
