// SPDX-License-Identifier: BSD-2-Clause
//
// seL4's interface as C++. The SDK's microkit.h is no C++ (it declares a function called
// `protected`), so the few names of it that a PD needs stand here, spelled as Microkit's manual
// spells them, and only this folder includes this file.
#pragma once

#define __thread  // NOLINT(bugprone-reserved-identifier): the compiler's own word, unwanted here
extern "C" {
#include <sel4/sel4.h>
}
#undef __thread

// What Microkit's event loop sends with its next system call if no reply is due (the manual calls
// it deferred): a capability and the tag of a message whose words are in the IPC buffer. Another
// loop may have none of it.
extern "C" {
[[gnu::weak]] extern seL4_Bool microkit_have_signal;
[[gnu::weak]] extern seL4_CPtr microkit_signal_cap;
[[gnu::weak]] extern seL4_MessageInfo_t microkit_signal_msg;
}

namespace serai::microkit {

/// First capability slot of each kind in a PD's CSpace (Microkit manual, "Internals").
inline constexpr seL4_CPtr base_output_notification_cap = 10;
inline constexpr seL4_CPtr base_endpoint_cap = 74;
inline constexpr seL4_CPtr base_irq_cap = 138;
inline constexpr seL4_CPtr base_tcb_cap = 202;
inline constexpr seL4_CPtr base_vm_tcb_cap = 266;
inline constexpr seL4_CPtr base_vcpu_cap = 330;

}  // namespace serai::microkit
