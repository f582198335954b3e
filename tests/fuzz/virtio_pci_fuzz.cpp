// SPDX-License-Identifier: BSD-2-Clause
//
// A hostile driver against VirtIO over PCI: the input is a program of accesses to the configuration
// space and the BARs, of changes to the rings, and of events behind the device.
#include "base/assert.hpp"
#include "fuzz/virtio_guest.hpp"
#include "pci/msi_frame.hpp"
#include "support/fake_interrupt_controller.hpp"
#include "virtio/transport/pci.hpp"

namespace {

using serai::AccessSize;
using serai::fuzz::Input;
using serai::fuzz::VirtioGuest;
using serai::virtio::PciTransport;

constexpr std::uint64_t frame_address = 0x802'0000;
constexpr std::uint32_t first_msi = 80;
constexpr std::uint32_t msi_count = 16;
constexpr std::uint32_t known_status = 0x4f | 0x80;

struct Pin final : serai::pci::InterruptPin {
  void set_intx(std::uint8_t slot, bool level) noexcept override {
    SERAI_ASSERT(slot == 5);
    high = level;
  }

  bool high = false;
};

/// Only the frame's own interrupts may ever be raised.
struct Controller final : serai::InterruptController {
  void set_level(std::uint32_t intid, bool /*high*/) noexcept override {
    SERAI_ASSERT(intid - first_msi < msi_count);
  }
};

struct Parts {
  Controller gic;
  Pin pin;
  serai::pci::MsiFrame frame{serai::GuestAddress(frame_address), first_msi, msi_count, gic};
  VirtioGuest guest;
  PciTransport function{guest.device,
                        guest.memory,
                        guest.queues,
                        guest.pool,
                        5,
                        frame,
                        pin,
                        {.in_order = true, .queue_size = 16}};

  void common(std::uint64_t offset, AccessSize size, std::uint64_t value) {
    SERAI_ASSERT(function.write_bar(0, offset, size, serai::truncate(value, size)).has_value());
  }

