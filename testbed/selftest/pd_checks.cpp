// SPDX-License-Identifier: BSD-2-Clause
#include "pd_checks.hpp"

#include <array>
#include <cstddef>
#include <cstring>

#include "base/ram_copy.hpp"
#include "check.hpp"
#include "report.hpp"

namespace serai::selftest {
namespace {

constexpr std::uint64_t ticks_per_millisecond = 62'500;
constinit std::uint64_t timer_deadline = 0;
constinit bool delayed = false;

constexpr std::size_t copy_room = 512;
constinit std::array<std::byte, copy_room> copy_from{};
constinit std::array<std::byte, copy_room> copy_to{};
constexpr std::byte untouched{0xa5};

void copy(void* to, const void* from, std::size_t count) noexcept {
  std::memcpy(to, from, count);
}

using Copy = void (*)(void* to, const void* from, std::size_t count);
constexpr std::array<Copy, 3> copy_functions = {copy, serai_copy_from_ram, serai_copy_to_ram};

/// Whether `function` takes `count` bytes at `from` to `to`, and no others.
bool copies(Copy function, std::size_t to, std::size_t from, std::size_t count) noexcept {
  for (std::byte& byte : copy_to) {
    byte = untouched;
  }
  function(copy_to.data() + to, copy_from.data() + from, count);
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < copy_room; ++i) {
    const bool is_copied = i >= to && i < to + count;
    wrong += copy_to[i] == (is_copied ? copy_from[from + i - to] : untouched) ? 0U : 1U;
  }
  return wrong == 0;
}

/// The same where both overlap.
bool moves(std::size_t to, std::size_t from, std::size_t count) noexcept {
  copy_to = copy_from;
  std::memmove(copy_to.data() + to, copy_to.data() + from, count);
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < copy_room; ++i) {
    const bool is_copied = i >= to && i < to + count;
    wrong += copy_to[i] == copy_from[is_copied ? from + i - to : i] ? 0U : 1U;
  }
  return wrong == 0;
}

}  // namespace

void check_copies() noexcept {
  for (std::size_t i = 0; i < copy_room; ++i) {
    copy_from[i] = static_cast<std::byte>(i * 7 + i / 256);
  }
  constexpr std::array<std::size_t, 20> counts = {0,  1,  7,  8,  9,  15, 24,  31,  32,  33,
                                                  39, 40, 63, 64, 65, 95, 127, 128, 200, 300};
  unsigned failures = 0;
  for (std::size_t to = 8; to < 24; ++to) {
    for (std::size_t from = 8; from < 24; ++from) {
      for (const std::size_t count : counts) {
        failures += moves(to, from, count) ? 0U : 1U;
        for (const Copy function : copy_functions) {
          failures += copies(function, to, from, count) ? 0U : 1U;
        }
      }
    }
  }
  check_equal(failures, 0, "copies arrive whole from and to every alignment");
}

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
