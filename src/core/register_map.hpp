// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/access.hpp"

namespace serai {

/// Widths a register may be accessed with, as a mask of byte counts (1, 2, 4, 8 or-ed together).
using WidthMask = std::uint8_t;

/// What a write narrower than a register gives to the register's other bytes.
enum class NarrowWrite : std::uint8_t {
  keeps_rest,   ///< what reading it returns
  clears_rest,  ///< zeros, for registers where a one has an effect and a zero has none
};

/// One register, or a bank of equal ones, of a device `Device` whose state its functions change.
template <class Device>
struct Register {
  /// Reads the register at `index` words into its bank (0 for a lone one); null means reads as
  /// zero.
  using Read = std::uint32_t (*)(Device& device, std::uint32_t index) noexcept;
  /// Writes it; null means writes are ignored.
  using Write = void (*)(Device& device, std::uint32_t index, std::uint32_t value) noexcept;

  std::string_view name;     ///< as the specification spells it
  std::uint32_t offset = 0;  ///< bytes from the start of the window; a multiple of 4
  std::uint32_t words = 1;   ///< how many 32-bit registers the bank has
  Read read = nullptr;
  Write write = nullptr;
  WidthMask widths = 4;
  NarrowWrite narrow_write = NarrowWrite::keeps_rest;
};

/// Never defined: calling it while a table is compiled is the error message.
void refuse_register_map(const char* why);

/// A table of a device's 32-bit registers, checked when it is compiled: sorted, aligned, no two at
/// the same offset. Finding a register costs one load.
///
/// `Bytes` is the size of the window. `make_register_map` builds it.
template <class Device, std::size_t Count, std::size_t Bytes>
class RegisterMap {
 public:
  static_assert(Count < 0xff);

  explicit consteval RegisterMap(const std::array<Register<Device>, Count>& registers)
      : registers_(registers) {
    for (auto& entry : slots_) {
      entry = none;
    }
    for (std::size_t i = 0; i < Count; ++i) {
      const Register<Device>& reg = registers[i];
      if (reg.offset % 4 != 0 || reg.words == 0) {
        refuse_register_map("a register is misaligned or empty");
      }
      for (std::uint32_t word = 0; word < reg.words; ++word) {
        auto& slot = slots_.at(reg.offset / 4 + word);
        if (slot != none) {
          refuse_register_map("two registers overlap");
        }
        slot = static_cast<std::uint8_t>(i);
      }
    }
  }

  /// The register that holds byte `offset`, or null. Safe for every offset.
  // Guest-controlled: offset.
  [[nodiscard]] constexpr const Register<Device>* find(std::uint64_t offset) const noexcept {
    if (offset >= Bytes) {
      return nullptr;
    }
    const std::uint8_t slot = slots_[offset / 4];
    return slot == none ? nullptr : &registers_.data()[slot];  // in bounds: made so above
  }

  [[nodiscard]] constexpr const std::array<Register<Device>, Count>& registers() const noexcept {
    return registers_;
  }

 private:
  static constexpr std::uint8_t none = 0xff;

  std::array<Register<Device>, Count> registers_;
  std::array<std::uint8_t, Bytes / 4> slots_{};
};

/// Builds a `RegisterMap` for a window of `Bytes` bytes; a fault in the table does not compile.
template <class Device, std::size_t Bytes, std::size_t Count>
consteval RegisterMap<Device, Count, Bytes> make_register_map(
    const std::array<Register<Device>, Count>& registers) {
  return RegisterMap<Device, Count, Bytes>(registers);
}

}  // namespace serai
