// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>
#include <span>

#include "base/static_vector.hpp"
#include "config/view.hpp"
#include "core/bus.hpp"
#include "core/clock_units.hpp"
#include "core/guest_memory.hpp"
#include "core/interrupt_controller.hpp"
#include "core/ports.hpp"
#include "pci/host_bridge.hpp"
#include "pci/msi_frame.hpp"
#include "virtio/device.hpp"
#include "virtio/transport/options.hpp"
#include "vmm/back_ends.hpp"
#include "vmm/device_memory.hpp"

namespace serai::vmm {

/// A guest's VirtIO devices with their transports and back ends, and the PCI host that some of them
/// sit on. Each works through every event by itself: nothing is left for the end of one.
class VirtioDevices {
 public:
  /// All that they are made from; everything outlives them.
  struct Context {
    const config::VmmView& configuration;
    const GuestMemory& memory;
    Bus& bus;
    InterruptController& interrupts;
    SignalPort& signals;
    LogPort& log;
    DeviceMemory& storage;
  };

  /// Makes every device and attaches it. Once. Errors: `no_space`, `unsupported` for a kind unknown
  /// here, and those of `Bus::attach` and `pci::HostBridge::add`.
  Result<void> build(const Context& context) noexcept;

  /// A channel was signalled: tells the devices that use it.
  void notified(ChannelId channel) noexcept;

  /// When the back ends of disks and consoles are to be looked after, in ticks of the clock's
  /// counter; `never` while none is waited for. Stays the same until then, so that it costs few
  /// alarms.
  [[nodiscard]] std::uint64_t next_deadline(ClockPort& clock) noexcept {
    return watched_.empty() ? never : watch(clock);
  }

  /// Whether there is a device whose back end must not hold the guest.
  [[nodiscard]] bool are_watched() const noexcept { return !watched_.empty(); }

  /// It may be that time: lets devices whose back end has died go on without it.
  void on_time(ClockPort& clock) noexcept;

 private:
  /// The PCI slots and the places of MMIO.
  static constexpr std::size_t most_devices = 31 + config::most_virtio_mmio;
  /// No channel leads to two devices.
  static constexpr std::size_t most_listeners = 64;

  struct Listener {
    ChannelId channel = no_channel;
    virtio::Device* device = nullptr;
  };

  /// A device's queues and the memory that their chains are held in.
  struct Queues {
    std::span<virtio::Queue> queues;
    virtio::SegmentPool* pool = nullptr;
  };

  [[nodiscard]] std::uint64_t watch(ClockPort& clock) noexcept;
  Result<void> build_pci(const Context& context) noexcept;
  Result<void> add(const Context& context, const config::VirtioDevice& description) noexcept;
  Result<void> connect(const Context& context, const config::VirtioDevice& description,
                       virtio::Device& device, std::string_view name) noexcept;
  Result<void> connect_mmio(const Context& context, const config::VirtioDevice& description,
                            virtio::Device& device, const Queues& queues,
                            std::string_view name) noexcept;
  Result<void> connect_pci(const Context& context, const config::VirtioDevice& description,
                           virtio::Device& device, const Queues& queues) noexcept;

  Result<virtio::Device*> make_block(const Context& context,
                                     const config::VirtioDevice& description) noexcept;
  Result<virtio::Device*> make_network(const Context& context,
                                       const config::VirtioDevice& description) noexcept;
  Result<virtio::Device*> make_console(const Context& context,
                                       const config::VirtioDevice& description) noexcept;
  Result<virtio::Device*> make_entropy(const Context& context,
                                       const config::VirtioDevice& description) noexcept;
  Result<virtio::Device*> make_socket(const Context& context,
                                      const config::VirtioDevice& description) noexcept;

  /// Notes that `device` is to hear of both channels of its back end, which may be the same.
  template <class BackEnd>
  Result<void> listen_to(const Connected<BackEnd>& connected, virtio::Device& device) noexcept {
    const Result<void> noted = listen(connected.channel, device);
    return noted && connected.other_channel != connected.channel
               ? listen(connected.other_channel, device)
               : noted;
  }

  /// Notes that `device` is to hear of a channel, unless that is `no_channel`.
  Result<void> listen(ChannelId channel, virtio::Device& device) noexcept;
  static Result<Queues> make_queues(const Context& context, const config::VirtioDevice& description,
                                    const virtio::DeviceTraits& traits) noexcept;

  StaticVector<Listener, most_listeners> listeners_;
  StaticVector<virtio::Device*, most_devices> watched_;
  std::uint64_t watch_ = never;  ///< when to look after them
  pci::HostBridge* bridge_ = nullptr;
  pci::MsiFrame* messages_ = nullptr;
};

}  // namespace serai::vmm
