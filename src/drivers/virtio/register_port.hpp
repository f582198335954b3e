// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>

namespace serai::drivers {

/// The registers of a VirtIO device over MMIO, or a test that plays them. Nothing here waits.
class RegisterPort {
 public:
  /// The 32-bit register at `offset`, below `reg::config`.
  [[nodiscard]] virtual std::uint32_t read(std::uint32_t offset) noexcept = 0;

  virtual void write(std::uint32_t offset, std::uint32_t value) noexcept = 0;

  /// A field of the device's configuration, `bytes` (1, 2 or 4) wide, at `offset` from its start.
  [[nodiscard]] virtual std::uint32_t read_config(std::uint32_t offset,
                                                  std::uint32_t bytes) noexcept = 0;

 protected:
  ~RegisterPort() = default;
};

}  // namespace serai::drivers
