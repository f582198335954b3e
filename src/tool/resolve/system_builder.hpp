// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <string>

#include "tool/resolve/resolved_system.hpp"

namespace serai::tool {

inline constexpr unsigned read_only = static_cast<unsigned>(Access::read);
inline constexpr unsigned read_write =
    static_cast<unsigned>(Access::read) | static_cast<unsigned>(Access::write);
inline constexpr unsigned all_access = read_write | static_cast<unsigned>(Access::execute);

/// Grows a system piece by piece and hands out what has to be unique: channel numbers and
/// addresses of queues and devices in each PD, in the order of the requests.
class SystemBuilder {
 public:
  /// Adds a PD; returns its index.
  std::size_t add_pd(std::string name, Program program, Schedule schedule);

  ProtectionDomain& pd(std::size_t index) { return system_.pds[index]; }

  std::size_t add_region(MemoryRegion region);

  /// A free channel number of the PD.
  std::uint32_t take_channel(std::size_t pd);

  /// Adds a channel with the next number at each end. Which end may do what is the caller's.
  Channel& connect(std::size_t a, std::size_t b, std::string what);

  /// Adds an interrupt with the next channel number and returns that.
  std::uint32_t add_interrupt(std::size_t pd, std::uint32_t intid, config::Trigger trigger,
                              std::string what);

  /// Maps a queue's region at the PD's next address for queues and returns it.
  std::uint64_t map_queue(std::size_t pd, std::size_t region, unsigned access);

  /// Maps device registers at the PD's next address for devices and returns it.
  std::uint64_t map_device(std::size_t pd, std::size_t region);

  ResolvedSystem& system() { return system_; }

 private:
  struct Counters {
    std::uint32_t next_channel = 0;
    std::uint64_t next_queue = config::queues_address;
    std::uint64_t next_device = config::devices_address;
  };

  ResolvedSystem system_;
  std::vector<Counters> counters_;
};

/// A VM's or device's name as part of a memory region's: letters, digits, underscores.
std::string region_name(std::string_view name);

}  // namespace serai::tool
