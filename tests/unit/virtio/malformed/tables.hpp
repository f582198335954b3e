// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <array>

#include "hostile_driver.hpp"

namespace serai::virtio {

/// Indirect tables whose place or length is wrong.
inline void add_bad_table_places(MalformedCases& cases) {
  struct Bad {
    const char* name;
    std::uint64_t (*address)(HostileDriver&);
    std::uint32_t bytes;
  };

  constexpr auto inside = [](HostileDriver& at) { return at.good().address; };
  constexpr std::array bad = {
      Bad{"length_zero", inside, 0},
      Bad{"length_1", inside, 1},
      Bad{"length_8", inside, 8},
      Bad{"length_15", inside, 15},
      Bad{"length_17", inside, 17},
      Bad{"length_24", inside, 24},
      Bad{"length_31", inside, 31},
      Bad{"length_65535", inside, 65535},
      Bad{"length_most", inside, 0xffff'ffff},
      Bad{"length_most_entries", inside, 0xffff'fff0},
      Bad{"at_zero", [](HostileDriver&) { return std::uint64_t{0}; }, 32},
      Bad{"at_uart", [](HostileDriver&) { return std::uint64_t{0x900'0000}; }, 32},
      Bad{"at_interrupt_controller", [](HostileDriver&) { return std::uint64_t{0x800'0000}; }, 32},
      Bad{"below_ram", [](HostileDriver& at) { return at.ram_start() - 16; }, 16},
      Bad{"over_ram_start", [](HostileDriver& at) { return at.ram_start() - 16; }, 32},
      Bad{"over_ram_end", [](HostileDriver& at) { return at.ram_end() - 16; }, 32},
      Bad{"past_ram", [](HostileDriver& at) { return at.ram_end(); }, 16},
      Bad{"over_64_bits", [](HostileDriver&) { return ~std::uint64_t{0} - 15; }, 32},
      Bad{"last_of_64_bits", [](HostileDriver&) { return ~std::uint64_t{0} - 15; }, 16},
      Bad{"of_zeros", inside, 32},
  };
  for (const Layout layout : {Layout::split, Layout::packed}) {
    for (const auto& one : bad) {
      for (const bool writable : {false, true}) {
        cases.push_back(
            {.name = name_of(layout) + "_table_" + one.name + (writable ? "_flag_write" : ""),
             .layout = layout,
             .act = [one, writable](HostileDriver& driver) {
               driver.offer_in_ring(
                   {{.address = one.address(driver),
                     .bytes = one.bytes,
                     .flags = static_cast<std::uint16_t>(
                         descriptor_flag::indirect | (writable ? descriptor_flag::write : 0))}});
             }});
      }
    }
  }
}

/// Tables that are right but for a length that is no multiple of a descriptor.
inline void add_cut_tables(MalformedCases& cases) {
  for (const Layout layout : {Layout::split, Layout::packed}) {
    for (const std::uint32_t bytes : {1U, 15U, 17U, 20U, 24U, 31U, 33U, 40U, 47U}) {
      cases.push_back({.name = name_of(layout) + "_table_cut_to_" + std::to_string(bytes),
                       .layout = layout,
                       .act = [bytes](HostileDriver& driver) {
                         auto first = driver.good();
                         first.has_next = bytes > 32;
                         auto table = driver.table({first, driver.good(), driver.good()});
                         table.bytes = bytes;
                         driver.offer_in_ring({table});
                       }});
    }
  }
}

/// Tables in tables.
inline void add_nested_tables(MalformedCases& cases) {
  for (const Layout layout : {Layout::split, Layout::packed}) {
    for (std::size_t length = 1; length <= 4; ++length) {
      for (std::size_t at = 0; at < length; ++at) {
        cases.push_back({.name = name_of(layout) + "_table_in_table_" + std::to_string(at) +
                                 "_of_" + std::to_string(length),
                         .layout = layout,
                         .act = [length, at](HostileDriver& driver) {
                           std::vector<RawDescriptor> chain(length);
                           for (auto& one : chain) {
                             one = driver.good();
                           }
                           chain[at] = driver.table({driver.good()});
                           driver.offer_table(chain);
                         }});
      }
    }
    cases.push_back(
        {.name = name_of(layout) + "_table_in_itself",
         .layout = layout,
         .act = [](HostileDriver& driver) {
           auto table = driver.table({driver.good()});
           const std::uint64_t place = table.address;
           if (driver.part.driver.features().packed) {
             driver.part.driver.set_packed(place, place, 16, 0, descriptor_flag::indirect);
           } else {
             driver.part.driver.set_split(place, place, 16, descriptor_flag::indirect, 0);
           }
           driver.offer_in_ring({table});
         }});
  }
}

/// Tables among direct descriptors, and without the feature.
inline void add_mixed_tables(MalformedCases& cases) {
  for (const Layout layout : {Layout::split, Layout::packed}) {
    const std::string name = name_of(layout);
    const bool packed = is_packed(layout);
    cases.push_back({.name = name + "_table_not_negotiated",
                     .layout = layout,
                     .act = [](HostileDriver& driver) { driver.offer_table({driver.good()}); },
                     .negotiate_indirect = false});
    cases.push_back(
        {.name = name + "_table_and_next", .layout = layout, .act = [](HostileDriver& driver) {
           driver.offer_in_ring({driver.table({driver.good()}), driver.good()});
         }});
    cases.push_back({.name = name + "_table_and_next_to_itself",
                     .layout = layout,
                     .act = [](HostileDriver& driver) {
                       auto table = driver.table({driver.good()});
                       table.has_next = true;
                       table.next = 0;
                       driver.offer_in_ring({table});
                     }});
    // 2.7.5.3.2 has a device serve this where the ring is split; 2.8.19 forbids it.
    cases.push_back({.name = name + "_table_after_direct",
                     .layout = layout,
                     .act =
                         [](HostileDriver& driver) {
                           driver.offer_in_ring({driver.good(), driver.good(),
                                                 driver.table({driver.good(), driver.good(true)})});
                         },
                     .expected = packed ? is_broken : is_served(256)});
    cases.push_back({.name = name + "_table_after_direct_wrong_direction",
                     .layout = layout,
                     .act = [](HostileDriver& driver) {
                       driver.offer_in_ring({driver.good(true), driver.table({driver.good()})});
                     }});
    cases.push_back({.name = name + "_table_with_flag_write",
                     .layout = layout,
                     .act =
                         [](HostileDriver& driver) {
                           auto table = driver.table({driver.good(), driver.good(true)});
                           table.flags |= descriptor_flag::write;
                           driver.offer_in_ring({table});
                         },
                     .expected = is_served(128)});
  }
}

/// Lengths that fit or do not, and tables at odd addresses.
inline void add_table_lengths(MalformedCases& cases) {
  for (const Layout layout : {Layout::split, Layout::packed}) {
    const std::string name = name_of(layout);
    for (const std::size_t length : {15U, 16U, 17U, 63U, 64U, 65U, 66U, 1000U}) {
      cases.push_back({.name = name + "_table_of_" + std::to_string(length),
                       .layout = layout,
                       .act =
                           [length](HostileDriver& driver) {
                             driver.offer_table(std::vector<RawDescriptor>(length, driver.good()));
                           },
                       .expected = length <= 64 ? is_served(64 * length) : is_broken});
    }
    for (std::uint64_t odd = 1; odd < 16; ++odd) {
      cases.push_back({.name = name + "_table_at_odd_address_" + std::to_string(odd),
                       .layout = layout,
                       .act =
                           [odd](HostileDriver& driver) {
                             driver.offer_table({driver.good(), driver.good(true)}, odd);
                           },
                       .expected = is_served(128)});
    }
  }
}

}  // namespace serai::virtio
