// SPDX-License-Identifier: BSD-2-Clause
#include "platform/microkit/signal_port.hpp"

#include "platform/microkit/sel4.hpp"

namespace serai::microkit {

void MicrokitSignalPort::notify(ChannelId channel) noexcept {
  seL4_Signal(base_output_notification_cap + channel);
}

void MicrokitSignalPort::acknowledge_irq(ChannelId channel) noexcept {
  // The only error is a capability that is not there: a channel that the system does not have.
  static_cast<void>(seL4_IRQHandler_Ack(base_irq_cap + channel));
}

}  // namespace serai::microkit
