// SPDX-License-Identifier: BSD-2-Clause
//
// Answers protected calls with the sum of their words and the label plus one, counts signals and
// returns each.
#include "check.hpp"

using serai::selftest::shared;

constexpr microkit_channel tester = 5;

extern "C" void init() {}

extern "C" void notified(microkit_channel channel) {
  shared().server_signals = shared().server_signals + 1;
  if (channel == tester) {
    microkit_notify(tester);
  }
}

microkit_msginfo microkit_protected(microkit_channel /*channel*/, microkit_msginfo info) {
  seL4_Word sum = 0;
  for (seL4_Word i = 0; i < microkit_msginfo_get_count(info); ++i) {
    sum += microkit_mr_get(static_cast<seL4_Uint8>(i));
  }
  microkit_mr_set(0, sum);
  microkit_mr_set(9, ~sum);
  return microkit_msginfo_new(microkit_msginfo_get_label(info) + 1, 10);
}
