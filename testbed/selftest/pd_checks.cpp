// SPDX-License-Identifier: BSD-2-Clause
#include "pd_checks.hpp"

#include "check.hpp"
#include "report.hpp"

namespace serai::selftest {
namespace {

constexpr std::uint64_t ticks_per_millisecond = 62'500;
constinit std::uint64_t timer_deadline = 0;
constinit bool delayed = false;

}  // namespace

void check_calls() noexcept {
  constexpr microkit_channel server = 1;
  seL4_Word sum = 0;
  for (seL4_Uint8 i = 0; i < 20; ++i) {
    microkit_mr_set(i, i * seL4_Word{1000});
    sum += i * seL4_Word{1000};
  }
  const microkit_msginfo reply = microkit_ppcall(server, microkit_msginfo_new(41, 20));
  check_equal(microkit_msginfo_get_label(reply), 42, "a call's reply has its label");
  check_equal(microkit_msginfo_get_count(reply), 10, "a call's reply has its length");
  check_equal(microkit_mr_get(0), sum, "a call carries 20 words");
  check_equal(microkit_mr_get(9), ~sum, "a reply carries words beyond the registers");
  check(std::string_view(microkit_name) == "tester", "a PD knows its name");
}

void check_signals(microkit_channel server) noexcept {
  testbed_drop_notifications(server, 1);
  microkit_notify(server);
  check_equal(shared().server_signals, 1, "a signal wakes a more urgent PD at once");
  microkit_notify(server);
  check_equal(shared().server_signals, 2, "a PD can be signalled again");
}

void start_timer() noexcept {
  timer_deadline = counter() + ticks_per_millisecond;
  // Safety: the physical timer belongs to this PD.
  asm volatile(
      "msr cntp_cval_el0, %0\n\t"
      "msr cntp_ctl_el0, %1" ::"r"(timer_deadline),
      "r"(std::uint64_t{1}));
}

bool check_timer(microkit_channel timer) noexcept {
  // Safety: as above; the line must be low before the interrupt is acknowledged.
  asm volatile("msr cntp_ctl_el0, xzr\n\tisb");
  microkit_irq_ack(timer);
  if (delayed) {
    check(counter() >= timer_deadline + 2 * ticks_per_millisecond, "an interrupt can be delayed");
    return true;
  }
  check(counter() >= timer_deadline, "the timer's interrupt is a notification, not early");
  delayed = true;
  testbed_delay_irq(timer, 2 * ticks_per_millisecond);
  start_timer();
  return false;
}

void check_spinner() noexcept {
  const std::uint64_t took = shared().spinner_ended - shared().spinner_started;
  check(took > 20 * ticks_per_millisecond, "a budget of 1 ms in 10 ms makes 3 ms last over 20 ms");
  check(took < 60 * ticks_per_millisecond, "a budget comes back each period");
}

void check_kill(microkit_channel server) noexcept {
  testbed_kill_pd(server);
  const std::uint64_t before = shared().server_signals;
  microkit_notify(server);
  check_equal(shared().server_signals, before, "a killed PD hears nothing");
}

void check_crash(microkit_channel spinner) noexcept {
  shared().spinner_ended = 0;
  microkit_notify(spinner);
  check_equal(shared().spinner_ended, crashing, "a PD's crash stops nobody else");
}

}  // namespace serai::selftest
