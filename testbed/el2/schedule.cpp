// SPDX-License-Identifier: BSD-2-Clause
#include "el2/schedule.hpp"

#include <algorithm>
#include <limits>

#include "el2/gic.hpp"
#include "el2/guest_mode.hpp"
#include "el2/interrupt.hpp"
#include "el2/machine.hpp"
#include "el2/system_registers.hpp"
#include "el2/vcpu.hpp"

namespace serai::testbed {
namespace {

constexpr std::uint64_t never = std::numeric_limits<std::uint64_t>::max();

template <class Function>
void for_each_thread(Function function) noexcept {
  for (std::size_t i = 0; i < machine.pd_count; ++i) {
    function(static_cast<Thread&>(machine.pds[i]));
  }
  for (std::size_t i = 0; i < machine.vcpu_count; ++i) {
    function(static_cast<Thread&>(machine.vcpus[i]));
  }
}

void set_exhausted(Thread& thread, bool exhausted) noexcept {
  if (thread.exhausted != exhausted) {
    thread.exhausted = exhausted;
    machine.exhausted_count += exhausted ? 1U : ~std::uint64_t{0};
  }
}

/// Puts a ready thread that is not current where it belongs.
void enqueue(Thread& thread) noexcept {
  if (thread.accounted && thread.budget.available(read_cntpct_el0()) == 0) {
    set_exhausted(thread, true);
    arm_timer();
    return;
  }
  machine.ready.push_back(thread.id, thread.priority);
}

/// Charges the current thread for its running time. Says whether its turn is over.
bool charge_current() noexcept {
  Thread* const current = machine.current;
  if (current == nullptr || !current->accounted) {
    return false;
  }
  const std::uint64_t now = read_cntpct_el0();
  const std::uint64_t used = now - machine.turn_start;
  machine.turn_start = now;
  return current->budget.charge(used, now);
}

bool is_running(const Thread* thread) noexcept {
  return thread != nullptr && thread->state == ThreadState::ready && !thread->exhausted;
}

/// Takes the processor from the current thread when its turn is over or someone is more urgent.
void consider_current(bool turn_over) noexcept {
  Thread* const current = machine.current;
  if (!is_running(current)) {
    machine.current = nullptr;
    return;
  }
  if (turn_over) {
    machine.current = nullptr;
    enqueue(*current);
  } else if (machine.ready.highest_priority() > current->priority) {
    machine.current = nullptr;
    machine.ready.push_front(current->id, current->priority);
  }
}

void wait_for_interrupt() noexcept {
  if (machine.guest_active) {
    leave_guest();
  }
  // A stopped guest's virtual interrupt would end the wait as well.
  gic::set_virtual_enabled(false);
  // Safety: an interrupt ends the wait although it is masked, and is taken by hand.
  asm volatile("dsb sy\n\twfi" ::: "memory");
  gic::set_virtual_enabled(true);
  take_interrupt();
}

void activate(Thread& thread) noexcept {
  if (thread.kind == ThreadKind::vcpu) {
    auto& vcpu = static_cast<Vcpu&>(thread);
    if (machine.loaded != &vcpu || !machine.guest_active) {
      enter_guest(vcpu);
    }
  } else if (machine.guest_active) {
    leave_guest();
  }
  write_vttbr_el2(thread.space);
}

}  // namespace

void make_ready(Thread& thread) noexcept {
  thread.state = ThreadState::ready;
  if (&thread != machine.current) {
    enqueue(thread);
  }
}

void make_waiting(Thread& thread, ThreadState state) noexcept {
  if (thread.state == ThreadState::ready && &thread != machine.current) {
    if (thread.exhausted) {
      set_exhausted(thread, false);
    } else {
      machine.ready.remove(thread.id, thread.priority);
    }
  }
  thread.state = state;
}

void yield() noexcept {
  charge_current();
  Thread* const current = machine.current;
  machine.current = nullptr;
  enqueue(*current);
}

Thread& schedule() noexcept {
  consider_current(charge_current());
  while (machine.current == nullptr) {
    const ThreadId next = machine.ready.pop();
    if (next == no_thread) {
      wait_for_interrupt();
      continue;
    }
    machine.current = &machine.thread(next);
    if (machine.current->accounted) {
      machine.turn_start = read_cntpct_el0();
      arm_timer();
    }
  }
  activate(*machine.current);
  return *machine.current;
}

void handle_timer() noexcept {
  const std::uint64_t now = read_cntpct_el0();
  if (machine.exhausted_count > 0) {
    for_each_thread([now](Thread& thread) {
      if (thread.exhausted && thread.budget.ready_at() <= now) {
        set_exhausted(thread, false);
        machine.ready.push_back(thread.id, thread.priority);
      }
    });
  }
  if (machine.delayed_irqs > 0) {
    deliver_delayed(now);
  }
  arm_timer();
}

void arm_timer() noexcept {
  std::uint64_t deadline = machine.delayed_irqs > 0 ? first_delayed() : never;
  if (machine.exhausted_count > 0) {
    for_each_thread([&deadline](const Thread& thread) {
      if (thread.exhausted) {
        deadline = std::min(deadline, thread.budget.ready_at());
      }
    });
  }
  if (machine.current != nullptr && machine.current->accounted) {
    deadline = std::min(deadline,
                        machine.turn_start + machine.current->budget.available(machine.turn_start));
  }
  write_cnthp_cval_el2(deadline);
  write_cnthp_ctl_el2(deadline == never ? 0 : 1);
}

}  // namespace serai::testbed
