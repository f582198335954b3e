// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace serai {

/// CRC-32 as in ISO 3309 and zlib (polynomial 0x04c11db7, reflected), computed piece by piece.
class Crc32 {
 public:
  constexpr Crc32& add(std::span<const std::byte> bytes) noexcept {
    std::uint32_t state = state_;
    for (const std::byte byte : bytes) {
      state ^= std::to_integer<std::uint32_t>(byte);
      state = (state >> 4) ^ table[state & 0xf];
      state = (state >> 4) ^ table[state & 0xf];
    }
    state_ = state;
    return *this;
  }

  /// The checksum of everything added so far.
  [[nodiscard]] constexpr std::uint32_t value() const noexcept { return ~state_; }

 private:
  // Half a byte at a time: 64 bytes of table instead of the usual 1 KiB.
  static constexpr std::array<std::uint32_t, 16> table = [] {
    constexpr std::uint32_t reflected_polynomial = 0xedb8'8320;
    std::array<std::uint32_t, 16> entries{};
    for (std::uint32_t i = 0; i < entries.size(); ++i) {
      std::uint32_t entry = i;
      for (int step = 0; step < 4; ++step) {
        entry = (entry >> 1) ^ ((entry & 1) != 0 ? reflected_polynomial : 0);
      }
      entries[i] = entry;
    }
    return entries;
  }();

  std::uint32_t state_ = 0xffff'ffff;
};

}  // namespace serai
