// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <array>

#include "hostile_driver.hpp"

namespace serai::virtio {

/// Where a buffer can be that is not RAM, or not all.
struct BadBuffer {
  const char* name;
  std::uint64_t (*address)(HostileDriver&);
  std::uint32_t bytes;
};

inline constexpr std::array bad_buffers = {
    BadBuffer{"zero_length", [](HostileDriver& at) { return at.good().address; }, 0},
    BadBuffer{"zero_length_outside", [](HostileDriver&) { return std::uint64_t{0}; }, 0},
    BadBuffer{"address_zero", [](HostileDriver&) { return std::uint64_t{0}; }, 64},
    BadBuffer{"below_ram", [](HostileDriver& at) { return at.ram_start() - 4096; }, 64},
    BadBuffer{"over_ram_start", [](HostileDriver& at) { return at.ram_start() - 1; }, 64},
    BadBuffer{"just_past_ram", [](HostileDriver& at) { return at.ram_end(); }, 1},
    BadBuffer{"over_ram_end", [](HostileDriver& at) { return at.ram_end() - 1; }, 2},
    BadBuffer{"far_over_ram_end", [](HostileDriver& at) { return at.ram_end() - 64; }, 0x7fff'ffff},
    BadBuffer{"longest_length", [](HostileDriver& at) { return at.ram_start(); }, 0xffff'ffff},
    BadBuffer{"at_interrupt_controller", [](HostileDriver&) { return std::uint64_t{0x800'0000}; },
              64},
    BadBuffer{"at_uart", [](HostileDriver&) { return std::uint64_t{0x900'0000}; }, 4},
    BadBuffer{"at_own_registers", [](HostileDriver&) { return std::uint64_t{0xa00'0000}; }, 0x200},
    BadBuffer{"at_pci", [](HostileDriver&) { return std::uint64_t{0x1000'0000}; }, 4096},
    BadBuffer{"last_byte_of_64_bits", [](HostileDriver&) { return ~std::uint64_t{0}; }, 1},
    BadBuffer{"over_64_bits", [](HostileDriver&) { return ~std::uint64_t{0} - 15; }, 4096},
    BadBuffer{"over_64_bits_into_ram", [](HostileDriver&) { return ~std::uint64_t{0} - 15; },
              0xffff'ffff},
    BadBuffer{"sign_of_64_bits",
              [](HostileDriver& at) { return at.ram_start() | std::uint64_t{1} << 63U; }, 64},
    BadBuffer{"bit_48", [](HostileDriver& at) { return at.ram_start() | std::uint64_t{1} << 48U; },
              64},
};

/// Each bad buffer, at each place of a chain, in each direction and layout.
inline void add_bad_buffers(MalformedCases& cases) {
  struct Spot {
    const char* name;
    std::size_t length;
    std::size_t at;
  };

  constexpr std::array spots = {Spot{"only", 1, 0}, Spot{"first", 3, 0}, Spot{"middle", 3, 1},
                                Spot{"last", 3, 2}};
  for (const Layout layout : all_layouts) {
    for (const auto& bad : bad_buffers) {
      for (const auto& spot : spots) {
        for (const bool writable : {false, true}) {
          cases.push_back({.name = name_of(layout) + "_" + spot.name +
                                   (writable ? "_writable_" : "_readable_") + bad.name,
                           .layout = layout,
                           .act = [bad, spot, writable](HostileDriver& driver) {
                             std::vector<RawDescriptor> chain(spot.length);
                             for (auto& one : chain) {
                               one = driver.good(writable);
                             }
                             chain[spot.at].address = bad.address(driver);
                             chain[spot.at].bytes = bad.bytes;
                             driver.offer(chain);
                           }});
        }
      }
    }
  }
}

/// Readable after writable, at each place where that can be.
inline void add_wrong_directions(MalformedCases& cases) {
  for (const Layout layout : all_layouts) {
    for (const char* pattern : {"WR", "WRW", "RWR", "WWR", "RRWRW", "WRRR"}) {
      cases.push_back({.name = name_of(layout) + "_direction_" + pattern,
                       .layout = layout,
                       .act = [pattern](HostileDriver& driver) {
                         std::vector<RawDescriptor> chain;
                         for (const char* one = pattern; *one != 0; ++one) {
                           chain.push_back(driver.good(*one == 'W'));
                         }
                         driver.offer(chain);
                       }});
    }
  }
}

/// What is rare and right.
inline void add_rare_buffers(MalformedCases& cases) {
  for (const Layout layout : all_layouts) {
    for (const bool writable : {false, true}) {
      const std::string name = name_of(layout) + (writable ? "_writable_" : "_readable_");
      const std::uint16_t flags = writable ? descriptor_flag::write : std::uint16_t{0};
      cases.push_back({.name = name + "last_byte_of_ram",
                       .layout = layout,
                       .act =
                           [flags](HostileDriver& driver) {
                             driver.offer(
                                 {{.address = driver.ram_end() - 1, .bytes = 1, .flags = flags}});
                           },
                       .expected = is_served(1)});
      cases.push_back({.name = name + "first_byte_of_ram",
                       .layout = layout,
                       .act =
                           [flags](HostileDriver& driver) {
                             driver.offer(
                                 {{.address = driver.ram_start(), .bytes = 1, .flags = flags}});
                           },
                       .expected = is_served(1)});
      cases.push_back({.name = name + "all_of_ram",
                       .layout = layout,
                       .act =
                           [flags](HostileDriver& driver) {
                             const auto bytes = driver.ram_end() - driver.ram_start();
                             driver.offer({{.address = driver.ram_start(),
                                            .bytes = static_cast<std::uint32_t>(bytes),
                                            .flags = flags}});
                           },
                       .expected = is_served(std::uint64_t{1} << 20U)});
      cases.push_back({.name = name + "same_buffer_twice",
                       .layout = layout,
                       .act =
                           [writable](HostileDriver& driver) {
                             const auto one = driver.good(writable);
                             driver.offer({one, one});
                           },
                       .expected = is_served(128)});
      cases.push_back({.name = name + "unknown_flags",
                       .layout = layout,
                       .act =
                           [writable](HostileDriver& driver) {
                             auto one = driver.good(writable);
                             one.flags |= 0x7f78;
                             driver.offer({one});
                           },
                       .expected = is_served(64)});
    }
  }
}

}  // namespace serai::virtio
