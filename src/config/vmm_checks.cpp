// SPDX-License-Identifier: BSD-2-Clause
#include "config/vmm_checks.hpp"

#include <algorithm>
#include <array>

#include "config/blob.hpp"
#include "config/device_costs.hpp"
#include "config/queue_checks.hpp"

namespace serai::config {

namespace {

constexpr std::uint64_t page_bytes = 0x1000;
constexpr std::uint32_t first_ppi = 16;
constexpr std::uint32_t first_spi = 32;
/// GICv2 has eight CPU interfaces.
constexpr std::uint32_t most_vcpus = 8;
/// Of one device's registers (VirtIO 1.2, 4.2.2).
constexpr std::uint64_t virtio_window_bytes = 0x200;
/// INTA to INTD.
constexpr std::uint32_t intx_count = 4;

Result<GuestRange> window(std::uint64_t address, std::uint64_t size) noexcept {
  if (size == 0) {
    return fail(Error::bad_value);
  }
  return GuestRange::make(GuestAddress(address), size);
}

/// Whether `size` bytes from `address` lie in one piece of RAM. `size` is not 0.
bool in_ram(const VmmView& view, std::uint64_t address, std::uint64_t size) noexcept {
  return std::ranges::any_of(view.memory(), [&](const Memory& memory) {
    const auto range = window(memory.guest_address, memory.size);
    return range.has_value() && range->contains(GuestAddress(address), size);
  });
}

/// One piece of RAM behind those that are checked already.
Result<void> check_memory(std::span<const Memory> before, const Memory& memory) noexcept {
  const auto range = window(memory.guest_address, memory.size);
  if (!range.has_value()) {
    return fail(range.error());
  }
  if (!is_aligned(memory.guest_address | memory.size, page_bytes) ||
      !is_aligned(memory.vmm_address, alignof(std::uint64_t))) {
    return fail(Error::misaligned);
  }
  if (memory.vmm_address == 0) {
    return fail(Error::bad_value);
  }
  if (memory.vmm_address + memory.size < memory.vmm_address) {
    return fail(Error::overflow);
  }
  return check_each(before, [&](const Memory& other) {
    return range->overlaps(*window(other.guest_address, other.size)) ? fail(Error::overlap)
                                                                     : Result<void>();
  });
}

Result<void> check_all_memory(const VmmView& view) noexcept {
  if (view.memory().empty()) {
    return fail(Error::not_found);
  }
  std::size_t count = 0;
  return check_each(view.memory(), [&](const Memory& memory) {
    return check_memory(view.memory().first(count++), memory);
  });
}

Result<void> check_image(const VmmView& view, const Image& image) noexcept {
  switch (image.kind) {
    case ImageKind::kernel:
    case ImageKind::initrd:
    case ImageKind::device_tree:
    case ImageKind::other:
      break;
    default:
      return fail(Error::bad_value);
  }
  const std::uint64_t whole = image.size + image.zero_bytes;
  if (whole < image.size || image.vmm_address + image.size < image.vmm_address) {
    return fail(Error::overflow);
  }
  if (whole == 0 || (image.size != 0 && image.vmm_address == 0)) {
    return fail(Error::bad_value);
  }
  return in_ram(view, image.guest_address, whole) ? Result<void>() : fail(Error::out_of_range);
}

Result<void> check_processor(const VmmView& view) noexcept {
  const VmmBlob& blob = view.blob();
  const bool known_policy = blob.unclaimed == UnclaimedPolicy::inject_abort ||
                            blob.unclaimed == UnclaimedPolicy::ignore ||
                            blob.unclaimed == UnclaimedPolicy::stop;
  if (blob.vcpu_count == 0 || blob.vcpu_count > most_vcpus || !known_policy) {
    return fail(Error::bad_value);
  }
  if (!is_aligned(blob.entry, 4)) {
    return fail(Error::misaligned);
  }
  if (!in_ram(view, blob.entry, 4) ||
      (blob.boot_argument != 0 && !in_ram(view, blob.boot_argument, 1))) {
    return fail(Error::out_of_range);
  }
  return {};
}

Result<void> check_interrupt_controller(const VmmBlob& blob) noexcept {
  const auto is_ppi = [](std::uint32_t intid) { return intid >= first_ppi && intid < first_spi; };
  if (blob.gic_version != 2) {
    return fail(Error::unsupported);
  }
  if (blob.interrupt_count < first_spi || blob.interrupt_count > most_interrupts ||
      blob.interrupt_count % 32 != 0) {
    return fail(Error::bad_value);
  }
  if (!is_ppi(blob.virtual_timer_intid) || !is_ppi(blob.physical_timer_intid) ||
      blob.virtual_timer_intid == blob.physical_timer_intid) {
    return fail(Error::bad_value);
  }
  if (!is_aligned(blob.distributor_address | blob.distributor_size, page_bytes)) {
    return fail(Error::misaligned);
  }
  return {};
}

Result<void> check_device(const VmmView& view, const Device& device) noexcept {
  if (device.kind != DeviceKind::pl011 && device.kind != DeviceKind::pl031) {
    return fail(Error::bad_value);
  }
  const bool has_queue = device.kind == DeviceKind::pl011 && device.serial_queue != no_channel;
  if (has_queue && device.serial_queue >= view.serial_queues().size()) {
    return fail(Error::out_of_range);
  }
  return {};
}

/// Calls `visit(address, size)` for every window of a device until it fails.
template <class Visit>
Result<void> each_window(const VmmView& view, Visit&& visit) noexcept {
  const VmmBlob& blob = view.blob();
  const PciHost& pci = blob.pci;
  const bool has_pci = view.pci() != nullptr;
  const auto part = [&](std::uint64_t address, std::uint64_t size) {
    return has_pci ? visit(address, size) : Result<void>();
  };
  return check_all(
      [&] {
        return check_each(view.devices(), [&](const Device& device) {
          return visit(device.guest_address, device.size);
        });
      },
      [&] { return visit(blob.distributor_address, blob.distributor_size); },
      [&] {
        return check_each(view.virtio_devices(), [&](const VirtioDevice& device) {
          return device.transport == VirtioTransport::mmio
                     ? visit(device.guest_address, virtio_window_bytes)
                     : Result<void>();
        });
      },
      [&] { return part(pci.ecam_address, pci.ecam_size); },
      [&] { return part(pci.window_address, pci.window_size); },
      [&] { return part(pci.high_window_address, pci.high_window_size); },
      [&] { return part(pci.msi_frame_address, page_bytes); });
}

/// Whether `range` is clear of RAM and of the first `count` windows.
bool is_free(const VmmView& view, const GuestRange& range, std::size_t count) noexcept {
  std::size_t index = 0;
  const bool clear_of_ram = std::ranges::none_of(view.memory(), [&](const Memory& memory) {
    return range.overlaps(*window(memory.guest_address, memory.size));
  });
  return clear_of_ram && each_window(view, [&](std::uint64_t address, std::uint64_t size) {
                           const bool collides =
                               index++ < count && range.overlaps(*window(address, size));
                           return collides ? fail(Error::overlap) : Result<void>();
                         }).has_value();
}

Result<void> check_windows(const VmmView& view) noexcept {
  std::size_t count = 0;
  return each_window(view, [&](std::uint64_t address, std::uint64_t size) -> Result<void> {
    const auto range = window(address, size);
    if (!range.has_value()) {
      return fail(range.error());
    }
    return is_free(view, *range, count++) ? Result<void>() : fail(Error::overlap);
  });
}

/// The guest's SPIs seen so far.
class InterruptSet {
 public:
  explicit InterruptSet(std::uint32_t count) noexcept : count_(count) {}

