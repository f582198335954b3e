// SPDX-License-Identifier: BSD-2-Clause
#include "el2/loader.hpp"

#include "base/bits.hpp"
#include "el2/gic.hpp"
#include "el2/load_program.hpp"
#include "el2/machine.hpp"
#include "el2/report.hpp"
#include "el2/schedule.hpp"
#include "el2/space.hpp"
#include "el2/system_registers.hpp"
#include "el2/vcpu.hpp"

namespace serai::testbed {
namespace {

using config::no_index;

/// Numbers in VTTBR_EL2: PDs from 1, VMs from here.
constexpr std::uint64_t first_vm_identifier = 64;

void require(const Result<void>& result, std::string_view what) noexcept {
  if (!result) {
    panic(what);
  }
}

std::uint64_t allocate(PhysicalMemory& memory, std::uint64_t size,
                       std::uint64_t alignment) noexcept {
  const auto address = memory.allocate(size, alignment);
  if (!address) {
    panic("the board has too little memory for this system");
  }
  return *address;
}

Space make_space(PhysicalMemory& memory) noexcept {
  const auto space = Space::make(memory);
  if (!space) {
    panic("the board has too little memory for this system");
  }
  return *space;
}

/// Where each region lies; an array of one word each in memory of its own.
std::span<std::uint64_t> place_regions(const SystemDescription& system,
                                       PhysicalMemory& memory) noexcept {
  for (const config::TestbedRegion& region : system.regions) {
    if (region.physical != config::any_address) {
      require(memory.reserve(region.physical, region.size), "the regions are too scattered");
    }
  }
  const std::size_t count = system.regions.size();
  if (count == 0) {
    return {};
  }
  const std::uint64_t bytes = align_up(count * sizeof(std::uint64_t), stage2::page);
  // Safety: memory of our own, large enough for `count` words, mapped at its physical address.
  const std::span places(reinterpret_cast<std::uint64_t*>(allocate(memory, bytes, stage2::page)),
                         count);
  for (std::size_t i = 0; i < count; ++i) {
    const config::TestbedRegion& region = system.regions[i];
    places[i] = region.physical != config::any_address
                    ? region.physical
                    : allocate(memory, region.size, region.page_size);
  }
  return places;
}

void map_regions(const SystemDescription& system, config::SpaceKind kind, std::size_t index,
                 std::span<const std::uint64_t> places, Space& space) noexcept {
  for (const config::TestbedMapping& mapping : system.mappings) {
    if (mapping.space != kind || mapping.index != index) {
      continue;
    }
    const Access access = {.write = (mapping.permissions & config::writable) != 0,
                           .execute = (mapping.permissions & config::executable) != 0,
                           .device = mapping.cached == 0};
    require(space.map(mapping.address, places[mapping.region], system.regions[mapping.region].size,
                      access),
            "two mappings overlap, or the board has too little memory");
  }
}

std::uint64_t ticks(std::uint64_t microseconds) noexcept {
  constexpr std::uint64_t microseconds_per_second = 1'000'000;
  return microseconds * read_cntfrq_el0() / microseconds_per_second;
}

void set_scheduling(Thread& thread, std::uint32_t priority, std::uint64_t budget_us,
                    std::uint64_t period_us) noexcept {
  thread.priority = static_cast<std::uint8_t>(priority);
  thread.budget = Budget(ticks(budget_us), ticks(period_us));
  thread.accounted = budget_us != period_us;
}

void load_pd(const SystemDescription& system, std::size_t index, PhysicalMemory& memory,
             std::span<const std::uint64_t> places) noexcept {
  const config::TestbedPd& description = system.pds[index];
  Pd& pd = machine.pds[index];
  Space space = make_space(memory);
  pd.id = static_cast<ThreadId>(index);
  pd.name = description.name;
  pd.guest_threads = pd.guests.data();
  set_scheduling(pd, description.priority, description.budget_us, description.period_us);
  if (description.parent != no_index) {
    pd.peer = &machine.pds[description.parent];
    pd.fault_badge = bit(62) | description.child_id;
    machine.pds[description.parent].slots.set(SlotKind::child, description.child_id,
                                              {static_cast<std::uint16_t>(index), 0});
  }
  pd.context[place::pc] = load_program(description, memory, space);
  pd.context[place::sp] = stack_end;
  pd.context[place::spsr] = permitted_spsr(pd.kind, 0);
  const std::uint64_t stack = align_up(description.stack_bytes, stage2::page);
  require(
      space.map(stack_end - stack, allocate(memory, stack, stage2::page), stack, {.write = true}),
      "a PD's stack overlaps something");
  const std::uint64_t buffer = allocate(memory, stage2::page, stage2::page);
  require(space.map(ipc_buffer_address, buffer, stage2::page, {.write = true}),
          "a PD's IPC buffer overlaps something");
  // Safety: a page of its own, mapped at its physical address.
  pd.ipc_buffer = reinterpret_cast<std::uint64_t*>(buffer);
  map_regions(system, config::SpaceKind::pd, index, places, space);
  pd.space = space.vttbr(index + 1);
}

std::size_t owner_of(const SystemDescription& system, std::size_t vm) noexcept {
  for (std::size_t pd = 0; pd < system.pds.size(); ++pd) {
    if (system.pds[pd].vm == vm) {
      return pd;
    }
  }
  panic("a VM belongs to no PD");
}

void load_vm(const SystemDescription& system, std::size_t index, PhysicalMemory& memory,
             std::span<const std::uint64_t> places) noexcept {
  const config::TestbedVm& description = system.vms[index];
  const std::size_t owner = owner_of(system, index);
  Space space = make_space(memory);
  map_regions(system, config::SpaceKind::vm, index, places, space);
  for (std::size_t id = 0; id < description.vcpu_count; ++id) {
    const std::size_t number = machine.vcpu_count++;
    Vcpu& vcpu = machine.vcpus[number];
    vcpu.id = static_cast<ThreadId>(Machine::first_vcpu + number);
    vcpu.kind = ThreadKind::vcpu;
    vcpu.peer = &machine.pds[owner];
    vcpu.sent_to = vcpu.peer;
    vcpu.peer->guests[id] = &vcpu;
    vcpu.fault_badge = bit(62) | id;
    vcpu.context[place::spsr] = permitted_spsr(vcpu.kind, 5);
    vcpu.space = space.vttbr(first_vm_identifier + index);
    set_scheduling(vcpu, description.priority, description.budget_us, description.period_us);
    initialise(vcpu);
    const Slot slot = {static_cast<std::uint16_t>(number), 0};
    machine.pds[owner].slots.set(SlotKind::vm_thread, id, slot);
    machine.pds[owner].slots.set(SlotKind::vcpu, id, slot);
  }
}

void connect(const config::TestbedChannelEnd& from, const config::TestbedChannelEnd& to) noexcept {
  const Slot slot = {static_cast<std::uint16_t>(to.pd), static_cast<std::uint8_t>(to.id)};
  SlotTable& slots = machine.pds[from.pd].slots;
  if (from.may_notify != 0) {
    slots.set(SlotKind::notification, from.id, slot);
  }
  if (from.may_call != 0) {
    slots.set(SlotKind::endpoint, from.id, slot);
  }
}

void route_irq(const config::TestbedIrq& irq) noexcept {
  IrqRoute& route = machine.irqs[irq.intid];
  if (route.pd != no_thread) {
    panic("two PDs want the same interrupt");
  }
  route.pd = static_cast<ThreadId>(irq.pd);
  route.channel = static_cast<std::uint8_t>(irq.id);
  machine.pds[irq.pd].slots.set(SlotKind::irq, irq.id, {static_cast<std::uint16_t>(irq.intid), 0});
  gic::set_trigger(irq.intid, irq.trigger);
  gic::unmask(irq.intid);
}

/// Threads of one priority take turns, so their running time matters.
void mark_shared_priorities() noexcept {
  std::array<std::uint8_t, ReadyQueue::priorities> users{};
  const auto for_each = [](auto function) {
    for (std::size_t i = 0; i < machine.pd_count; ++i) {
      function(static_cast<Thread&>(machine.pds[i]));
    }
    for (std::size_t i = 0; i < machine.vcpu_count; ++i) {
      function(static_cast<Thread&>(machine.vcpus[i]));
    }
  };
  for_each([&users](const Thread& thread) { ++users[thread.priority]; });
  for_each([&users](Thread& thread) {
    thread.accounted = thread.accounted || users[thread.priority] > 1;
  });
  for (std::size_t i = 0; i < machine.vcpu_count; ++i) {
    Vcpu& vcpu = machine.vcpus[i];
    vcpu.has_fast_switch =
        !vcpu.accounted && !vcpu.peer->accounted && vcpu.peer->priority > vcpu.priority;
    vcpu.may_switch_fast = vcpu.has_fast_switch;
  }
}

}  // namespace

void load_system(const SystemDescription& system, PhysicalMemory& memory) noexcept {
  const std::span<const std::uint64_t> places = place_regions(system, memory);
  machine.pd_count = system.pds.size();
  for (std::size_t i = 0; i < system.pds.size(); ++i) {
    load_pd(system, i, memory, places);
  }
  for (std::size_t i = 0; i < system.vms.size(); ++i) {
    load_vm(system, i, memory, places);
  }
  for (const config::TestbedChannel& channel : system.channels) {
    connect(channel.a, channel.b);
    connect(channel.b, channel.a);
  }
  for (const config::TestbedIrq& irq : system.irqs) {
    route_irq(irq);
  }
  mark_shared_priorities();
}

}  // namespace serai::testbed
