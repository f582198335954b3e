// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>

namespace serai::aarch64::gicd {

/// A GICD_ICFGR of 16 two-bit fields whose upper bits are the bits of `edge`.
constexpr std::uint32_t edge_fields(std::uint16_t edge) noexcept {
  std::uint32_t spread = edge;
  spread = (spread | (spread << 8)) & 0x00ff00ff;
  spread = (spread | (spread << 4)) & 0x0f0f0f0f;
  spread = (spread | (spread << 2)) & 0x33333333;
  spread = (spread | (spread << 1)) & 0x55555555;
  return spread << 1;
}

/// The upper bits of a GICD_ICFGR's 16 fields.
constexpr std::uint16_t edge_bits(std::uint32_t fields) noexcept {
  std::uint32_t packed = (fields >> 1) & 0x55555555;
  packed = (packed | (packed >> 1)) & 0x33333333;
  packed = (packed | (packed >> 2)) & 0x0f0f0f0f;
  packed = (packed | (packed >> 4)) & 0x00ff00ff;
  packed = (packed | (packed >> 8)) & 0x0000ffff;
  return static_cast<std::uint16_t>(packed);
}

}  // namespace serai::aarch64::gicd
