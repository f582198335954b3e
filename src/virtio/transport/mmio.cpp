// SPDX-License-Identifier: BSD-2-Clause
#include "virtio/transport/mmio.hpp"

#include "base/assert.hpp"
#include "virtio/transport/mmio_registers.hpp"

namespace serai::virtio {

MmioTransport::MmioTransport(Device& device, const GuestMemory& memory, std::span<Queue> queues,
                             SegmentPool& pool, IrqLine line, TransportOptions options) noexcept
    : line_(line), state_(device, memory, queues, pool, *this, options) {
  SERAI_ASSERT(state_.traits().config_bytes <= window_bytes - config_offset);
}

bool MmioTransport::ring(std::uint64_t offset, AccessSize size) noexcept {
  if (offset != mmio::queue_notify || size != AccessSize::word) {
    return false;
  }
  state_.notify_all();
  return true;
}

Doorbell MmioTransport::doorbell(std::uint64_t offset, AccessSize size) noexcept {
  if (offset != mmio::queue_notify || size != AccessSize::word) {
    return {};
  }
  return {.target = &state_, .now = &never_changes, .number = DeviceState::every_queue};
}

void MmioTransport::reset() noexcept {
  state_.reset();
  set_interrupt_status(0);
}

void MmioTransport::queue_interrupt(std::uint16_t /*queue*/) noexcept {
  if (state_.is_active()) {
    set_interrupt_status(interrupt_status_ | interrupt::used_buffer);
  }
}

void MmioTransport::config_changed() noexcept {
  act_on(state_.config_changed());
}

void MmioTransport::needs_reset() noexcept {
  act_on(state_.needs_reset());
}

void MmioTransport::act_on(Effect effect) noexcept {
  if (effect == Effect::was_reset) {
    set_interrupt_status(0);
  }
  if (effect == Effect::config_interrupt) {
    set_interrupt_status(interrupt_status_ | interrupt::configuration);
  }
}

void MmioTransport::set_interrupt_status(std::uint32_t value) noexcept {
  interrupt_status_ = value;
  line_.set(value != 0);
}

}  // namespace serai::virtio
