// SPDX-License-Identifier: BSD-2-Clause
#include "tool/resolve/external.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "base/assert.hpp"

namespace serai::tool {

namespace {

/// Takes one external system over, part by part.
class ExternalBuilder {
 public:
  ExternalBuilder(SystemBuilder& builder, const CheckedSystem& system)
      : builder_(builder), system_(system), external_(*system.external) {
    connections_.resize(system.vms.size());
  }

  std::vector<ExternalConnections> build() {
    for (const ExternalRegion& region : external_.model.regions) {
      regions_.emplace(region.name, builder_.add_region({.name = region.name,
                                                         .size = region.size,
                                                         .page_size = region.page_size,
                                                         .physical = region.physical,
                                                         .what = "of the external system"}));
    }
    for (const ExternalDomain& domain : external_.model.domains) {
      add_domain(domain);
    }
    for (const ExternalChannel& channel : external_.model.channels) {
      const ChannelEnd a = end_of(channel.a);
      const ChannelEnd b = end_of(channel.b);
      builder_.system().channels.push_back({a, b, "as the external system says"});
    }
    return std::move(connections_);
  }

 private:
  static unsigned access_of(const ExternalMap& map) {
    const auto right = [](Access access, bool has) {
      return has ? static_cast<unsigned>(access) : 0U;
    };
    return right(Access::read, map.may_read) | right(Access::write, map.may_write) |
           right(Access::execute, map.may_execute);
  }

  void add_domain(const ExternalDomain& domain) {
    const auto vm = std::ranges::find_if(system_.vms, [&domain](const CheckedVm& candidate) {
      return domain.name == candidate.name + "_vmm";
    });
    if (vm != system_.vms.end()) {
      const auto index = static_cast<std::size_t>(vm - system_.vms.begin());
      pds_.emplace(domain.name, index);
      join(domain, index);
      return;
    }
    const std::size_t index =
        builder_.add_pd(domain.name, Program::external,
                        {.priority = static_cast<std::uint32_t>(domain.priority),
                         .budget_us = domain.budget_us,
                         .period_us = domain.period_us});
    pds_.emplace(domain.name, index);
    ProtectionDomain& pd = builder_.pd(index);
    pd.program_file = external_.folder / domain.program;
    pd.passive = domain.passive;
    pd.stack_bytes = domain.stack_bytes;
    for (const ExternalMap& map : domain.maps) {
      pd.mappings.push_back({.region = regions_.at(map.region),
                             .address = map.address,
                             .access = access_of(map),
                             .cached = map.cached});
    }
    for (const ExternalInterrupt& interrupt : domain.interrupts) {
      pd.interrupts.push_back(
          {.intid = static_cast<std::uint32_t>(interrupt.intid),
           .channel = static_cast<std::uint32_t>(interrupt.channel),
           .trigger = interrupt.edge ? config::Trigger::edge : config::Trigger::level,
           .what = "as the external system says"});
    }
  }

  /// Gives a VMM what its stand-in has.
  void join(const ExternalDomain& domain, std::size_t vmm) {
    for (const ExternalMap& map : domain.maps) {
      const std::size_t region = regions_.at(map.region);
      const std::uint64_t address = builder_.map_queue(vmm, region, access_of(map));
      builder_.pd(vmm).mappings.back().cached = map.cached;
      connections_[vmm].add_place(
          {.address = map.address, .size = builder_.system().regions[region].size}, address);
    }
  }

  ChannelEnd end_of(const ExternalEnd& end) {
    const std::size_t pd = pds_.at(end.domain);
    auto id = static_cast<std::uint32_t>(end.id);
    if (pd < connections_.size()) {
      const std::uint32_t free = builder_.take_channel(pd);
      connections_[pd].add_channel(id, free);
      id = free;
    }
    return {.pd = pd, .id = id, .may_notify = end.may_notify, .may_call = end.may_call};
  }

  SystemBuilder& builder_;
  const CheckedSystem& system_;
  const CheckedExternal& external_;
  std::map<std::string, std::size_t> regions_;
  std::map<std::string, std::size_t> pds_;
  std::vector<ExternalConnections> connections_;
};

}  // namespace

std::uint64_t ExternalConnections::address(const ExternalPlace& place) const {
  const auto found = std::ranges::find_if(places_, [&place](const Moved& moved) {
    return place.address >= moved.from.address &&
           place.address - moved.from.address < moved.from.size;
  });
  SERAI_ASSERT(found != places_.end());  // ExternalClientReader has looked
  return found->to + (place.address - found->from.address);
}

std::vector<ExternalConnections> add_external(SystemBuilder& builder, const CheckedSystem& system) {
  if (!system.external) {
    return {};
  }
  return ExternalBuilder(builder, system).build();
}

config::SerialQueue external_queue(const ExternalSerial& serial, const ExternalConnections& moved) {
  return {.transmit_queue = moved.address(serial.transmit_queue),
          .transmit_data = moved.address(serial.transmit_data),
          .receive_queue = moved.address(serial.receive_queue),
          .receive_data = moved.address(serial.receive_data),
          .transmit_capacity = static_cast<std::uint32_t>(serial.transmit_data.size),
          .receive_capacity = static_cast<std::uint32_t>(serial.receive_data.size),
          .channel = moved.channel(serial.transmit_channel),
          .receive_channel = moved.channel(serial.receive_channel)};
}

config::BlockQueue external_queue(const ExternalBlocks& blocks, const ExternalConnections& moved) {
  return {.requests = moved.address(blocks.requests),
          .responses = moved.address(blocks.responses),
          .storage_info = moved.address(blocks.storage_info),
          .data = moved.address(blocks.data),
          .data_size = blocks.data.size,
          .data_physical = 0,
          .capacity = blocks.capacity,
          .channel = moved.channel(blocks.channel)};
}

config::PacketQueue external_queue(const ExternalPackets& packets,
                                   const ExternalConnections& moved) {
  return {.transmit_free = moved.address(packets.transmit_free),
          .transmit_active = moved.address(packets.transmit_active),
          .transmit_data = moved.address(packets.transmit_data),
          .receive_free = moved.address(packets.receive_free),
          .receive_active = moved.address(packets.receive_active),
          .receive_data = moved.address(packets.receive_data),
          .transmit_physical = 0,
          .receive_physical = 0,
          .capacity = packets.capacity,
          .buffer_bytes = external_buffer_bytes,
          .transmit_channel = moved.channel(packets.transmit_channel),
          .receive_channel = moved.channel(packets.receive_channel),
          .flags = 0,
          .reserved = 0};
}

}  // namespace serai::tool
