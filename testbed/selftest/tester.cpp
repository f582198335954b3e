// SPDX-License-Identifier: BSD-2-Clause
//
// The self-test itself: a VMM and parent that knows which event must come next. Prints one line for
// each check and "self-test passed" or "self-test FAILED" at the end, then switches the machine
// off.
#include "check.hpp"
#include "child_script.hpp"
#include "guest_script.hpp"
#include "pd_checks.hpp"
#include "report.hpp"

namespace serai::selftest {
namespace {

constexpr microkit_channel server = 1;
constexpr microkit_channel spinner = 2;
constexpr microkit_channel witness = 3;
constexpr microkit_channel timer = 20;
constexpr microkit_child guest = 0;
constexpr microkit_child child = 7;

constinit GuestScript guest_script;
constinit ChildScript child_script;
constinit unsigned parts_left = 5;  // guest, child, timer, spinner, witness
constinit unsigned server_signals = 0;

void finish_part() noexcept {
  if (--parts_left > 0) {
    return;
  }
  check_equal(server_signals, 1, "a signal is lost on request, and only that one");
  check_kill(server);
  check_crash(spinner);
  print_verdict();
  testbed_power_off();
}

void handle_notification(microkit_channel channel) noexcept {
  switch (channel) {
    case server:
      ++server_signals;
      break;
    case timer:
      if (check_timer(timer)) {
        finish_part();
      }
      break;
    case spinner:
      check_spinner();
      finish_part();
      break;
    case witness:
      check_equal(shared().witness_failures, 0, "the witness found nothing wrong");
      finish_part();
      break;
    default:
      check(false, "a signal comes on a channel of this PD");
  }
}

bool handle_child(microkit_msginfo info, microkit_msginfo& reply) noexcept {
  const bool answered = child_script.handle(info, reply);
  if (child_script.is_done()) {
    finish_part();
  }
  return answered;
}

bool handle_guest(microkit_msginfo info) noexcept {
  const bool runs_on = guest_script.handle(info);
  if (guest_script.is_done()) {
    finish_part();
  }
  return runs_on;
}

}  // namespace
}  // namespace serai::selftest

using namespace serai::selftest;

extern "C" void init() {
  check_copies();
  check_calls();
  check_signals(server);
  start_timer();
  microkit_notify(spinner);
  guest_script.start(guest);
}

extern "C" void notified(microkit_channel channel) {
  handle_notification(channel);
}

extern "C" seL4_Bool fault(microkit_child child_id, microkit_msginfo msginfo,
                           microkit_msginfo* reply_msginfo) {
  *reply_msginfo = microkit_msginfo_new(0, 0);
  bool answered = false;
  if (child_id == guest) {
    answered = handle_guest(msginfo);
  } else if (child_id == child) {
    answered = handle_child(msginfo, *reply_msginfo);
  } else {
    check_equal(child_id, child, "a fault comes from the guest or the child");
  }
  return answered ? seL4_True : seL4_False;
}
