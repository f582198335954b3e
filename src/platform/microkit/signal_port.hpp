// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "core/ports.hpp"

namespace serai::microkit {

/// This PD's channels and interrupts. Every call takes effect at once: the calls that Microkit
/// defers to the next receive are lost in a fault handler of Microkit 2.0.1.
class MicrokitSignalPort final : public SignalPort {
 public:
  void notify(ChannelId channel) noexcept override;
  void acknowledge_irq(ChannelId channel) noexcept override;
};

}  // namespace serai::microkit
