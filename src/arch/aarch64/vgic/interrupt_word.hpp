// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <array>
#include <cstdint>

namespace serai::aarch64 {

/// The state of 32 interrupts in the order of their INTIDs, one bit each. What a GICv2 and a GICv3
/// distributor (or redistributor) keep alike.
struct InterruptWord {
  // What the guest configured.
  std::uint32_t enabled = 0;
  std::uint32_t group1 = 0;
  std::uint32_t edge = 0;       ///< edge-triggered; SGIs are
  std::uint32_t inaudible = 0;  ///< of the priority that no GICC_PMR lets through

  // What happened.
  std::uint32_t line = 0;     ///< the wire is high
  std::uint32_t latched = 0;  ///< pending whatever the wire says: an edge, an SGI, GICD_ISPENDR
  std::uint32_t active = 0;   ///< made active by GICD_ISACTIVER

  // Where it went. Of these, `pinned` and `recalled` are parts of `in_flight`.
  std::uint32_t in_flight = 0;  ///< in a list register, and its end was not reported yet
  std::uint32_t pinned = 0;     ///< cannot be taken back without losing or repeating it
  std::uint32_t recalled = 0;   ///< to be taken back in any case

  std::uint32_t watched = 0;  ///< has an EndOfInterruptListener

  // Derived from all that.
  std::uint32_t allowed = 0;  ///< enabled, and so is its group, and it can be heard
  std::uint32_t ready = 0;    ///< to be handed over
  std::uint32_t stale = 0;    ///< to be taken back

  [[nodiscard]] std::uint32_t pending() const noexcept { return latched | (line & ~edge); }

  /// Level-triggered and held pending by the wire: GICD_ICPENDR cannot clear it.
  [[nodiscard]] std::uint32_t held() const noexcept { return line & ~edge; }

  /// Brings `allowed` up to date; the masks are all ones for an enabled group, else zero.
  void derive_allowed(std::uint32_t group0_enabled, std::uint32_t group1_enabled) noexcept {
    allowed = enabled & ~inaudible & ((group1 & group1_enabled) | (~group1 & group0_enabled));
  }

  /// Brings `ready` and `stale` up to date.
  void derive() noexcept {
    const std::uint32_t deliverable = pending() & allowed;
    ready = deliverable & ~(active | in_flight);
    stale = in_flight & (recalled | (~pinned & ~deliverable));
  }

  // A byte for each interrupt, four in a quad.
  std::array<std::uint32_t, 8> priorities{};
  std::array<std::uint32_t, 8> targets{};
};

}  // namespace serai::aarch64
