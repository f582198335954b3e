// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>

#include "pds/console/uart_port.hpp"

namespace serai::console {

/// Drives a PL011 (ARM DDI 0183) whose clock and baud rate the boot loader has set.
class Pl011Driver final : public UartPort {
 public:
  /// `address`: where this PD, and no other, sees the registers.
  explicit Pl011Driver(std::uint64_t address) noexcept;

  std::size_t write(std::span<const std::byte> characters) noexcept override;
  std::size_t read(std::span<std::byte> to) noexcept override;
  void set_transmit_interrupt(bool enabled) noexcept override;
  void acknowledge() noexcept override;

 private:
  volatile std::uint32_t* registers_;
};

}  // namespace serai::console
