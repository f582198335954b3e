// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/result.hpp"

namespace serai::drivers {

/// Memory as a driver and its device see it.
struct DmaPiece {
  std::span<std::byte> bytes;
  std::uint64_t physical = 0;  ///< where the device finds the first byte

  /// Where the device finds byte `offset`, which must exist.
  [[nodiscard]] constexpr std::uint64_t physical_at(std::size_t offset) const noexcept {
    return physical + offset;
  }
};

/// Hands out a region that the device reaches, piece by piece, for ever. A driver that starts anew
/// in the memory of an earlier life must have reset the device before it takes the first piece, or
/// the device might still write there.
class DmaMemory {
 public:
  explicit constexpr DmaMemory(DmaPiece whole) noexcept : whole_(whole) {}

  /// A region by its addresses; both are multiples of a page.
  [[nodiscard]] static DmaMemory at(std::uint64_t virtual_address, std::uint64_t physical,
                                    std::uint64_t bytes) noexcept;

  /// The next `bytes` bytes, all zero, from a multiple of `alignment` (a power of two, at most a
  /// page). Fails with `no_space`.
  [[nodiscard]] Result<DmaPiece> take(std::size_t bytes, std::size_t alignment) noexcept;

  /// As `take`, but with whatever an earlier life of this PD, or chance, left there.
  [[nodiscard]] Result<DmaPiece> take_unchanged(std::size_t bytes, std::size_t alignment) noexcept;

  [[nodiscard]] std::size_t used() const noexcept { return used_; }

 private:
  DmaPiece whole_;
  std::size_t used_ = 0;
};

}  // namespace serai::drivers
