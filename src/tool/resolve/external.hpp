// SPDX-License-Identifier: BSD-2-Clause
//
// The external system's part of a system. Its domains, regions and channels are taken over as they
// are. What it shares with a VMM is mapped at addresses, and connected on channels, that are free
// in that VMM, as a linker would: the description's own numbers for it only name things.
#pragma once

#include <map>
#include <vector>

#include "tool/check/checked_system.hpp"
#include "tool/resolve/system_builder.hpp"

namespace serai::tool {

/// What one VMM shares with the external system, in the VMM's own numbers.
class ExternalConnections {
 public:
  ExternalConnections() = default;

  /// Says that what the description has at `from` lies at `to`.
  void add_place(ExternalPlace from, std::uint64_t to) { places_.push_back({from, to}); }

  void add_channel(std::uint32_t from, std::uint32_t to) { channels_.emplace(from, to); }

  [[nodiscard]] std::uint64_t address(const ExternalPlace& place) const;

  [[nodiscard]] std::uint32_t channel(std::uint32_t id) const { return channels_.at(id); }

 private:
  struct Moved {
    ExternalPlace from;
    std::uint64_t to;
  };

  std::vector<Moved> places_;
  std::map<std::uint32_t, std::uint32_t> channels_;
};

/// Adds the external system's domains behind those that are there; the VMMs are the first PDs, in
/// the order of the VMs. Returns the connections of each.
std::vector<ExternalConnections> add_external(SystemBuilder& builder, const CheckedSystem& system);

/// Connections as VMMs' configurations have them.
config::SerialQueue external_queue(const ExternalSerial& serial, const ExternalConnections& moved);
config::BlockQueue external_queue(const ExternalBlocks& blocks, const ExternalConnections& moved);
config::PacketQueue external_queue(const ExternalPackets& packets,
                                   const ExternalConnections& moved);

/// What Serai's part and the external system cannot both have: names, physical memory, interrupts;
/// and Microkit's limits. `first_region` is the external system's first; its others follow. Reports
/// at the key that names the description.
bool check_external_fits(const ResolvedSystem& system, const CheckedExternal& external,
                         std::size_t first_region, Diagnostics& diagnostics);

}  // namespace serai::tool
