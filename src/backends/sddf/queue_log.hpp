// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>

#include "backends/sddf/serial_queue.hpp"
#include "core/ports.hpp"

namespace serai::sddf {

/// A log whose lines go through an sDDF serial queue. A line for which there is no room is dropped
/// whole; the next that fits is preceded by one that says how many were. Does not own the memory
/// nor the signals.
class QueueLog final : public LogPort {
 public:
  QueueLog(SerialQueueMemory transmit, SignalPort& signals, ChannelId channel) noexcept
      : producer_(transmit), signals_(signals), channel_(channel) {}

  /// Longer lines than `most_line_bytes` are cut.
  void write_line(std::string_view line) noexcept override;

  static constexpr std::size_t most_line_bytes = 255;

 private:
  [[nodiscard]] bool try_write(std::string_view line) noexcept;

  SerialProducer producer_;
  SignalPort& signals_;
  ChannelId channel_;
  std::uint64_t dropped_ = 0;
};

}  // namespace serai::sddf
