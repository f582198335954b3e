// SPDX-License-Identifier: BSD-2-Clause
#include "tool/resolve/system_builder.hpp"

#include <algorithm>
#include <utility>

#include "base/bits.hpp"

namespace serai::tool {

namespace {

/// Nothing is mapped behind a queue or a device, so that what runs over its end is caught.
constexpr std::uint64_t guard_bytes = 0x1000;

}  // namespace

std::size_t SystemBuilder::add_pd(std::string name, Program program, Schedule schedule) {
  ProtectionDomain pd;
  pd.name = std::move(name);
  pd.program = program;
  pd.schedule = schedule;
  system_.pds.push_back(std::move(pd));
  counters_.emplace_back();
  return system_.pds.size() - 1;
}

std::size_t SystemBuilder::add_region(MemoryRegion region) {
  system_.regions.push_back(std::move(region));
  return system_.regions.size() - 1;
}

std::uint32_t SystemBuilder::take_channel(std::size_t pd) {
  return counters_[pd].next_channel++;
}

Channel& SystemBuilder::connect(std::size_t a, std::size_t b, std::string what) {
  Channel channel;
  channel.a.pd = a;
  channel.a.id = take_channel(a);
  channel.b.pd = b;
  channel.b.id = take_channel(b);
  channel.what = std::move(what);
  system_.channels.push_back(std::move(channel));
  return system_.channels.back();
}

std::uint32_t SystemBuilder::add_interrupt(std::size_t pd, std::uint32_t intid,
                                           config::Trigger trigger, std::string what) {
  Interrupt interrupt;
  interrupt.intid = intid;
  interrupt.channel = take_channel(pd);
  interrupt.trigger = trigger;
  interrupt.what = std::move(what);
  const std::uint32_t channel = interrupt.channel;
  system_.pds[pd].interrupts.push_back(std::move(interrupt));
  return channel;
}

std::uint64_t SystemBuilder::map_queue(std::size_t pd, std::size_t region, unsigned access) {
  const std::uint64_t address = counters_[pd].next_queue;
  counters_[pd].next_queue += system_.regions[region].size + guard_bytes;
  system_.pds[pd].mappings.push_back(
      {.region = region, .address = address, .access = access, .cached = true});
  return address;
}

std::uint64_t SystemBuilder::map_device(std::size_t pd, std::size_t region) {
  const std::uint64_t address = counters_[pd].next_device;
  counters_[pd].next_device += system_.regions[region].size + guard_bytes;
  system_.pds[pd].mappings.push_back(
      {.region = region, .address = address, .access = read_write, .cached = false});
  return address;
}

std::string region_name(std::string_view name) {
  std::string result(name);
  std::ranges::replace(result, '-', '_');
  return result;
}

}  // namespace serai::tool