  std::uint64_t status() { return function.read_bar(0, 20, AccessSize::byte).value(); }
};

void set_up_queue(Parts& parts, std::uint32_t queue) {
  using enum AccessSize;
  parts.common(22, half, queue);
  parts.common(24, half, VirtioGuest::queue_size);
  parts.common(26, half, queue + 1);
  parts.common(32, word, VirtioGuest::descriptors(queue));
  parts.common(36, word, 0);
  parts.common(40, word, VirtioGuest::driver_area(queue));
  parts.common(44, word, 0);
  parts.common(48, word, VirtioGuest::device_area(queue));
  parts.common(52, word, 0);
  parts.common(28, half, 1);
}

void set_up_vectors(Parts& parts) {
  for (std::uint32_t vector = 0; vector < 4; ++vector) {
    parts.common(16, AccessSize::half, 0);
    for (const auto& [word, value] : {std::pair{0U, frame_address + 0x40},
                                      {4U, std::uint64_t{0}},
                                      {8U, std::uint64_t{first_msi} + vector},
                                      {12U, std::uint64_t{0}}}) {
      SERAI_ASSERT(
          parts.function.write_bar(2, 16 * vector + word, AccessSize::word, value).has_value());
    }
  }
}

/// What a driver does that behaves, so that the fuzzer gets past it.
void start(Input& input, Parts& parts) {
  using enum AccessSize;
  set_up_vectors(parts);
  parts.common(20, byte, 3);
  parts.common(8, word, 0);
  parts.common(12, word, input.number(2) << 20 & 0x3000'0000);
  parts.common(8, word, 1);
  parts.common(12, word, 1U | (input.byte() & 0x0cU) | (input.byte() & 1U) << 8);
  parts.common(20, byte, 0xb);
  for (std::uint32_t queue = 0; queue < VirtioGuest::queue_count; ++queue) {
    set_up_queue(parts, queue);
  }
  parts.common(20, byte, 0xf);
}

void access_config(Input& input, Parts& parts, bool writes) {
  const auto size = static_cast<AccessSize>(1U << (input.byte() % 3));
  const auto offset = static_cast<std::uint32_t>(input.byte() / bytes_of(size) * bytes_of(size));
  if (writes) {
    const std::uint64_t value = serai::truncate(input.telling_number(), size);
    parts.function.write_config(offset, size, static_cast<std::uint32_t>(value));
  } else {
    const std::uint32_t value = parts.function.read_config(offset, size);
    SERAI_ASSERT(serai::truncate(value, size) == value);
  }
}

void access_bar(Input& input, Parts& parts, bool writes) {
  // Of what lies in the BARs: the start of a page most of the time.
  constexpr std::uint64_t bar_bytes[] = {0x2000, 0x1000, 0x1000, 0x1000};
  const std::uint8_t choice = input.byte();
  const unsigned bar = choice & 3;
  const auto size = static_cast<AccessSize>(1U << (choice >> 2 & 3));
  const std::uint64_t page = choice & 0x10 ? 0x1000 : 0;
  const std::uint64_t offset =
      ((choice & 0xe0) == 0 ? input.number(2) : page + input.byte()) % (bar_bytes[bar] - 7);
  if (writes) {
    static_cast<void>(
        parts.function.write_bar(bar, offset, size, serai::truncate(input.telling_number(), size)));
    return;
  }
  const auto value = parts.function.read_bar(bar, offset, size);
  SERAI_ASSERT(!value || serai::truncate(*value, size) == *value);
}

void step(Input& input, Parts& parts) {
  const std::uint8_t operation = input.byte();
  switch (operation & 0xf) {
    case 0:
      return start(input, parts);
    case 1:
    case 2:
    case 3:
      return parts.guest.change(input);
    case 4:
      return parts.guest.device.back_end_ready();
    case 5:
      return parts.function.config_changed();
    case 6:
      static_cast<void>(
          parts.function.ring_bar(operation >> 4 & 3, input.number(2) % 0x1ff9, AccessSize::half));
      return;
    case 7:
      static_cast<void>(
          parts.function.ring_bar(0, 0x1000 + 4 * (operation >> 4), AccessSize::half));
      return;
    case 8:
      return input.byte() == 0 ? parts.function.reset() : set_up_queue(parts, input.byte() % 4U);
    case 9:
      return access_config(input, parts, false);
    case 10:
    case 11:
      return access_config(input, parts, true);
    case 12:
      return access_bar(input, parts, false);
    default:
      access_bar(input, parts, true);
  }
}

void check(Parts& parts) {
  const std::uint64_t status = parts.status();
  SERAI_ASSERT((status & ~std::uint64_t{known_status}) == 0);
  SERAI_ASSERT((status & 4) == 0 || (status & 8) != 0);
  SERAI_ASSERT(!parts.guest.device.is_active() || (status & 4) != 0);
  SERAI_ASSERT(parts.guest.device.is_active() || parts.guest.device.in_flight() == 0);
  const std::uint32_t command = parts.function.read_config(4, AccessSize::word);
  const bool disabled = (command & 0x400) != 0;
  const bool pending = (command >> 16 & 8) != 0;
  SERAI_ASSERT(parts.pin.high == (pending && !disabled));
  for (unsigned bar = 0; bar < serai::pci::Function::most_bars; ++bar) {
    const auto region = parts.function.region(bar);
    SERAI_ASSERT(region.size == 0 || ((command & 2) != 0 && region.address % region.size == 0));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Parts parts;
  Input input({data, size});
  while (!input.empty()) {
    step(input, parts);
    check(parts);
  }
  parts.function.reset();
  SERAI_ASSERT(!parts.pin.high);
  SERAI_ASSERT(parts.guest.pool.free() == parts.guest.pool.capacity());
  return 0;
}
