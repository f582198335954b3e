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
constexpr microkit_channel timer = 20;
constexpr microkit_child guest = 0;
constexpr microkit_child child = 7;

constinit GuestScript guest_script;
constinit ChildScript child_script;
constinit unsigned parts_left = 4;  // guest, child, timer, spinner

void finish_part() noexcept {
  if (--parts_left == 0) {
    print_verdict();
    testbed_power_off();
  }
}

}  // namespace
}  // namespace serai::selftest

using namespace serai::selftest;

extern "C" void init() {
  check_calls();
  check_signals(server);
  start_timer();
  microkit_notify(spinner);
  guest_script.start(guest);
}

extern "C" void notified(microkit_channel channel) {
  if (channel == timer) {
    check_timer(timer);
    finish_part();
  } else if (channel == spinner) {
    check_spinner();
    finish_part();
  }
}

extern "C" seL4_Bool fault(microkit_child child_id, microkit_msginfo msginfo,
                           microkit_msginfo* reply_msginfo) {
  *reply_msginfo = microkit_msginfo_new(0, 0);
  if (child_id == guest) {
    const bool runs_on = guest_script.handle(msginfo);
    if (guest_script.is_done()) {
      finish_part();
    }
    return runs_on ? seL4_True : seL4_False;
  }
  if (child_id != child) {
    check_equal(child_id, child, "a fault comes from the guest or the child");
    return seL4_False;
  }
  const bool answered = child_script.handle(msginfo, *reply_msginfo);
  if (child_script.is_done()) {
    finish_part();
  }
  return answered ? seL4_True : seL4_False;
}