  Result<void> take(std::uint32_t intid) noexcept {
    if (intid < first_spi || intid >= count_) {
      return fail(Error::out_of_range);
    }
    std::uint64_t& word = taken_[intid / 64];
    if (test_bit(word, intid % 64)) {
      return fail(Error::overlap);
    }
    word |= bit(intid % 64);
    return {};
  }

  /// `count` of them from `first` on.
  Result<void> take(std::uint32_t first, std::uint32_t count) noexcept {
    for (std::uint32_t i = 0; i < count; ++i) {
      // A count that wraps comes to an INTID out of range first.
      if (const Result<void> taken = take(first + i); !taken.has_value()) {
        return taken;
      }
    }
    return {};
  }

 private:
  std::array<std::uint64_t, 16> taken_{};
  std::uint32_t count_;
};

Result<void> check_interrupts(const VmmView& view) noexcept {
  const PciHost* pci = view.pci();
  InterruptSet interrupts(view.blob().interrupt_count);
  return check_all(
      [&] {
        return check_each(view.devices(), [&](const Device& device) {
          return device.intid == 0 ? Result<void>() : interrupts.take(device.intid);
        });
      },
      [&] {
        return check_each(view.passthrough(), [&](const PassthroughIrq& irq) -> Result<void> {
          const bool known = irq.trigger == Trigger::level || irq.trigger == Trigger::edge;
          return known ? interrupts.take(irq.intid) : fail(Error::bad_value);
        });
      },
      [&] {
        return check_each(view.virtio_devices(), [&](const VirtioDevice& device) {
          return device.transport == VirtioTransport::mmio ? interrupts.take(device.intid)
                                                           : Result<void>();
        });
      },
      [&] {
        return pci == nullptr ? Result<void>() : interrupts.take(pci->first_intx_intid, intx_count);
      },
      [&] {
        return pci == nullptr ? Result<void>()
                              : interrupts.take(pci->first_msi_intid, pci->msi_count);
      });
}

Result<void> check_channels(const VmmView& view) noexcept {
  const VmmBlob& blob = view.blob();
  ChannelSet channels;
  ChannelSet shared;
  return check_all(
      [&] {
        return blob.timer_channel == no_channel ? Result<void>()
                                                : channels.take(blob.timer_channel);
      },
      [&] {
        return check_each(view.passthrough(),
                          [&](const PassthroughIrq& irq) { return channels.take(irq.channel); });
      },
      [&] {
        return check_each(view.serial_queues(),
                          [](const SerialQueue& queue) { return check_queue(queue); });
      },
      [&] {
        return check_each(view.serial_queues(), [&](const SerialQueue& queue) {
          return check_all([&] { return channels.take_shared(queue.channel, shared); },
                           [&] {
                             return queue.receive_capacity == 0
                                        ? Result<void>()
                                        : channels.take_shared(queue.receive_channel, shared);
                           });
        });
      },
      [&] {
        return check_each(view.block_queues(),
                          [&](const BlockQueue& queue) { return channels.take(queue.channel); });
      },
      [&] {
        return check_each(view.packet_queues(),
                          [&](const PacketQueue& queue) { return take_channels(queue, channels); });
      },
      [&]() -> Result<void> {
        const bool exists =
            blob.log_queue == no_channel || blob.log_queue < view.serial_queues().size();
        return exists ? Result<void>() : fail(Error::out_of_range);
      });
}

/// That a VMM has room for all of it.
Result<void> check_room(const VmmView& view) noexcept {
  const VmmBlob& blob = view.blob();
  const auto mmio = static_cast<std::size_t>(
      std::ranges::count(view.virtio_devices(), VirtioTransport::mmio, &VirtioDevice::transport));
  const bool fits =
      view.memory().size() <= most_memory && view.devices().size() <= most_devices &&
      mmio <= most_virtio_mmio &&
      device_memory(blob.pci, view.devices(), view.virtio_devices()) <= blob.device_memory_size;
  return fits ? Result<void>() : fail(Error::no_space);
}

}  // namespace

Result<void> check_contents(const VmmView& view) noexcept {
  return check_all([&] { return check_all_memory(view); }, [&] { return check_processor(view); },
                   [&] {
                     return check_each(view.images(), [&](const Image& image) {
                       return check_image(view, image);
                     });
                   },
                   [&] { return check_interrupt_controller(view.blob()); },
                   [&] {
                     return check_each(view.devices(), [&](const Device& device) {
                       return check_device(view, device);
                     });
                   },
                   [&] { return check_virtio(view); }, [&] { return check_windows(view); },
                   [&] { return check_interrupts(view); }, [&] { return check_channels(view); },
                   [&] { return check_room(view); });
}

}  // namespace serai::config
