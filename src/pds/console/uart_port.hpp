// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstddef>
#include <span>

namespace serai::console {

/// The board's UART. Nothing here waits.
class UartPort {
 public:
  /// Hands over as many characters as the UART takes at once and says how many.
  virtual std::size_t write(std::span<const std::byte> characters) noexcept = 0;

  /// Fills `to` with what has arrived and says how much.
  virtual std::size_t read(std::span<std::byte> to) noexcept = 0;

  /// Whether the UART interrupts once it can take more characters.
  virtual void set_transmit_interrupt(bool enabled) noexcept = 0;

  /// Withdraws the interrupts raised so far; called before anything is read or written for them.
  virtual void acknowledge() noexcept = 0;

 protected:
  ~UartPort() = default;
};

}  // namespace serai::console
