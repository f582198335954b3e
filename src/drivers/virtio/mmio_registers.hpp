// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>

#include "drivers/virtio/register_port.hpp"

namespace serai::drivers {

/// The registers of a board's device.
class MmioRegisters final : public RegisterPort {
 public:
  /// `address`: where this PD, and no other, sees the registers.
  explicit MmioRegisters(std::uint64_t address) noexcept : address_(address) {}

  [[nodiscard]] std::uint32_t read(std::uint32_t offset) noexcept override;
  void write(std::uint32_t offset, std::uint32_t value) noexcept override;
  [[nodiscard]] std::uint32_t read_config(std::uint32_t offset,
                                          std::uint32_t bytes) noexcept override;

 private:
  std::uint64_t address_;
};

}  // namespace serai::drivers
