// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>

#include "base/result.hpp"
#include "core/access.hpp"
#include "core/doorbell.hpp"

namespace serai {

/// What answers in one window of guest-physical addresses.
///
/// The bus guarantees that `[offset, offset + size)` lies inside the window; offset, size,
/// alignment and value are otherwise as the guest chose them. An error means that the access has no
/// defined result at this device (a width the specification forbids, say); the machine then does
/// what it does at an address that nobody claims.
class MmioDevice {
 public:
  // Guest-controlled: offset, size.
  [[nodiscard]] virtual Result<std::uint64_t> read(std::uint64_t offset,
                                                   AccessSize size) noexcept = 0;

  // Guest-controlled: offset, size, value. `value` is already cut to `size`.
  [[nodiscard]] virtual Result<void> write(std::uint64_t offset, AccessSize size,
                                           std::uint64_t value) noexcept = 0;

  /// A store of which only the address is known yet: reading the value costs an entry of the
  /// hypervisor. True when the address said all and the store is done; false, and nothing done,
  /// when `write` must follow. Asked only of windows that were attached with `doorbells`.
  // Guest-controlled: offset, size.
  [[nodiscard]] virtual bool ring(std::uint64_t /*offset*/, AccessSize /*size*/) noexcept {
    return false;
  }

  /// The doorbell that `ring` just rang, if the next stores there need not ask this device.
  // Guest-controlled: offset, size.
  [[nodiscard]] virtual Doorbell doorbell(std::uint64_t /*offset*/, AccessSize /*size*/) noexcept {
    return {};
  }

  /// Back to the state at power-on, at any moment. Lines to the interrupt controller are lowered.
  virtual void reset() noexcept = 0;

 protected:
  ~MmioDevice() = default;
};

}  // namespace serai
