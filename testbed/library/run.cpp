// SPDX-License-Identifier: BSD-2-Clause
//
// A PD's event loop: one system call per event.
#include <microkit.h>
#include <testbed_control.h>

constinit char microkit_name[MICROKIT_PD_NAME_LENGTH] = {};

extern "C" [[noreturn]] void testbed_run();

extern "C" [[gnu::weak]] void notified(microkit_channel /*ch*/) {}

[[gnu::weak]] microkit_msginfo microkit_protected(microkit_channel /*ch*/,
                                                  microkit_msginfo /*msginfo*/) {
  microkit_dbg_puts(microkit_name);
  microkit_dbg_puts(" is missing the 'protected' entry point\n");
  microkit_internal_crash(seL4_NoError);
  return microkit_msginfo_new(0, 0);
}

extern "C" [[gnu::weak]] seL4_Bool fault(microkit_child /*child*/, microkit_msginfo /*msginfo*/,
                                         microkit_msginfo* /*reply_msginfo*/) {
  microkit_dbg_puts(microkit_name);
  microkit_dbg_puts(" is missing the 'fault' entry point\n");
  microkit_internal_crash(seL4_NoError);
  return seL4_False;
}

namespace {

constexpr seL4_CPtr input_cap = 1;
constexpr seL4_CPtr reply_cap = 4;
constexpr seL4_Word call_badge = seL4_Word{1} << 63;
constexpr seL4_Word fault_badge = seL4_Word{1} << 62;
constexpr seL4_Word child_mask = 0xff;
constexpr seL4_Word channel_mask = 0x3f;

void deliver_notifications(seL4_Word badge) {
  while (badge != 0) {
    const auto channel = static_cast<microkit_channel>(__builtin_ctzl(badge));
    badge &= badge - 1;
    notified(channel);
  }
}

/// Handles one event and says whether `message` became a reply to it.
bool handle(seL4_Word badge, seL4_MessageInfo_t& message) {
  if ((badge & fault_badge) != 0) {
    const seL4_MessageInfo_t fault_message = message;
    return fault(static_cast<microkit_child>(badge & child_mask), fault_message, &message) != 0;
  }
  if ((badge & call_badge) != 0) {
    message = microkit_protected(static_cast<microkit_channel>(badge & channel_mask), message);
    return true;
  }
  deliver_notifications(badge);
  return false;
}

}  // namespace

void testbed_run() {
  testbed_read_name(microkit_name);
  init();
  seL4_Word badge = 0;
  seL4_MessageInfo_t message = seL4_Recv(input_cap, &badge, reply_cap);
  for (;;) {
    message = handle(badge, message) ? seL4_ReplyRecv(input_cap, message, &badge, reply_cap)
                                     : seL4_Recv(input_cap, &badge, reply_cap);
  }
}
