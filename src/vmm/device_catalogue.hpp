// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "base/static_vector.hpp"
#include "config/view.hpp"
#include "core/bus.hpp"
#include "core/clock_units.hpp"
#include "core/interrupt_controller.hpp"
#include "core/ports.hpp"
#include "devices/pl011/pl011.hpp"
#include "devices/pl031/pl031.hpp"
#include "vmm/device_memory.hpp"

namespace serai::vmm {

/// A guest's emulated devices other than VirtIO's, made from the configuration.
class Devices {
 public:
  /// Makes every device and attaches it to the bus. Once. Errors: `no_space`, `unsupported`
  /// for a kind unknown here, and those of `Bus::attach`. What it is
  /// given outlives it.
  Result<void> build(const config::VmmView& configuration, DeviceMemory& memory, Bus& bus,
                     InterruptController& interrupts, SignalPort& signals,
                     ClockPort& clock) noexcept;

  /// A channel was signalled: tells the devices that use it.
  void notified(ChannelId channel) noexcept;

  /// The alarm rang, or may have.
  void on_time() noexcept;

  /// When the first device wants `on_time`, in ticks of the clock's counter; `never` if none does.
  [[nodiscard]] std::uint64_t next_deadline() noexcept {
    return clocks_.empty() ? never : earliest_deadline();
  }

  /// Passes on what the devices produced during the event.
  void end_of_event() noexcept {
    for (const Serial& serial : serials_) {
      serial.device->end_of_event();
    }
  }

 private:
  static constexpr std::size_t most_of_a_kind = 8;

  struct Serial {
    pl011::Pl011* device = nullptr;
    ChannelId channel = no_channel;
    ChannelId other_channel = no_channel;
  };

  struct Context;

  [[nodiscard]] std::uint64_t earliest_deadline() noexcept;
  Result<void> make(const Context& context, const config::Device& device) noexcept;
  Result<MmioDevice*> make_pl011(const Context& context, const config::Device& device) noexcept;
  Result<MmioDevice*> make_pl031(const Context& context, const config::Device& device) noexcept;

  StaticVector<Serial, most_of_a_kind> serials_;
  StaticVector<pl031::Pl031*, most_of_a_kind> clocks_;
  ClockPort* clock_ = nullptr;
};

}  // namespace serai::vmm
