// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <span>

#include "core/guest_memory.hpp"
#include "pci/function.hpp"
#include "virtio/device.hpp"
#include "virtio/transport/options.hpp"

namespace serai::virtio {

/// VirtIO over PCI, modern only (VirtIO 1.2, 4.1), with MSI-X and INTx. Everything it is given
/// outlives it; `queues` are as many as the device has.
class PciTransport final : public pci::Function, public Events {
 public:
  PciTransport(Device& device, const GuestMemory& memory, std::span<Queue> queues,
               SegmentPool& pool, std::uint8_t slot, pci::MessageSink& messages,
               pci::InterruptPin& pin, TransportOptions options) noexcept;
};

}  // namespace serai::virtio
