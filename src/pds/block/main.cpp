// SPDX-License-Identifier: BSD-2-Clause
#include <memory>
#include <optional>

#include "config/view.hpp"
#include "drivers/virtio/mmio_registers.hpp"
#include "pds/block/block_server.hpp"
#include "platform/microkit/configuration.hpp"
#include "platform/microkit/debug_log.hpp"
#include "platform/microkit/stop.hpp"

namespace serai {
namespace {

constinit std::optional<drivers::MmioRegisters> registers;
constinit std::optional<block::BlockServer> server;
constinit microkit::DebugLog debug_log;

block::BlockClient::Options options_of(const config::BlockClient& client) noexcept {
  const config::BlockQueue& queue = client.queue;
  return {.name = config::BlockView::name_of(client),
          .partition = client.partition,
          .read_only = config::BlockView::is_read_only(client),
          .physical = queue.data_physical,
          .channel = queue.channel,
          .memory = sddf::BlockQueueMemory::at({.requests = queue.requests,
                                                .responses = queue.responses,
                                                .storage_info = queue.storage_info,
                                                .data = queue.data,
                                                .data_bytes = queue.data_size,
                                                .capacity = queue.capacity})};
}

[[noreturn]] void crash() noexcept {
  microkit::stop_this_pd("disk: crashes, as `crash_after` says");
}

}  // namespace

ProtectionDomain& start_protection_domain(SignalPort& signals) {
  const auto view = config::BlockView::open(microkit::configuration());
  if (!view) {
    microkit::stop_this_pd("block: the configuration is damaged");
  }
  std::construct_at(&debug_log);  // an earlier life may have damaged it
  const config::BoardVirtio& device = view->blob().device;
  registers.emplace(device.registers);
  server.emplace(*registers, signals, debug_log, device.channel);
  auto memory = drivers::DmaMemory::at(device.dma, device.dma_physical, device.dma_size);
  server->bring_up(memory);
  for (const config::BlockClient& client : view->clients()) {
    if (!server->add_client(options_of(client))) {
      microkit::stop_this_pd("block: more clients than a PD has channels for");
    }
  }
  if (view->blob().crash_after != 0) {
    server->crash_after(view->blob().crash_after, crash);
  }
  server->start();
  return *server;
}

}  // namespace serai
