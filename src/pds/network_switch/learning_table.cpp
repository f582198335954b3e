// SPDX-License-Identifier: BSD-2-Clause
#include "pds/network_switch/learning_table.hpp"

namespace serai::network_switch {

std::uint64_t LearningTable::key_of(MacAddress station, std::uint16_t vlan) noexcept {
  return std::uint64_t{vlan} << 48 | station.value();
}

std::size_t LearningTable::set_of(std::uint64_t key) noexcept {
  constexpr std::uint64_t golden_ratio = 0x9e37'79b9'7f4a'7c15;
  return (key * golden_ratio) >> 32 & (sets - 1);
}

bool LearningTable::learn(MacAddress station, std::uint16_t vlan, std::uint64_t now) noexcept {
  const std::uint64_t key = key_of(station, vlan);
  Set& set = sets_[set_of(key)];
  Entry* oldest = set.data();
  for (Entry& entry : set) {
    if (entry.key == key) {
      entry.seen = now;
      return false;
    }
    if (entry.key == 0 || (oldest->key != 0 && entry.seen < oldest->seen)) {
      oldest = &entry;
    }
  }
  *oldest = {.key = key, .seen = now};
  return true;
}

std::uint64_t LearningTable::last_seen(MacAddress station, std::uint16_t vlan) const noexcept {
  const std::uint64_t key = key_of(station, vlan);
  for (const Entry& entry : sets_[set_of(key)]) {
    if (entry.key == key) {
      return entry.seen;
    }
  }
  return 0;
}

void LearningTable::forget(MacAddress station, std::uint16_t vlan) noexcept {
  const std::uint64_t key = key_of(station, vlan);
  for (Entry& entry : sets_[set_of(key)]) {
    if (entry.key == key) {
      entry = {};
    }
  }
}

}  // namespace serai::network_switch
