// SPDX-License-Identifier: BSD-2-Clause
#include "vmm/passthrough.hpp"

namespace serai::vmm {

Result<void> PassthroughInterrupts::build(
    std::span<const config::PassthroughIrq> interrupts) noexcept {
  for (const config::PassthroughIrq& irq : interrupts) {
    const Interrupt interrupt{.intid = irq.intid, .channel = irq.channel};
    if (const auto added = interrupts_.push_back(interrupt); !added) {
      return added;
    }
    vgic_.attach(irq.intid, *this);
  }
  return {};
}

bool PassthroughInterrupts::notified(ChannelId channel) noexcept {
  for (Interrupt& interrupt : interrupts_) {
    if (interrupt.channel != channel) {
      continue;
    }
    interrupt.in_service = true;
    // The wire stays high until the guest is done, which serves an edge as well as a level.
    vgic_.set_level(interrupt.intid, true);
    return true;
  }
  return false;
}

bool PassthroughInterrupts::ended(std::uint32_t intid) noexcept {
  for (Interrupt& interrupt : interrupts_) {
    if (interrupt.intid == intid) {
      release(interrupt);
    }
  }
  return false;
}

void PassthroughInterrupts::release(Interrupt& interrupt) noexcept {
  // If the device still wants attention, the host's interrupt fires again at once.
  vgic_.set_level(interrupt.intid, false);
  if (interrupt.in_service) {
    interrupt.in_service = false;
    signals_.acknowledge_irq(interrupt.channel);
  }
}

void PassthroughInterrupts::reset() noexcept {
  for (Interrupt& interrupt : interrupts_) {
    release(interrupt);
  }
}

}  // namespace serai::vmm
