// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "backends/sddf/serial_queue.hpp"
#include "core/ports.hpp"
#include "core/serial_backend.hpp"

namespace serai::sddf {

/// Both directions of an sDDF serial connection. Does not own the memory nor the signals.
class SddfSerialBackend final : public SerialBackend {
 public:
  /// Where each direction's other side is signalled. Serai's own PDs have one channel for both;
  /// sDDF's virtualisers are a PD for each.
  struct Channels {
    ChannelId transmit = no_channel;
    ChannelId receive = no_channel;
  };

  SddfSerialBackend(SerialQueueMemory transmit, SerialQueueMemory receive, SignalPort& signals,
                    Channels channels) noexcept
      : producer_(transmit),
        consumer_(receive),
        their_window_(receive.window_size),
        our_window_(transmit.window_size),
        signals_(signals),
        channels_(channels) {}

  SddfSerialBackend(SerialQueueMemory transmit, SerialQueueMemory receive, SignalPort& signals,
                    ChannelId channel) noexcept
      : SddfSerialBackend(transmit, receive, signals,
                          Channels{.transmit = channel, .receive = channel}) {}

  /// Where not all fits, the other side is asked to signal once there is room.
  std::size_t send(std::span<const std::byte> characters) noexcept override;

  std::size_t receive(std::span<std::byte> to) noexcept override { return consumer_.read(to); }

  void flush() noexcept override;

  [[nodiscard]] WindowSize window_size() const noexcept override;
  void set_window_size(WindowSize size) noexcept override;

 private:
  SerialProducer producer_;
  SerialConsumer consumer_;
  std::uint32_t* their_window_;
  std::uint32_t* our_window_;
  bool has_resized_ = false;  ///< and nobody was told
  SignalPort& signals_;
  Channels channels_;
};

}  // namespace serai::sddf
