// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace serai::testbed {

/// What a capability of a PD allows, in the order of Microkit's slots from 10 up, 64 of each.
enum class SlotKind : std::uint8_t {
  notification,  ///< signal the other end of a channel
  endpoint,      ///< call the other end of a channel
  irq,           ///< acknowledge an interrupt
  child,         ///< control the thread of a child PD
  vm_thread,     ///< control the thread of a vCPU
  vcpu,          ///< registers and interrupts of a vCPU
};

/// One capability: an object of the slot's kind, or none.
struct Slot {
  static constexpr std::uint16_t empty = 0xffff;

  std::uint16_t object = empty;  ///< number of the PD, interrupt or vCPU
  std::uint8_t channel = 0;      ///< for channels: the id at the other end
};

/// All capabilities that a PD can name. Slots outside are empty.
class SlotTable {
 public:
  static constexpr std::size_t first = 10;
  static constexpr std::size_t ids = 64;
  static constexpr std::size_t kinds = 6;

  /// Any number that a PD may have put into a register.
  [[nodiscard]] constexpr Slot find(std::uint64_t cap) const noexcept {
    const std::uint64_t index = cap - first;
    return index < slots_.size() ? slots_[index] : Slot{};
  }

  /// Of what kind slot `cap` is; only for one that `find` did not call empty.
  [[nodiscard]] static constexpr SlotKind kind(std::uint64_t cap) noexcept {
    return static_cast<SlotKind>((cap - first) / ids);
  }

  /// `id` is below `ids`.
  constexpr void set(SlotKind kind, std::size_t id, Slot slot) noexcept {
    slots_[static_cast<std::size_t>(kind) * ids + id] = slot;
  }

 private:
  std::array<Slot, kinds * ids> slots_{};
};

}  // namespace serai::testbed
