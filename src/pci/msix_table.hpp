// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <array>
#include <cstdint>

#include "base/result.hpp"
#include "core/access.hpp"
#include "pci/function.hpp"

namespace serai::pci {

/// The vectors of a function's MSI-X with their pending bits (PCI 3.0, 6.8.2), as a BAR of one
/// page: the table from its start, the Pending Bit Array at `pending_offset`. Does not own the
/// sink.
class MsixTable {
 public:
  static constexpr unsigned most_vectors = 33;
  static constexpr std::uint64_t pending_offset = 0x800;
  static constexpr std::uint64_t window_bytes = 0x1000;

  /// `vectors` is 1 to `most_vectors`.
  MsixTable(MessageSink& sink, unsigned vectors) noexcept;

  /// An interrupt of `vector`: its message is sent, or pends while the vector or the function is
  /// masked. Nothing happens for a vector that does not exist or while MSI-X is off.
  void raise(std::uint16_t vector) noexcept {
    if (vector >= count_) {
      return;
    }
    if ((blocked_ >> vector & 1) != 0) {
      pend(vector);
      return;
    }
    sink_.send(entries_[vector].address, entries_[vector].data);
  }

  [[nodiscard]] bool is_enabled() const noexcept { return enabled_; }

  [[nodiscard]] unsigned count() const noexcept { return count_; }

  /// MSI-X Enable and Function Mask as the guest wrote them.
  void set_control(bool enabled, bool function_masked) noexcept;

  /// Words and double words only; `unsupported` and `misaligned` otherwise. What is reserved reads
  /// as zero.
  // Guest-controlled: offset, size. `[offset, offset + size)` is inside the window.
  [[nodiscard]] Result<std::uint64_t> read(std::uint64_t offset, AccessSize size) const noexcept;

  // Guest-controlled: offset, size, value.
  [[nodiscard]] Result<void> write(std::uint64_t offset, AccessSize size,
                                   std::uint64_t value) noexcept;

  /// Off, every vector masked, nothing pending.
  void reset() noexcept;

 private:
  struct Entry {
    std::uint64_t address = 0;
    std::uint32_t data = 0;
  };

  [[nodiscard]] std::uint32_t read_word(std::uint64_t offset) const noexcept;
  void write_word(std::uint64_t offset, std::uint32_t value) noexcept;
  void pend(std::uint16_t vector) noexcept;
  void deliver() noexcept;

  MessageSink& sink_;
  std::uint32_t count_;
  bool enabled_ = false;
  bool function_masked_ = false;
  std::uint64_t blocked_ = ~std::uint64_t{0};  ///< a bit for each vector that cannot send
  std::uint64_t masked_ = ~std::uint64_t{0};   ///< each vector's own mask bit
  std::uint64_t pending_ = 0;
  std::array<Entry, most_vectors> entries_{};
};

}  // namespace serai::pci
