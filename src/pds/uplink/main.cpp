// SPDX-License-Identifier: BSD-2-Clause
#include <cstddef>
#include <optional>
#include <span>

#include "config/view.hpp"
#include "drivers/virtio/mmio_registers.hpp"
#include "pds/uplink/uplink.hpp"
#include "platform/microkit/configuration.hpp"
#include "platform/microkit/stop.hpp"

namespace serai {
namespace {

constinit std::optional<drivers::MmioRegisters> registers;
constinit std::optional<uplink::Uplink> the_uplink;

std::span<const std::byte> data_at(std::uint64_t address, const config::PacketQueue& queue) {
  // Safety: the address comes from the checked configuration, whose author mapped a region of this
  // size there for the life of this PD.
  return {reinterpret_cast<const std::byte*>(address),
          std::size_t{queue.capacity} * queue.buffer_bytes};
}

uplink::ClientSide side_of(std::uint64_t free, std::uint64_t active, std::uint64_t physical,
                           const config::PacketQueue& queue) {
  using sddf::PacketQueueMemory;
  return {
      .free = PacketQueueMemory::at(free, queue.capacity),
      .active = PacketQueueMemory::at(active, queue.capacity),
      .physical = physical,
      .buffer_bytes = queue.buffer_bytes,
      .extended = (queue.flags & static_cast<std::uint32_t>(config::PacketFlag::extended)) != 0};
}

uplink::Uplink::Client client_of(const config::PacketQueue& queue) {
  return {
      .transmit =
          side_of(queue.transmit_free, queue.transmit_active, queue.transmit_physical, queue),
      .transmit_data = data_at(queue.transmit_data, queue),
      .receive = side_of(queue.receive_free, queue.receive_active, queue.receive_physical, queue),
      .receive_data = data_at(queue.receive_data, queue),
      .transmit_channel = queue.transmit_channel,
      .receive_channel = queue.receive_channel};
}

}  // namespace

ProtectionDomain& start_protection_domain(SignalPort& signals) {
  const auto view = config::UplinkView::open(microkit::configuration());
  if (!view) {
    microkit::stop_this_pd("uplink: the configuration is damaged");
  }
  const config::BoardVirtio& device = view->blob().device;
  registers.emplace(device.registers);
  the_uplink.emplace(*registers, signals, device.channel);
  auto memory = drivers::DmaMemory::at(device.dma, device.dma_physical, device.dma_size);
  if (!the_uplink->start(memory, client_of(view->blob().client))) {
    microkit::stop_this_pd("uplink: no usable VirtIO network device");
  }
  return *the_uplink;
}

}  // namespace serai
