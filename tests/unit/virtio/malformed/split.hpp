// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "hostile_driver.hpp"

namespace serai::virtio {

/// Links that lead out of the table or round in it.
inline void add_bad_links(MalformedCases& cases) {
  for (const Layout layout : {Layout::split, Layout::split_table}) {
    const std::string name = name_of(layout);
    // Ring and table of these cases have 16 entries, of which three are meant.
    for (const std::uint16_t next :
         Numbers{16, 17, 255, 256, 1024, 0x7fff, 0x8000, 0xfffe, 0xffff}) {
      for (const std::size_t at : {0U, 1U, 2U}) {
        cases.push_back(
            {.name = name + "_next_" + std::to_string(next) + "_after_" + std::to_string(at),
             .layout = layout,
             .act = [next, at](HostileDriver& driver) {
               std::vector<RawDescriptor> chain(16, driver.good());
               chain[at].next = next;
               chain[at].has_next = true;
               driver.offer(chain);
             }});
      }
    }
    for (const std::uint16_t from : Numbers{0, 1, 2, 7, 15}) {
      for (const std::uint16_t to : Numbers{0, 1, 2, 7, 15}) {
        if (to > from) {
          continue;
        }
        cases.push_back(
            {.name = name + "_loop_from_" + std::to_string(from) + "_to_" + std::to_string(to),
             .layout = layout,
             .act = [from, to](HostileDriver& driver) {
               std::vector<RawDescriptor> chain(16, driver.good());
               chain[from].next = to;
               chain[from].has_next = true;
               driver.offer(chain);
             }});
      }
    }
    cases.push_back(
        {.name = name + "_loop_of_writable", .layout = layout, .act = [](HostileDriver& driver) {
           std::vector<RawDescriptor> chain(16, driver.good(true));
           chain[15].next = 0;
           chain[15].has_next = true;
           driver.offer(chain);
         }});
    cases.push_back({.name = name + "_longest_chain",
                     .layout = layout,
                     .act =
                         [](HostileDriver& driver) {
                           driver.offer(std::vector<RawDescriptor>(16, driver.good()));
                         },
                     .expected = is_served(16 * 64)});
    cases.push_back({.name = name + "_backwards_chain",
                     .layout = layout,
                     .act =
                         [](HostileDriver& driver) {
                           std::vector<RawDescriptor> chain(16, driver.good());
                           for (std::uint16_t i = 1; i < 16; ++i) {
                             chain[i].next = static_cast<std::uint16_t>(i - 1);
                             chain[i].has_next = i != 1;
                           }
                           chain[0].next = 15;
                           driver.offer(chain);
                         },
                     .expected = is_served(16 * 64)});
    cases.push_back({.name = name + "_next_without_flag",
                     .layout = layout,
                     .act =
                         [](HostileDriver& driver) {
                           auto one = driver.good();
                           one.next = 0xffff;
                           driver.offer({one});
                         },
                     .expected = is_served(64)});
  }
}

/// Heads and available indices that cannot be.
inline void add_bad_available(MalformedCases& cases) {
  for (const std::uint16_t head :
       Numbers{16, 17, 31, 32, 255, 1023, 1024, 0x7fff, 0x8000, 0xffff}) {
    cases.push_back(
        {.name = "split_head_" + std::to_string(head),
         .act = [head](HostileDriver& driver) { driver.part.driver.force_available(head); }});
  }
  for (const std::uint16_t step :
       Numbers{17, 18, 32, 1024, 0x7fff, 0x8000, 0xfff0, 0xfffe, 0xffff}) {
    cases.push_back({.name = "split_available_index_jumps_" + std::to_string(step),
                     .act = [step](HostileDriver& driver) {
                       driver.offer({driver.good()});
                       auto& ram = driver.part.ram;
                       const auto at = driver.part.driver.available_index_address();
                       ram.store<std::uint16_t>(
                           at, static_cast<std::uint16_t>(HostileDriver::warm_up + step));
                     }});
  }
  // The device has taken some, and the driver gives more than the rest of the ring.
  for (const std::uint16_t taken : Numbers{1, 2, 8, 15, 16}) {
    cases.push_back(
        {.name = "split_more_than_the_ring_with_" + std::to_string(taken) + "_in_flight",
         .act = [taken](HostileDriver& driver) {
           for (int i = 0; i < taken; ++i) {
             driver.offer({driver.good()});
           }
           driver.hold_all();
           for (int i = taken; i < HostileDriver::size + 1; ++i) {
             driver.offer({driver.good()});
           }
         }});
    cases.push_back({.name = "split_index_goes_back_with_" + std::to_string(taken) + "_in_flight",
                     .act = [taken](HostileDriver& driver) {
                       for (int i = 0; i < taken; ++i) {
                         driver.offer({driver.good()});
                       }
                       driver.hold_all();
                       driver.part.ram.store<std::uint16_t>(
                           driver.part.driver.available_index_address(),
                           static_cast<std::uint16_t>(HostileDriver::warm_up + taken - 1));
                     }});
  }
  // The same descriptors again, while the device has them: each is a chain of its own.
  for (const std::size_t times : {2U, 8U, 16U}) {
    cases.push_back({.name = "split_same_head_" + std::to_string(times) + "_times",
                     .act =
                         [times](HostileDriver& driver) {
                           for (std::size_t i = 0; i < times; ++i) {
                             driver.offer({driver.good()});
                           }
                         },
                     .expected = is_served(64, times)});
    cases.push_back({.name = "split_same_head_" + std::to_string(times) + "_times_in_flight",
                     .act =
                         [times](HostileDriver& driver) {
                           for (std::size_t i = 0; i + 1 < times; ++i) {
                             driver.offer({driver.good()});
                             driver.hold_all();
                           }
                           driver.offer({driver.good()});
                         },
                     .expected = is_served(64)});
  }
}

}  // namespace serai::virtio
