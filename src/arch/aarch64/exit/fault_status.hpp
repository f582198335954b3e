// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>

namespace serai::aarch64 {

/// Fault status codes, the fields DFSC and IFSC of ESR_ELx (DDI 0487). Where a code has a level,
/// the name is that of level 0 and `at_level` gives the others.
enum class FaultStatus : std::uint8_t {
  address_size = 0x00,
  translation = 0x04,
  access_flag = 0x08,
  permission = 0x0c,
  external_abort = 0x10,  ///< synchronous, not on a table walk
  tag_check = 0x11,
  external_abort_on_walk = 0x14,
  parity = 0x18,
  parity_on_walk = 0x1c,
  alignment = 0x21,
  granule_protection = 0x28,
  translation_level_minus_1 = 0x2b,
  tlb_conflict = 0x30,
  lockdown = 0x34,
  unsupported_atomic = 0x35,  ///< exclusive or atomic access to memory that cannot do it
};

/// The code of `status` at table level `level` (0 to 3).
[[nodiscard]] constexpr FaultStatus at_level(FaultStatus status, unsigned level) noexcept {
  return static_cast<FaultStatus>(static_cast<unsigned>(status) | (level & 3));
}

}  // namespace serai::aarch64
