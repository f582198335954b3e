// SPDX-License-Identifier: BSD-2-Clause
#include <optional>

#include "config/view.hpp"
#include "drivers/virtio/mmio_registers.hpp"
#include "pds/entropy/entropy_server.hpp"
#include "platform/microkit/configuration.hpp"
#include "platform/microkit/debug_log.hpp"
#include "platform/microkit/stop.hpp"

namespace serai {
namespace {

constinit std::optional<drivers::MmioRegisters> registers;
constinit std::optional<entropy::EntropyServer> server;
constinit microkit::DebugLog debug_log;

}  // namespace

ProtectionDomain& start_protection_domain(SignalPort& signals) {
  const auto view = config::EntropyView::open(microkit::configuration());
  if (!view) {
    microkit::stop_this_pd("entropy: the configuration is damaged");
  }
  const config::BoardVirtio& device = view->blob().device;
  registers.emplace(device.registers);
  server.emplace(*registers, signals, debug_log, device.channel);
  auto memory = drivers::DmaMemory::at(device.dma, device.dma_physical, device.dma_size);
  server->bring_up(memory);
  for (const config::EntropyClient& client : view->clients()) {
    const config::SerialQueue& queue = client.queue;
    const auto transmit = sddf::SerialQueueMemory::at(queue.transmit_queue, queue.transmit_data,
                                                      queue.transmit_capacity);
    if (!server->add_client(transmit, queue.channel)) {
      microkit::stop_this_pd("entropy: more clients than a PD has channels for");
    }
  }
  server->start();
  return *server;
}

}  // namespace serai
