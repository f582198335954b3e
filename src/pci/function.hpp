// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <array>
#include <cstdint>

#include "base/result.hpp"
#include "core/access.hpp"
#include "core/doorbell.hpp"

namespace serai::pci {

/// Takes the message-signalled interrupts of functions. The guest says where a message goes; only
/// the MSI frame's own address leads anywhere.
class MessageSink {
 public:
  // Guest-controlled: address, data.
  virtual void send(std::uint64_t address, std::uint32_t data) noexcept = 0;

 protected:
  ~MessageSink() = default;
};

/// A function's INTx wire, before the host bridge swizzles it.
class InterruptPin {
 public:
  virtual void set_intx(std::uint8_t slot, bool high) noexcept = 0;

 protected:
  ~InterruptPin() = default;
};

/// A function of a device on bus 0 as the host bridge sees it (PCI Local Bus Specification 3.0,
/// chapter 6). Owned by the machine.
class Function {
 public:
  static constexpr unsigned most_bars = 6;
  static constexpr std::uint32_t config_bytes = 4096;

  /// A piece of the address space that the function decodes at present.
  struct Region {
    std::uint64_t address = 0;
    std::uint64_t size = 0;  ///< 0: the BAR does not exist or is not enabled
  };

  /// Reads `size` bytes of the configuration space; aligned, 1, 2 or 4 of them.
  // Guest-controlled: offset.
  [[nodiscard]] virtual std::uint32_t read_config(std::uint32_t offset,
                                                  AccessSize size) noexcept = 0;

  // Guest-controlled: offset, value.
  virtual void write_config(std::uint32_t offset, AccessSize size,
                            std::uint32_t value) noexcept = 0;

  /// What `bar` decodes, after each write to the configuration space.
  [[nodiscard]] virtual Region region(unsigned bar) const noexcept = 0;

  // Guest-controlled: offset, size. Inside the region.
  [[nodiscard]] virtual Result<std::uint64_t> read_bar(unsigned bar, std::uint64_t offset,
                                                       AccessSize size) noexcept = 0;

  // Guest-controlled: offset, size, value.
  [[nodiscard]] virtual Result<void> write_bar(unsigned bar, std::uint64_t offset, AccessSize size,
                                               std::uint64_t value) noexcept = 0;

  /// As `MmioDevice::ring`.
  [[nodiscard]] virtual bool ring_bar(unsigned bar, std::uint64_t offset,
                                      AccessSize size) noexcept = 0;

  /// As `MmioDevice::doorbell`; until when it holds is the caller's to say.
  // Guest-controlled: offset.
  [[nodiscard]] virtual Doorbell doorbell_of_bar(unsigned /*bar*/,
                                                 std::uint64_t /*offset*/) noexcept {
    return {};
  }

  virtual void reset() noexcept = 0;

 protected:
  ~Function() = default;
};

}  // namespace serai::pci
