// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "pds/network_switch/mac_address.hpp"

namespace serai::network_switch {

/// The stations that were seen behind one port, per VLAN. Every port that learns has a table of its
/// own, so that whoever sends from ever new addresses only makes its own port forget.
class LearningTable {
 public:
  static constexpr std::size_t sets = 64;
  static constexpr std::size_t ways = 4;

  /// Notes a station seen at time `now`, which is not 0; true if it is new here. May forget the
  /// station of the same set that was silent longest.
  // Guest-controlled: station.
  bool learn(MacAddress station, std::uint16_t vlan, std::uint64_t now) noexcept;

  /// When the station was seen last; 0 if it is not known.
  [[nodiscard]] std::uint64_t last_seen(MacAddress station, std::uint16_t vlan) const noexcept;

  /// It was seen elsewhere.
  void forget(MacAddress station, std::uint16_t vlan) noexcept;

 private:
  struct Entry {
    std::uint64_t key = 0;  ///< VLAN and address; 0, which is no station's: free
    std::uint64_t seen = 0;
  };

  using Set = std::array<Entry, ways>;

  [[nodiscard]] static std::uint64_t key_of(MacAddress station, std::uint16_t vlan) noexcept;
  [[nodiscard]] static std::size_t set_of(std::uint64_t key) noexcept;

  std::array<Set, sets> sets_{};
};

}  // namespace serai::network_switch
