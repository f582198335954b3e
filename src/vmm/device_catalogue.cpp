// SPDX-License-Identifier: BSD-2-Clause
#include "vmm/device_catalogue.hpp"

#include <algorithm>
#include <array>

#include "core/irq_line.hpp"
#include "vmm/back_ends.hpp"

namespace serai::vmm {

struct Devices::Context {
  const config::VmmView& configuration;
  DeviceMemory& memory;
  Bus& bus;
  InterruptController& interrupts;
  SignalPort& signals;
  ClockPort& clock;

  [[nodiscard]] IrqLine line(const config::Device& device) const noexcept {
    return device.intid == 0 ? IrqLine() : IrqLine(interrupts, device.intid);
  }
};

Result<void> Devices::build(const config::VmmView& configuration, DeviceMemory& memory, Bus& bus,
                            InterruptController& interrupts, SignalPort& signals,
                            ClockPort& clock) noexcept {
  clock_ = &clock;
  const Context context{.configuration = configuration,
                        .memory = memory,
                        .bus = bus,
                        .interrupts = interrupts,
                        .signals = signals,
                        .clock = clock};
  for (const config::Device& device : configuration.devices()) {
    if (const auto made = make(context, device); !made) {
      return made;
    }
  }
  return {};
}

Result<void> Devices::make(const Context& context, const config::Device& device) noexcept {
  using Maker = Result<MmioDevice*> (Devices::*)(const Context&, const config::Device&) noexcept;

  struct Entry {
    config::DeviceKind kind;
    std::string_view name;
    Maker maker;
  };

  static constexpr std::array<Entry, 2> catalogue = {{
      {config::DeviceKind::pl011, "PL011 UART", &Devices::make_pl011},
      {config::DeviceKind::pl031, "PL031 RTC", &Devices::make_pl031},
  }};
  for (const Entry& entry : catalogue) {
    if (entry.kind != device.kind) {
      continue;
    }
    const auto made = (this->*entry.maker)(context, device);
    if (!made) {
      return fail(made.error());
    }
    const auto window = GuestRange::make(GuestAddress(device.guest_address), device.size);
    return window ? context.bus.attach(*window, **made, entry.name)
                  : Result<void>(fail(window.error()));
  }
  return fail(Error::unsupported);
}

Result<MmioDevice*> Devices::make_pl011(const Context& context,
                                        const config::Device& device) noexcept {
  const auto serial =
      BackEnds(context.configuration, context.signals, context.memory).serial(device.serial_queue);
  if (!serial) {
    return fail(serial.error());
  }
  auto* const uart = context.memory.create<pl011::Pl011>(*serial->back_end, context.line(device));
  if (uart == nullptr) {
    return fail(Error::no_space);
  }
  const Serial listener{
      .device = uart, .channel = serial->channel, .other_channel = serial->other_channel};
  if (const auto added = serials_.push_back(listener); !added) {
    return fail(added.error());
  }
  return uart;
}

Result<MmioDevice*> Devices::make_pl031(const Context& context,
                                        const config::Device& device) noexcept {
  auto* const rtc = context.memory.create<pl031::Pl031>(context.clock, device.epoch_seconds,
                                                        context.line(device));
  if (rtc == nullptr) {
    return fail(Error::no_space);
  }
  if (const auto added = clocks_.push_back(rtc); !added) {
    return fail(added.error());
  }
  return rtc;
}

std::uint64_t Devices::earliest_deadline() noexcept {
  std::uint64_t earliest_ns = never;
  for (const pl031::Pl031* const rtc : clocks_) {
    earliest_ns = std::min(earliest_ns, rtc->next_deadline_ns().value_or(never));
  }
  // `never` in nanoseconds is a moment in ticks, which the clock would be asked for.
  return earliest_ns == never ? never : ns_to_ticks(earliest_ns, clock_->counter_frequency_hz());
}

void Devices::on_time() noexcept {
  for (pl031::Pl031* const rtc : clocks_) {
    rtc->poll();
  }
}

void Devices::notified(ChannelId channel) noexcept {
  for (const Serial& serial : serials_) {
    if (serial.channel == channel || serial.other_channel == channel) {
      serial.device->on_backend_ready();
    }
  }
}

}  // namespace serai::vmm
