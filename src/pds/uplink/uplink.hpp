// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "core/ports.hpp"
#include "core/protection_domain.hpp"
#include "drivers/virtio/board_device.hpp"
#include "drivers/virtio/dma_memory.hpp"
#include "drivers/virtio/driver_queue.hpp"
#include "drivers/virtio/register_port.hpp"
#include "pds/uplink/inbound.hpp"
#include "pds/uplink/outbound.hpp"

namespace serai::uplink {

/// Drives a VirtIO network device of the board for one client. The device reads and writes the
/// client's buffers itself.
///
/// With an extended client, checksums and segmentation are left to the device both ways, as far as
/// it offers them; packets that need what it does not offer are refused. A client that sends plain
/// frames completes them itself.
class Uplink final : public ProtectionDomain {
 public:
  struct Client {
    ClientSide transmit;  ///< what the client receives
    std::span<const std::byte> transmit_data;
    ClientSide receive;  ///< what the client sends
    std::span<const std::byte> receive_data;
    ChannelId transmit_channel = no_channel;
    ChannelId receive_channel = no_channel;
  };

  Uplink(drivers::RegisterPort& registers, SignalPort& signals, ChannelId device_channel) noexcept;

  /// Sets the device up. Errors: as the device's functions; `no_space` if `memory` is less than
  /// `memory_bytes`; `bad_value` for a client whose queues cannot be.
  Result<void> start(drivers::DmaMemory& memory, const Client& client) noexcept;

  /// Enough for the queues and headers.
  static constexpr std::size_t memory_bytes = 0x8000;

  void notified(ChannelId channel) noexcept override;

  /// An uplink offers no calls: every one is answered with label 1.
  Message called(ChannelId channel, const Message& message) noexcept override;

  /// Whether packets can pass. False once the device or the client broke the protocol.
  [[nodiscard]] bool is_up() const noexcept;

  [[nodiscard]] const OutboundCounters& counters() const noexcept { return outbound_->counters(); }

 private:
  Result<void> set_up(drivers::DmaMemory& memory, const Client& client) noexcept;
  [[nodiscard]] Result<std::uint64_t> negotiate(bool extended) noexcept;
  Result<void> set_up_queue(drivers::DmaMemory& memory, std::uint16_t index,
                            drivers::DriverQueue& queue, bool event_index) noexcept;
  void run() noexcept;
  void notify_client() noexcept;

  drivers::BoardDevice device_;
  SignalPort& signals_;
  ChannelId device_channel_;
  ChannelId transmit_channel_ = no_channel;
  ChannelId receive_channel_ = no_channel;
  drivers::DriverQueue inbound_queue_;
  drivers::DriverQueue outbound_queue_;
  std::optional<Inbound> inbound_;
  std::optional<Outbound> outbound_;
};

}  // namespace serai::uplink
