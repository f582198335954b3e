// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "core/access.hpp"
#include "pci/registers.hpp"

namespace serai::pci {

/// Who a function says it is (PCI 3.0, 6.2.1).
struct Identity {
  std::uint16_t vendor = 0;
  std::uint16_t device = 0;
  std::uint16_t subsystem_vendor = 0;
  std::uint16_t subsystem = 0;
  std::uint32_t class_code = 0;  ///< class, subclass, programming interface (24 bits)
  std::uint8_t revision = 0;
};

/// The bytes of a type 0 configuration space, and which of their bits the guest may change. Knows
/// no behaviour: a function looks at the registers after each write. Bits that can be written are 0
/// at power-on. The extended space (from byte 256) is empty: it reads as zero.
class ConfigSpace {
 public:
  static constexpr std::uint32_t own_bytes = 256;

  explicit ConfigSpace(const Identity& identity) noexcept;

  // Building it, once.

  /// Declares a 64-bit, not prefetchable memory BAR of `size` bytes (a power of two, at least 4096)
  /// in `bar` and the register after it.
  void add_bar(unsigned bar, std::uint64_t size) noexcept;

  /// The function has INTA.
  void add_interrupt_pin() noexcept;

  /// Adds a capability whose bytes after ID and next pointer are `body`. Where it begins.
  std::uint8_t add_capability(std::uint8_t id, std::span<const std::uint8_t> body) noexcept;

  /// Lets the guest change the bits of `mask`, little-endian from `offset` up.
  void allow_writes(std::uint32_t offset, std::uint32_t mask) noexcept;

  // Accesses: `offset` is below `Function::config_bytes` and a multiple of `size`, at most a word.

  // Guest-controlled: offset.
  [[nodiscard]] std::uint32_t read(std::uint32_t offset, AccessSize size) const noexcept;

  // Guest-controlled: offset, value.
  void write(std::uint32_t offset, AccessSize size, std::uint32_t value) noexcept;

  // The function's own view.

  /// Where the guest put a 64-bit BAR.
  [[nodiscard]] std::uint64_t bar_address(unsigned bar) const noexcept;

  [[nodiscard]] bool decodes_memory() const noexcept;
  [[nodiscard]] bool intx_disabled() const noexcept;

  /// Sets the Interrupt Status bit.
  void show_interrupt(bool pending) noexcept;

  /// Replaces what stands at `offset`, also what the guest cannot write.
  void set(std::uint32_t offset, AccessSize size, std::uint32_t value) noexcept;

  /// As at power-on.
  void reset() noexcept;

 private:
  std::array<std::uint8_t, own_bytes> bytes_{};
  std::array<std::uint8_t, own_bytes> writable_{};
  std::uint32_t next_capability_ = header::end;
  std::uint32_t link_ = header::capabilities_pointer;  ///< the pointer that ends the list
};

}  // namespace serai::pci
