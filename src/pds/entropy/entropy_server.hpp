// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "backends/sddf/serial_queue.hpp"
#include "base/result.hpp"
#include "core/protection_domain.hpp"
#include "drivers/virtio/board_device.hpp"
#include "drivers/virtio/dma_memory.hpp"
#include "drivers/virtio/driver_queue.hpp"

namespace serai::entropy {

/// Keeps each client's queue filled with random bytes of a VirtIO entropy device (VirtIO 1.2, 5.4).
/// Every byte goes to one client, or to none, and is wiped here. Clients take turns, a piece each;
/// one that takes bytes without end delays the others by no more than a piece.
class EntropyServer final : public ProtectionDomain {
 public:
  static constexpr std::size_t most_clients = 61;
  /// The most that the device is asked for at a time.
  static constexpr std::uint32_t piece_bytes = 512;

  EntropyServer(drivers::RegisterPort& registers, SignalPort& signals, LogPort& log,
                ChannelId device_channel) noexcept
      : device_(registers), signals_(signals), log_(log), device_channel_(device_channel) {}

  /// Resets the device and brings it up, first of all. Where that fails nobody gets anything.
  void bring_up(drivers::DmaMemory& memory) noexcept;

  /// Adds a client before `start`, whose queue goes on from where it is. Fails with `no_space`.
  Result<void> add_client(sddf::SerialQueueMemory queue, ChannelId channel) noexcept;

  void start() noexcept;

  void notified(ChannelId channel) noexcept override;

  /// There are no calls: every one is answered with label 1.
  Message called(ChannelId channel, const Message& message) noexcept override;

 private:
  struct Client {
    sddf::SerialProducer queue;
    ChannelId channel;
  };

  Result<void> set_up(drivers::DmaMemory& memory) noexcept;
  void pump() noexcept;
  void take_piece() noexcept;
  void hand_out(std::span<const std::byte> bytes) noexcept;
  [[nodiscard]] std::uint32_t wanted_bytes() noexcept;
  void ask() noexcept;
  void notify_clients() noexcept;
  void fail_device(std::string_view why) noexcept;

  [[nodiscard]] std::span<std::optional<Client>> clients() noexcept {
    return std::span(clients_).first(client_count_);
  }

  drivers::BoardDevice device_;
  SignalPort& signals_;
  LogPort& log_;
  ChannelId device_channel_;
  drivers::DriverQueue queue_;
  drivers::DmaPiece piece_;
  std::array<std::optional<Client>, most_clients> clients_{};
  std::size_t client_count_ = 0;
  std::size_t next_client_ = 0;
  bool failed_ = false;
};

}  // namespace serai::entropy
