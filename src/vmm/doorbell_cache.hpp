// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "arch/aarch64/exit/syndrome.hpp"
#include "core/doorbell.hpp"

namespace serai::vmm {

/// The doorbells that a guest rang last, by address: a notification is the exit that a guest with
/// VirtIO makes most often, and always of the same few.
class DoorbellCache {
 public:
  /// The doorbell that the store of `esr` to `address` rings; null where that is not known.
  // Guest-controlled: address, esr.
  [[nodiscard]] const Doorbell* find(std::uint64_t address, std::uint64_t esr) const noexcept {
    const Entry& entry = entries_.data()[index_of(address)];  // in bounds by its mask
    const bool is_it = entry.address == address && entry.syndrome == (esr & looked_at);
    return is_it && entry.doorbell.is_current() ? &entry.doorbell : nullptr;
  }

  /// Notes what `find` is to answer. `abort` is a store with a valid syndrome.
  [[gnu::noinline]] void note(std::uint64_t address, aarch64::DataAbort abort,
                              const Doorbell& doorbell) noexcept {
    if (doorbell.target != nullptr && abort.is_long_instruction()) {
      // Field by field: a whole entry would go over the stack.
      Entry& entry = entries_[index_of(address)];
      entry.address = address;
      entry.syndrome = abort.value() & looked_at;
      entry.doorbell = doorbell;
    }
  }

 private:
  static constexpr std::size_t length = 8;

  /// All of a syndrome but which register is stored: that does not matter.
  static constexpr std::uint64_t looked_at =
      aarch64::DataAbort::plain_access_bits | bit(25) | (low_mask(2) << 22) | bit(6);

  struct alignas(64) Entry {
    std::uint64_t address = 0;
    std::uint64_t syndrome = 0;  ///< never that of an abort: free
    Doorbell doorbell;
  };

  /// Doorbells are 4 bytes apart over PCI, 512 over MMIO, and those of functions 8 KiB.
  [[nodiscard]] static std::size_t index_of(std::uint64_t address) noexcept {
    return (address >> 2 ^ address >> 9 ^ address >> 13) % length;
  }

  std::array<Entry, length> entries_{};
};

}  // namespace serai::vmm
