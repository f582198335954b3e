// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hostile_driver.hpp"

namespace serai::virtio {

/// AVAIL and USED that do not belong to the lap.
inline void add_bad_laps(MalformedCases& cases) {
  struct Lap {
    const char* name;
    std::uint16_t flags;
  };

  constexpr Lap laps[] = {{"neither", 0},
                          {"both", descriptor_flag::avail | descriptor_flag::used},
                          {"next_lap", descriptor_flag::used}};
  for (const auto& lap : laps) {
    for (const bool table : {false, true}) {
      cases.push_back(
          {.name = std::string("packed_lap_") + lap.name + (table ? "_of_table" : "_of_head"),
           .layout = Layout::packed,
           .act =
               [lap, table](HostileDriver& driver) {
                 auto one = table ? driver.table({driver.good()}) : driver.good();
                 one.lap = lap.flags;
                 driver.offer_in_ring({one});
               },
           .expected = is_nothing});
    }
    for (const std::size_t length : {2U, 3U, 8U, 16U}) {
      for (std::size_t at = 1; at < length; at += length == 16 ? 5 : 1) {
        cases.push_back({.name = std::string("packed_lap_") + lap.name + "_at_" +
                                 std::to_string(at) + "_of_" + std::to_string(length),
                         .layout = Layout::packed,
                         .act = [lap, at, length](HostileDriver& driver) {
                           std::vector<RawDescriptor> chain(length, driver.good());
                           chain[at].lap = lap.flags;
                           driver.offer(chain);
                         }});
      }
    }
  }
}

/// Chains that do not end, or do not fit beside what is in flight.
inline void add_bad_packed_lengths(MalformedCases& cases) {
  for (const std::size_t length : {1U, 2U, 15U}) {
    cases.push_back({.name = "packed_goes_on_behind_" + std::to_string(length),
                     .layout = Layout::packed,
                     .act = [length](HostileDriver& driver) {
                       std::vector<RawDescriptor> chain(length, driver.good());
                       chain.back().has_next = true;
                       driver.offer(chain);
                     }});
  }
  cases.push_back({.name = "packed_goes_on_round_the_ring",
                   .layout = Layout::packed,
                   .act = [](HostileDriver& driver) {
                     std::vector<RawDescriptor> chain(16, driver.good());
                     chain.back().has_next = true;
                     driver.offer(chain);
                   }});
  cases.push_back({.name = "packed_longest_chain",
                   .layout = Layout::packed,
                   .act =
                       [](HostileDriver& driver) {
                         driver.offer(std::vector<RawDescriptor>(16, driver.good()));
                       },
                   .expected = is_served(16 * 64)});
  for (const std::size_t taken : {1U, 3U, 8U, 15U, 16U}) {
    cases.push_back(
        {.name = "packed_more_than_the_ring_with_" + std::to_string(taken) + "_in_flight",
         .layout = Layout::packed,
         .act = [taken](HostileDriver& driver) {
           driver.offer(std::vector<RawDescriptor>(taken, driver.good()));
           driver.hold_all();
           driver.offer(std::vector<RawDescriptor>(17 - taken, driver.good()));
         }});
    cases.push_back(
        {.name = "packed_again_round_the_ring_with_" + std::to_string(taken) + "_in_flight",
         .layout = Layout::packed,
         .act =
             [taken](HostileDriver& driver) {
               for (std::size_t i = 0; i < taken; ++i) {
                 driver.offer({driver.good()});
               }
               driver.hold_all();
               for (std::size_t i = taken; i < 17; ++i) {
                 driver.offer({driver.good()});
               }
             },
         .expected = {.broken = true, .served = 16 - taken}});
  }
}

/// Buffer ids are the driver's own: any is given back as it came.
inline void add_packed_ids(MalformedCases& cases) {
  for (const std::uint16_t id : Numbers{15, 16, 17, 255, 1024, 0x7fff, 0x8000, 0xffff}) {
    for (const bool table : {false, true}) {
      cases.push_back({.name = "packed_id_" + std::to_string(id) + (table ? "_of_table" : ""),
                       .layout = Layout::packed,
                       .act =
                           [id, table](HostileDriver& driver) {
                             auto one = table ? driver.table({driver.good()}) : driver.good();
                             one.id = id;
                             driver.offer_in_ring({one});
                           },
                       .expected = is_served(64)});
    }
  }
  cases.push_back({.name = "packed_same_id_twice",
                   .layout = Layout::packed,
                   .act =
                       [](HostileDriver& driver) {
                         driver.offer({driver.good()});
                         driver.offer({driver.good()});
                       },
                   .expected = is_served(64, 2)});
  cases.push_back({.name = "packed_same_id_in_flight",
                   .layout = Layout::packed,
                   .act =
                       [](HostileDriver& driver) {
                         driver.offer({driver.good()});
                         driver.hold_all();
                         driver.offer({driver.good()});
                       },
                   .expected = is_served(64)});
  cases.push_back({.name = "packed_ids_differ_in_a_chain",
                   .layout = Layout::packed,
                   .act =
                       [](HostileDriver& driver) {
                         std::vector<RawDescriptor> chain(3, driver.good());
                         chain[0].id = 5;
                         chain[1].id = 0xffff;
                         driver.offer(chain);
                       },
                   .expected = is_served(192)});
  for (const std::size_t before : {11U, 12U, 13U}) {
    cases.push_back({.name = "packed_chain_over_the_end_after_" + std::to_string(before),
                     .layout = Layout::packed,
                     .act =
                         [before](HostileDriver& driver) {
                           for (std::size_t i = 0; i < before; ++i) {
                             driver.offer({driver.good()});
                           }
                           driver.offer(std::vector<RawDescriptor>(3, driver.good()));
                         },
                     .expected = is_served(192, before + 1)});
  }
}

}  // namespace serai::virtio
