// SPDX-License-Identifier: BSD-2-Clause
#include "vmm/virtio_devices.hpp"

#include <algorithm>
#include <array>

#include "config/device_costs.hpp"
#include "core/irq_line.hpp"
#include "virtio/transport/mmio.hpp"
#include "virtio/transport/pci.hpp"

namespace serai::vmm {
namespace {

constexpr Bus::Traits plain_window{.doorbells = false, .self_contained = true};
constexpr Bus::Traits doorbell_window{.doorbells = true, .self_contained = true};

bool has(const config::VirtioDevice& description, config::VirtioFlag flag) noexcept {
  return (description.flags & static_cast<std::uint32_t>(flag)) != 0;
}

virtio::TransportOptions options_of(const config::VirtioDevice& description) noexcept {
  return {.packed = !has(description, config::VirtioFlag::no_packed),
          .queue_size = static_cast<std::uint16_t>(description.queue_size)};
}

}  // namespace

Result<void> VirtioDevices::build(const Context& context) noexcept {
  if (const auto built = build_pci(context); !built) {
    return built;
  }
  for (const config::VirtioDevice& description : context.configuration.virtio_devices()) {
    if (const auto added = add(context, description); !added) {
      return added;
    }
  }
  return {};
}

Result<void> VirtioDevices::build_pci(const Context& context) noexcept {
  const config::PciHost& host = context.configuration.blob().pci;
  if (host.ecam_size == 0) {
    return {};
  }
  const auto range = [](std::uint64_t address, std::uint64_t size) {
    return GuestRange::make(GuestAddress(address), size).value_or(GuestRange());
  };
  const pci::HostBridge::Place place{
      .ecam = range(host.ecam_address, host.ecam_size),
      .window = range(host.window_address, host.window_size),
      .high_window = range(host.high_window_address, host.high_window_size),
      .first_intx_intid = host.first_intx_intid};
  bridge_ = context.storage.create<pci::HostBridge>(place, context.interrupts);
  messages_ = context.storage.create<pci::MsiFrame>(GuestAddress(host.msi_frame_address),
                                                    host.first_msi_intid, host.msi_count,
                                                    context.interrupts);
  if (bridge_ == nullptr || messages_ == nullptr) {
    return fail(Error::no_space);
  }

  struct Entry {
    GuestRange range;
    MmioDevice* device;
    std::string_view name;
    Bus::Traits traits;
  };

  const std::array<Entry, 4> windows = {{
      {place.ecam, &bridge_->ecam(), "PCI configuration", plain_window},
      {place.window, &bridge_->window(), "PCI memory", doorbell_window},
      {place.high_window, &bridge_->high_window(), "PCI high memory", doorbell_window},
      {range(host.msi_frame_address, pci::MsiFrame::window_bytes), messages_, "GICv2m frame",
       plain_window},
  }};
  for (const Entry& entry : windows) {
    if (const auto attached =
            context.bus.attach(entry.range, *entry.device, entry.name, entry.traits);
        !attached) {
      return attached;
    }
  }
  return {};
}

Result<void> VirtioDevices::add(const Context& context,
                                const config::VirtioDevice& description) noexcept {
  using Maker = Result<virtio::Device*> (VirtioDevices::*)(const Context&,
                                                           const config::VirtioDevice&) noexcept;

  struct Entry {
    config::VirtioKind kind;
    std::string_view name;
    Maker maker;
  };

  static constexpr std::array<Entry, 5> catalogue = {{
      {config::VirtioKind::network, "virtio network", &VirtioDevices::make_network},
      {config::VirtioKind::block, "virtio disk", &VirtioDevices::make_block},
      {config::VirtioKind::console, "virtio console", &VirtioDevices::make_console},
      {config::VirtioKind::entropy, "virtio entropy", &VirtioDevices::make_entropy},
      {config::VirtioKind::socket, "virtio socket", &VirtioDevices::make_socket},
  }};
  for (const Entry& entry : catalogue) {
    if (entry.kind != description.kind) {
      continue;
    }
    const Result<virtio::Device*> made = (this->*entry.maker)(context, description);
    return made ? connect(context, description, **made, entry.name)
                : Result<void>(fail(made.error()));
  }
  return fail(Error::unsupported);
}

Result<void> VirtioDevices::connect(const Context& context, const config::VirtioDevice& description,
                                    virtio::Device& device, std::string_view name) noexcept {
  const Result<Queues> queues = make_queues(context, description, device.traits());
  if (!queues) {
    return fail(queues.error());
  }
  return description.transport == config::VirtioTransport::pci
             ? connect_pci(context, description, device, *queues)
             : connect_mmio(context, description, device, *queues, name);
}

Result<void> VirtioDevices::connect_mmio(const Context& context,
                                         const config::VirtioDevice& description,
                                         virtio::Device& device, const Queues& queues,
                                         std::string_view name) noexcept {
  auto* const transport = context.storage.create<virtio::MmioTransport>(
      device, context.memory, queues.queues, *queues.pool,
      IrqLine(context.interrupts, description.intid), options_of(description));
  if (transport == nullptr) {
    return fail(Error::no_space);
  }
  const auto window = GuestRange::make(GuestAddress(description.guest_address),
                                       virtio::MmioTransport::window_bytes);
  return window ? context.bus.attach(*window, *transport, name, doorbell_window)
                : Result<void>(fail(window.error()));
}

Result<void> VirtioDevices::connect_pci(const Context& context,
                                        const config::VirtioDevice& description,
                                        virtio::Device& device, const Queues& queues) noexcept {
  if (bridge_ == nullptr) {
    return fail(Error::not_found);
  }
  const auto slot = static_cast<std::uint8_t>(description.slot);
  auto* const transport = context.storage.create<virtio::PciTransport>(
      device, context.memory, queues.queues, *queues.pool, slot, *messages_, *bridge_,
      options_of(description));
  return transport == nullptr ? Result<void>(fail(Error::no_space))
                              : bridge_->add(slot, *transport);
}

Result<VirtioDevices::Queues> VirtioDevices::make_queues(
    const Context& context, const config::VirtioDevice& description,
    const virtio::DeviceTraits& traits) noexcept {
  const std::span<virtio::Queue> queues =
      context.storage.create_array<virtio::Queue>(traits.queue_count);
  const std::span<virtio::Segment> segments =
      context.storage.create_array<virtio::Segment>(config::segment_count(description));
  if (queues.empty() || segments.empty()) {
    return fail(Error::no_space);
  }
  auto* const pool = context.storage.create<virtio::SegmentPool>(segments);
  return pool == nullptr ? Result<Queues>(fail(Error::no_space))
                         : Queues{.queues = queues, .pool = pool};
}

Result<void> VirtioDevices::listen(ChannelId channel, virtio::Device& device) noexcept {
  return channel == no_channel
             ? Result<void>()
             : listeners_.push_back(Listener{.channel = channel, .device = &device});
}

std::uint64_t VirtioDevices::watch(ClockPort& clock) noexcept {
  constexpr std::uint64_t watch_every_seconds = 3;
  if (watch_ == never && std::ranges::any_of(watched_, &virtio::Device::is_waiting)) {
    watch_ = clock.counter() + watch_every_seconds * clock.counter_frequency_hz();
  }
  return watch_;
}

void VirtioDevices::on_time(ClockPort& clock) noexcept {
  if (watch_ == never || clock.counter() < watch_) {
    return;
  }
  watch_ = never;
  for (virtio::Device* const device : watched_) {
    device->check_progress();
  }
}

void VirtioDevices::notified(ChannelId channel) noexcept {
  for (const Listener& listener : listeners_) {
    if (listener.channel == channel) {
      listener.device->back_end_ready();
    }
  }
}

}  // namespace serai::vmm
