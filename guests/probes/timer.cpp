// SPDX-License-Identifier: BSD-2-Clause
//
// The virtual timer, and waiting for it.
#include "runtime/cpu.hpp"
#include "runtime/gic.hpp"
#include "runtime/runtime.hpp"

namespace {

using namespace probe;

constexpr std::uint64_t enable = 1;
constexpr std::uint64_t imask = 2;
constexpr std::uint64_t istatus = 4;
constexpr std::uint32_t intid = gic::virtual_timer_intid;

std::uint64_t ticks_of(std::uint64_t microseconds) {
  return counter_frequency() / 1'000'000 * microseconds;
}

void stop_timer(std::uint32_t) {
  set_virtual_timer(0, 0);
}

void pass_time(std::uint64_t microseconds) {
  const std::uint64_t end = virtual_counter() + ticks_of(microseconds);
  while (virtual_counter() < end) {
  }
}

void counter_moves() {
  const std::uint64_t first = virtual_counter();
  pass_time(10);
  const std::uint64_t second = virtual_counter();
  check("timer.counter", second > first, "CNTVCT_EL0 does not move");
  check("timer.frequency", counter_frequency() > 1'000'000, "CNTFRQ_EL0 is not set");
}

void interrupt_in_time() {
  gic::record_interrupts(stop_timer);
  gic::enable(intid);
  const std::uint64_t due = virtual_counter() + ticks_of(2'000);
  set_virtual_timer(due, enable);
  const bool came = gic::wait_for(1, 1'000'000);
  const std::uint64_t now = virtual_counter();
  check("timer.interrupt", came && gic::recorded_intid(0) == intid, "it did not arrive");
  check("timer.not-early", now >= due, "it came early");
  check("timer.once", !gic::wait_for(2, 5'000), "it came again");
}

void many_interrupts() {
  constexpr unsigned rounds = 100;
  unsigned arrived = 0;
  for (unsigned i = 0; i < rounds; ++i) {
    gic::record_interrupts(stop_timer);
    set_virtual_timer(virtual_counter() + ticks_of(100), enable);
    arrived += gic::wait_for(1, 1'000'000) ? 1U : 0U;
  }
  check_equal("timer.a-hundred-times", arrived, rounds);
}

void masked_at_the_timer() {
  gic::record_interrupts(stop_timer);
  set_virtual_timer(virtual_counter(), enable | imask);
  check("timer.imask", !gic::wait_for(1, 5'000), "a masked timer interrupted");
  check_equal("timer.istatus", virtual_timer_control(), enable | imask | istatus);
  set_virtual_timer(virtual_counter(), enable);
  check("timer.unmasked", gic::wait_for(1), "it was lost");
}

void masked_at_the_distributor() {
  gic::record_interrupts(stop_timer);
  gic::disable(intid);
  set_virtual_timer(virtual_counter() + ticks_of(500), enable);
  check("timer.disabled", !gic::wait_for(1, 5'000), "a disabled interrupt arrived");
  check("timer.ispendr", gic::is_pending(intid), "ISPENDR does not show it");
  gic::enable(intid);
  check("timer.enabled-later", gic::wait_for(1), "it was lost");
}

void poll_for_pending() {
  gic::record_interrupts();
  gic::disable(intid);
  set_virtual_timer(virtual_counter() + ticks_of(1'000), enable);
  const std::uint64_t give_up = virtual_counter() + ticks_of(1'000'000);
  while (!gic::is_pending(intid) && virtual_counter() < give_up) {
  }
  check("timer.polled", gic::is_pending(intid), "ISPENDR never showed it");
  set_virtual_timer(0, 0);
  pass_time(100);
  check("timer.stopped-unpends", !gic::is_pending(intid), "ISPENDR shows a stopped timer");
  gic::enable(intid);
  check("timer.stopped-is-quiet", !gic::wait_for(1, 5'000), "a stopped timer interrupted");
}

void wake_from_wfi() {
  gic::record_interrupts(stop_timer);
  gic::enable(intid);
  const std::uint64_t due = virtual_counter() + ticks_of(20'000);
  set_virtual_timer(due, enable);
  while (gic::recorded() == 0) {
    // With interrupts masked, so that one that came just before is not slept through.
    wait_for_interrupt();
    allow_interrupts();
    synchronize();
    forbid_interrupts();
  }
  const std::uint64_t now = virtual_counter();
  check("timer.wfi", gic::recorded() == 1 && now >= due, "woken early, or more than once");
  check("timer.wfi-in-time", now - due < ticks_of(2'000'000), "woken two seconds late");
}

void wfi_with_something_pending() {
  gic::record_interrupts();
  gic::enable(1);
  gic::send_to_self(1);
  wait_for_interrupt();
  check("timer.wfi-pending", true, "");
  check("timer.wfi-pending-arrives", gic::wait_for(1), "it was lost");
}

}  // namespace

void probe_main() {
  gic::start();
  counter_moves();
  interrupt_in_time();
  many_interrupts();
  masked_at_the_timer();
  masked_at_the_distributor();
  poll_for_pending();
  wake_from_wfi();
  wfi_with_something_pending();
}
