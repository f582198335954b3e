// SPDX-License-Identifier: BSD-2-Clause
//
// Has a budget of 1 ms in 10 ms and, when signalled, wants the processor for 3 ms of its own
// running time: it needs three periods for that. The second time it crashes.
#include "check.hpp"

using serai::selftest::counter;
using serai::selftest::shared;

constexpr microkit_channel tester = 0;

extern "C" void init() {}

extern "C" void notified(microkit_channel /*channel*/) {
  if (shared().spinner_started != 0) {
    shared().spinner_ended = serai::selftest::crashing;
    microkit_internal_crash(seL4_DeleteFirst);
  }
  constexpr std::uint64_t wanted = std::uint64_t{3} * 62'500;  // 3 ms of QEMU's counter
  constexpr std::uint64_t longest_step = 2'000;  // a larger one means that someone else ran
  shared().spinner_started = counter();
  std::uint64_t used = 0;
  std::uint64_t last = counter();
  while (used < wanted) {
    const std::uint64_t now = counter();
    if (now - last < longest_step) {
      used += now - last;
    }
    last = now;
  }
  shared().spinner_ended = counter();
  microkit_notify(tester);
}
