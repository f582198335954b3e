// SPDX-License-Identifier: BSD-2-Clause
//
// What the architecture-neutral code asks of a platform, or of a test that plays one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace serai {

/// A channel to another PD or to an interrupt, by its number in this PD (Microkit: 0 to 61).
using ChannelId = std::uint32_t;

/// No channel.
inline constexpr ChannelId no_channel = ~ChannelId{0};

/// Wakes other PDs and acknowledges interrupts.
class SignalPort {
 public:
  /// Signals the other end of `channel` at once.
  virtual void notify(ChannelId channel) noexcept = 0;

  /// Lets the interrupt of `channel` fire again.
  virtual void acknowledge_irq(ChannelId channel) noexcept = 0;

 protected:
  ~SignalPort() = default;
};

/// Takes whole lines for people who watch the system. A guest's own console does not go here.
class LogPort {
 public:
  /// Writes one line, without its newline. Never blocks; may drop the line when nobody drains it.
  virtual void write_line(std::string_view line) noexcept = 0;

 protected:
  ~LogPort() = default;
};

/// The host's clock and one alarm of this PD.
class ClockPort {
 public:
  /// Nanoseconds since the system started; never goes back.
  [[nodiscard]] virtual std::uint64_t now_ns() noexcept = 0;

  /// The host's raw counter, in the units and with the zero of CNTPCT_EL0.
  [[nodiscard]] virtual std::uint64_t counter() noexcept = 0;

  /// Frequency of `counter()` in hertz; never zero.
  [[nodiscard]] virtual std::uint64_t counter_frequency_hz() noexcept = 0;

  /// Asks for an event when `counter()` reaches `deadline`, in place of any earlier request. It may
  /// come early or late, so the receiver checks the time.
  virtual void set_alarm(std::uint64_t deadline) noexcept = 0;

 protected:
  ~ClockPort() = default;
};

/// Makes what this program wrote visible to a guest that runs with its caches off.
class CachePort {
 public:
  /// Cleans the data cache to the point of coherency for these bytes.
  virtual void clean(std::span<const std::byte> bytes) noexcept = 0;

 protected:
  ~CachePort() = default;
};

}  // namespace serai
