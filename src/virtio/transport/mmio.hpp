// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <span>

#include "core/guest_memory.hpp"
#include "core/irq_line.hpp"
#include "core/mmio_device.hpp"
#include "virtio/device.hpp"
#include "virtio/transport/options.hpp"

namespace serai::virtio {

/// VirtIO over MMIO, version 2 (VirtIO 1.2, 4.2). Everything it is given outlives it; `queues` are
/// as many as the device has.
class MmioTransport final : public MmioDevice, public Events {
 public:
  static constexpr std::uint64_t window_bytes = 0x200;

  MmioTransport(Device& device, const GuestMemory& memory, std::span<Queue> queues,
                SegmentPool& pool, IrqLine line, TransportOptions options) noexcept;
};

}  // namespace serai::virtio
