// SPDX-License-Identifier: BSD-2-Clause
#include "config/vmm_checks.hpp"

#include <algorithm>
#include <array>

#include "config/blob.hpp"

namespace serai::config {

namespace {

constexpr std::uint64_t page_bytes = 0x1000;
constexpr std::uint32_t first_ppi = 16;
constexpr std::uint32_t first_spi = 32;
constexpr std::uint32_t most_interrupts = 1020;
/// GICv2 has eight CPU interfaces.
constexpr std::uint32_t most_vcpus = 8;

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

/// Whether `range` is clear of RAM and of the devices before index `count`.
bool is_free(const VmmView& view, const GuestRange& range, std::size_t count) noexcept {
  const auto clear_of = [&](const auto& other) {
    return !range.overlaps(*window(other.guest_address, other.size));
  };
  return std::ranges::all_of(view.memory(), clear_of) &&
         std::ranges::all_of(view.devices().first(count), clear_of);
}

Result<void> check_windows(const VmmView& view) noexcept {
  const VmmBlob& blob = view.blob();
  std::size_t count = 0;
  const auto check = [&](std::uint64_t address, std::uint64_t size) -> Result<void> {
    const auto range = window(address, size);
    if (!range.has_value()) {
      return fail(range.error());
    }
    return is_free(view, *range, count++) ? Result<void>() : fail(Error::overlap);
  };
  return check_all(
      [&] {
        return check_each(view.devices(), [&](const Device& device) {
          return check(device.guest_address, device.size);
        });
      },
      [&] { return check(blob.distributor_address, blob.distributor_size); });
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

 private:
  std::array<std::uint64_t, 16> taken_{};
  std::uint32_t count_;
};

Result<void> check_interrupts(const VmmView& view) noexcept {
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
      [&] { return check_each(view.serial_queues(), check_queue); },
      [&] {
        return check_each(view.serial_queues(), [&](const SerialQueue& queue) {
          return channels.take_shared(queue.channel, shared);
        });
      },
      [&]() -> Result<void> {
        const bool exists =
            blob.log_queue == no_channel || blob.log_queue < view.serial_queues().size();
        return exists ? Result<void>() : fail(Error::out_of_range);
      });
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
                   [&] { return check_windows(view); }, [&] { return check_interrupts(view); },
                   [&] { return check_channels(view); });
}

}  // namespace serai::config
