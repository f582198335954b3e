// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "core/irq_line.hpp"
#include "core/mmio_device.hpp"
#include "core/ports.hpp"

namespace serai::pl031 {

/// ARM's PL031 real-time clock (ARM DDI 0224) as its one window of 4 KiB: a counter of seconds and
/// an alarm.
///
/// Does not own the clock. The alarm needs the machine's help: `next_deadline_ns` says when to call
/// `poll`. Difference from the specification: as behind a battery, the clock runs from the start
/// and shows the time of day; a guest that sets it changes its own view until the reset.
class Pl031 final : public MmioDevice {
 public:
  static constexpr std::size_t window_bytes = 0x1000;

  /// `epoch_seconds`: seconds since 1970 when `clock.now_ns()` was zero.
  Pl031(ClockPort& clock, std::uint64_t epoch_seconds, IrqLine line) noexcept;

  [[nodiscard]] Result<std::uint64_t> read(std::uint64_t offset, AccessSize size) noexcept override;

  [[nodiscard]] Result<void> write(std::uint64_t offset, AccessSize size,
                                   std::uint64_t value) noexcept override;

  void reset() noexcept override;

  /// When the alarm is due, in the clock's nanoseconds; nothing while it could not interrupt.
  [[nodiscard]] std::optional<std::uint64_t> next_deadline_ns() const noexcept;

  /// Raises the alarm if it is due. May be called at any time.
  void poll() noexcept;

 private:
  friend struct RegisterFunctions;

  [[nodiscard]] std::uint32_t seconds() const noexcept;
  void load(std::uint32_t value) noexcept;
  void set_match(std::uint32_t value) noexcept;
  void find_match() noexcept;
  void update_line() noexcept;

  ClockPort& clock_;
  std::uint64_t epoch_seconds_;
  IrqLine line_;
  std::uint32_t offset_ = 0;     ///< what the guest's view is ahead of the host's, modulo 2^32
  std::uint32_t match_ = 0;      ///< RTCMR
  std::uint32_t loaded_ = 0;     ///< RTCLR
  bool interrupt_mask_ = false;  ///< RTCIMSC: may interrupt
  bool raised_ = false;          ///< RTCRIS
  std::optional<std::uint64_t> match_ns_;
};

}  // namespace serai::pl031
