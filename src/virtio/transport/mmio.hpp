// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>
#include <span>

#include "core/guest_memory.hpp"
#include "core/irq_line.hpp"
#include "core/mmio_device.hpp"
#include "virtio/device.hpp"
#include "virtio/transport/device_state.hpp"
#include "virtio/transport/options.hpp"

namespace serai::virtio {

/// VirtIO over MMIO, version 2 (VirtIO 1.2, 4.2). Everything it is given outlives it; `queues` are
/// as many as the device has, whose configuration is at most 256 bytes.
///
/// Control registers take aligned words only, the configuration aligned accesses of every width;
/// others fail with `unsupported` or `misaligned`. What is reserved or may only be written reads as
/// zero.
class MmioTransport final : public MmioDevice, public Events {
 public:
  static constexpr std::uint64_t window_bytes = 0x200;
  static constexpr std::uint64_t config_offset = 0x100;

  MmioTransport(Device& device, const GuestMemory& memory, std::span<Queue> queues,
                SegmentPool& pool, IrqLine line, TransportOptions options) noexcept;
  MmioTransport(const MmioTransport&) = delete;
  MmioTransport& operator=(const MmioTransport&) = delete;
  ~MmioTransport() = default;

  [[nodiscard]] Result<std::uint64_t> read(std::uint64_t offset, AccessSize size) noexcept override;
  [[nodiscard]] Result<void> write(std::uint64_t offset, AccessSize size,
                                   std::uint64_t value) noexcept override;

  /// QueueNotify. Which queue it is stands in the value, and to read that costs more than to look
  /// into every queue: so the device is notified of all that have something available, which
  /// VirtIO allows.
  [[nodiscard]] bool ring(std::uint64_t offset, AccessSize size) noexcept override;
  [[nodiscard]] Doorbell doorbell(std::uint64_t offset, AccessSize size) noexcept override;

  void reset() noexcept override;

  void queue_interrupt(std::uint16_t queue) noexcept override;
  void config_changed() noexcept override;
  void needs_reset() noexcept override;

 private:
  friend struct MmioRegisters;

  void act_on(Effect effect) noexcept;
  void set_interrupt_status(std::uint32_t value) noexcept;

  IrqLine line_;
  std::uint32_t interrupt_status_ = 0;
  DeviceState state_;
};

}  // namespace serai::virtio
