// SPDX-License-Identifier: BSD-2-Clause
//
// Microkit's entry points of a PD, in terms of core/protection_domain.hpp. `fault` is a VMM's own
// (fault_glue.cpp).
#include <algorithm>
#include <memory>

#include "core/protection_domain.hpp"
#include "platform/microkit/sel4.hpp"
#include "platform/microkit/signal_port.hpp"

namespace serai::microkit {
namespace {

constinit MicrokitSignalPort signal_port;
constinit ProtectionDomain* protection_domain = nullptr;

// Guest-controlled: label, length and words, by whoever may call this PD.
Message received(seL4_MessageInfo_t info) noexcept {
  Message message;
  message.label = seL4_MessageInfo_get_label(info);
  message.count = static_cast<std::uint32_t>(
      std::min<seL4_Word>(seL4_MessageInfo_get_length(info), Message::most_words));
  for (std::uint32_t i = 0; i < message.count; ++i) {
    message.words[i] = seL4_GetMR(static_cast<int>(i));
  }
  return message;
}

seL4_MessageInfo_t to_send(const Message& message) noexcept {
  for (std::uint32_t i = 0; i < message.count; ++i) {
    seL4_SetMR(static_cast<int>(i), message.words[i]);
  }
  return seL4_MessageInfo_new(message.label, 0, 0, message.count);
}

}  // namespace
}  // namespace serai::microkit

extern "C" {
void init();
void notified(unsigned channel);
// The entry point's name is a C++ keyword.
seL4_MessageInfo_t serai_protected(unsigned channel, seL4_MessageInfo_t info) __asm__("protected");
}

void init() {
  using namespace serai::microkit;
  // Whatever an earlier life of this PD left behind is not relied upon.
  std::construct_at(&signal_port);
  if (&microkit_have_signal != nullptr) {
    microkit_have_signal = seL4_False;
  }
  protection_domain = &serai::start_protection_domain(signal_port);
}

void notified(unsigned channel) {
  serai::microkit::protection_domain->notified(channel);
}

seL4_MessageInfo_t serai_protected(unsigned channel, seL4_MessageInfo_t info) {
  using namespace serai::microkit;
  return to_send(protection_domain->called(channel, received(info)));
}
