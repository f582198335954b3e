// SPDX-License-Identifier: BSD-2-Clause
#include "vmm/device_catalogue.hpp"

#include <algorithm>
#include <array>

#include "core/irq_line.hpp"
#include "vmm/unconnected_serial.hpp"

namespace serai::vmm {

struct Devices::Context {
  const config::VmmView& configuration;
  Bus& bus;
  InterruptController& interrupts;
  SignalPort& signals;
  ClockPort& clock;

  [[nodiscard]] IrqLine line(const config::Device& device) const noexcept {
    return device.intid == 0 ? IrqLine() : IrqLine(interrupts, device.intid);
  }

  [[nodiscard]] ChannelId channel_of(const config::Device& device) const noexcept {
    return device.serial_queue == config::no_channel
               ? no_channel
               : configuration.serial_queues()[device.serial_queue].channel;
  }
};

Result<void> Devices::build(const config::VmmView& configuration, Bus& bus,
                            InterruptController& interrupts, SignalPort& signals,
                            ClockPort& clock) noexcept {
  clock_ = &clock;
  const Context context{.configuration = configuration,
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

SerialBackend* Devices::make_serial(const Context& context, std::uint32_t index) noexcept {
  if (index == config::no_channel) {
    return arena_.create<UnconnectedSerial>();
  }
  const config::SerialQueue& queue = context.configuration.serial_queues()[index];
  return arena_.create<sddf::SddfSerialBackend>(
      sddf::SerialQueueMemory::at(queue.transmit_queue, queue.transmit_data,
                                  queue.transmit_capacity),
      sddf::SerialQueueMemory::at(queue.receive_queue, queue.receive_data, queue.receive_capacity),
      context.signals, queue.channel);
}

Result<MmioDevice*> Devices::make_pl011(const Context& context,
                                        const config::Device& device) noexcept {
  SerialBackend* const backend = make_serial(context, device.serial_queue);
  if (backend == nullptr) {
    return fail(Error::no_space);
  }
  auto* const uart = arena_.create<pl011::Pl011>(*backend, context.line(device));
  if (uart == nullptr) {
    return fail(Error::no_space);
  }
  const Serial serial{.device = uart, .channel = context.channel_of(device)};
  if (const auto added = serials_.push_back(serial); !added) {
    return fail(added.error());
  }
  return uart;
}

Result<MmioDevice*> Devices::make_pl031(const Context& context,
                                        const config::Device& device) noexcept {
  auto* const rtc =
      arena_.create<pl031::Pl031>(context.clock, device.epoch_seconds, context.line(device));
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
    if (serial.channel == channel) {
      serial.device->on_backend_ready();
    }
  }
}

}  // namespace serai::vmm
