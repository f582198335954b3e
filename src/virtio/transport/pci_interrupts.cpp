// SPDX-License-Identifier: BSD-2-Clause
//
// How a VirtIO function interrupts: MSI-X if the guest switched it on, INTA else (VirtIO 1.2,
// 4.1.4.5 and 4.1.5.3).
#include "virtio/transport/pci.hpp"

namespace serai::virtio {

void PciTransport::queue_interrupt(std::uint16_t queue) noexcept {
  if (msix_.is_enabled()) {
    msix_.raise(queue_vectors_[queue % queue_vectors_.size()]);
    return;
  }
  if (state_.is_active()) {
    isr_ |= interrupt::used_buffer;
    update_pin();
  }
}

void PciTransport::config_changed() noexcept {
  act_on(state_.config_changed());
}

void PciTransport::needs_reset() noexcept {
  act_on(state_.needs_reset());
}

void PciTransport::act_on(Effect effect) noexcept {
  if (effect == Effect::was_reset) {
    forget_interrupts();
  }
  if (effect == Effect::config_interrupt) {
    config_interrupt();
  }
}

void PciTransport::config_interrupt() noexcept {
  isr_ |= interrupt::configuration;
  if (msix_.is_enabled()) {
    msix_.raise(config_vector_);
  }
  update_pin();
}

void PciTransport::forget_interrupts() noexcept {
  isr_ = 0;
  config_vector_ = pci_layout::no_vector;
  queue_vectors_.fill(pci_layout::no_vector);
  update_pin();
}

void PciTransport::update_pin() noexcept {
  const bool pending = isr_ != 0 && !msix_.is_enabled();
  config_.show_interrupt(pending);
  pin_.set_intx(slot_, pending && !config_.intx_disabled());
}

std::uint16_t PciTransport::allowed_vector(std::uint32_t vector) const noexcept {
  // 4.1.5.1.2.1: what cannot be mapped reads back as VIRTIO_MSI_NO_VECTOR.
  return vector < msix_.count() ? static_cast<std::uint16_t>(vector) : pci_layout::no_vector;
}

}  // namespace serai::virtio
