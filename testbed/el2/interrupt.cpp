// SPDX-License-Identifier: BSD-2-Clause
#include "el2/interrupt.hpp"

#include <algorithm>
#include <limits>

#include "base/bits.hpp"
#include "el2/gic.hpp"
#include "el2/guest_mode.hpp"
#include "el2/ipc.hpp"
#include "el2/machine.hpp"
#include "el2/schedule.hpp"
#include "el2/system_registers.hpp"
#include "el2/trap.hpp"
#include "el2/vcpu.hpp"

namespace serai::testbed {
namespace {

/// A guest's private interrupt stays masked until a guest runs again.
void suppress(std::uint32_t intid) noexcept {
  gic::mask(intid);
  machine.masked_private |= 1U << intid;
}

void handle_virtual_timer() noexcept {
  suppress(gic::virtual_timer_intid);
  if (!machine.guest_active) {
    return;
  }
  Vcpu& vcpu = *machine.loaded;
  vcpu.masked_private = 1U << gic::virtual_timer_intid;
  count(vcpu, Exit::virtual_timer);
  raise_fault(vcpu, Fault{fault_label::vppi_event, 1, {gic::virtual_timer_intid}});
}

void handle_maintenance() noexcept {
  if (!machine.guest_active) {
    suppress(gic::maintenance_intid);
    return;
  }
  Vcpu& vcpu = *machine.loaded;
  count(vcpu, Exit::maintenance);
  const std::int64_t index = take_maintenance(vcpu);
  raise_fault(vcpu, Fault{fault_label::vgic_maintenance, 1, {static_cast<std::uint64_t>(index)}});
}

void handle_board_irq(std::uint32_t intid) noexcept {
  // Stays masked until its PD acknowledges it.
  gic::mask(intid);
  IrqRoute& route = machine.irqs[intid];
  if (route.pd == no_thread) {
    return;
  }
  if (route.delay_ticks > 0) {
    route.due = read_cntpct_el0() + route.delay_ticks;
    route.delay_ticks = 0;
    ++machine.delayed_irqs;
    arm_timer();
    return;
  }
  signal(machine.pds[route.pd], route.channel);
}

void count_foreign() noexcept {
  if (machine.guest_active) {
    count(*machine.loaded, Exit::interrupt);
  }
}

void dispatch(std::uint32_t intid) noexcept {
  switch (intid) {
    case gic::timer_intid:
      count_foreign();
      handle_timer();
      break;
    case gic::maintenance_intid:
      handle_maintenance();
      break;
    case gic::virtual_timer_intid:
      handle_virtual_timer();
      break;
    default:
      count_foreign();
      handle_board_irq(intid);
  }
}

}  // namespace

void mask_private_interrupts(std::uint32_t intids) noexcept {
  for (const std::uint32_t intid : {gic::maintenance_intid, gic::virtual_timer_intid}) {
    if (test_bit(intids, intid)) {
      gic::mask(intid);
    } else {
      gic::unmask(intid);
    }
  }
  machine.masked_private = intids;
}

void take_interrupt() noexcept {
  const std::uint32_t intid = gic::acknowledge();
  if (intid >= gic::spurious_from) {
    return;
  }
  dispatch(intid);
  gic::end(intid);
}

void deliver_delayed(std::uint64_t now) noexcept {
  for (IrqRoute& route : machine.irqs) {
    if (route.due != 0 && route.due <= now) {
      route.due = 0;
      --machine.delayed_irqs;
      signal(machine.pds[route.pd], route.channel);
    }
  }
}

std::uint64_t first_delayed() noexcept {
  std::uint64_t first = std::numeric_limits<std::uint64_t>::max();
  for (const IrqRoute& route : machine.irqs) {
    if (route.due != 0) {
      first = std::min(first, route.due);
    }
  }
  return first;
}

void acknowledge_irq(std::uint32_t intid) noexcept {
  gic::unmask(intid);
}

}  // namespace serai::testbed
