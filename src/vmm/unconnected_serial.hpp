// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "core/serial_backend.hpp"

namespace serai::vmm {

/// The line of a serial device that nothing is connected to, where another guest owns the board's
/// console: what is sent vanishes, as on a wire without a listener, and nothing arrives.
class UnconnectedSerial final : public SerialBackend {
 public:
  std::size_t send(std::span<const std::byte> characters) noexcept override {
    return characters.size();
  }

  std::size_t receive(std::span<std::byte> /*to*/) noexcept override { return 0; }

  void flush() noexcept override {}
};

}  // namespace serai::vmm
