// SPDX-License-Identifier: BSD-2-Clause
//
// A hostile driver against VirtIO over MMIO: the input is a program of register accesses, of
// changes to the rings, and of events behind the device.
#include "base/assert.hpp"
#include "core/irq_line.hpp"
#include "fuzz/virtio_guest.hpp"
#include "support/fake_interrupt_controller.hpp"
#include "virtio/transport/mmio.hpp"

namespace {

using serai::AccessSize;
using serai::fuzz::Input;
using serai::fuzz::VirtioGuest;
using serai::virtio::MmioTransport;

constexpr std::uint32_t intid = 48;
constexpr std::uint32_t known_status = 0x4f | 0x80;

struct Parts {
  serai::test::FakeInterruptController gic;
  VirtioGuest guest;
  MmioTransport mmio{guest.device,
                     guest.memory,
                     guest.queues,
                     guest.pool,
                     serai::IrqLine(gic, intid),
                     {.in_order = true, .queue_size = 16}};

  void write(std::uint64_t offset, std::uint64_t value) {
    SERAI_ASSERT(mmio.write(offset, AccessSize::word, value & 0xffff'ffff).has_value());
  }

  std::uint64_t read(std::uint64_t offset) { return mmio.read(offset, AccessSize::word).value(); }
};

void set_up_queue(Parts& parts, std::uint32_t queue) {
  parts.write(0x030, queue);
  parts.write(0x038, VirtioGuest::queue_size);
  parts.write(0x080, VirtioGuest::descriptors(queue));
  parts.write(0x084, 0);
  parts.write(0x090, VirtioGuest::driver_area(queue));
  parts.write(0x094, 0);
  parts.write(0x0a0, VirtioGuest::device_area(queue));
  parts.write(0x0a4, 0);
  parts.write(0x044, 1);
}

/// What a driver does that behaves, so that the fuzzer gets past it.
void start(Input& input, Parts& parts) {
  parts.write(0x070, 3);
  parts.write(0x024, 0);
  parts.write(0x020, input.number(2) << 20 & 0x3000'0000);
  parts.write(0x024, 1);
  parts.write(0x020, 1U | (input.byte() & 0x0cU) | (input.byte() & 1U) << 8);
  parts.write(0x070, 0xb);
  for (std::uint32_t queue = 0; queue < VirtioGuest::queue_count; ++queue) {
    set_up_queue(parts, queue);
  }
  parts.write(0x070, 0xf);
}

void step(Input& input, Parts& parts) {
  const std::uint8_t operation = input.byte();
  const bool any_size = (operation & 0x20) != 0;
  const auto size = any_size ? static_cast<AccessSize>(1U << (operation >> 6)) : AccessSize::word;
  const std::uint64_t offset =
      any_size ? input.number(2) % (MmioTransport::window_bytes - 7) : input.byte() % 0x80 * 4U;
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
      return parts.mmio.config_changed();
    case 6:
      static_cast<void>(parts.mmio.ring(offset, size));
      return;
    case 7:
      static_cast<void>(parts.mmio.ring(0x050, AccessSize::word));
      return;
    case 8:
      return input.byte() == 0 ? parts.mmio.reset() : set_up_queue(parts, input.byte() % 4U);
    case 9:
    case 10:
    case 11: {
      const auto value = parts.mmio.read(offset, size);
      SERAI_ASSERT(!value || serai::truncate(*value, size) == *value);
      return;
    }
    default:
      static_cast<void>(
          parts.mmio.write(offset, size, serai::truncate(input.telling_number(), size)));
  }
}

void check(Parts& parts) {
  const std::uint64_t status = parts.read(0x070);
  SERAI_ASSERT((status & ~std::uint64_t{known_status}) == 0);
  SERAI_ASSERT((status & 4) == 0 || (status & 8) != 0);
  SERAI_ASSERT(!parts.guest.device.is_active() || (status & 4) != 0);
  SERAI_ASSERT(parts.gic.is_high(intid) == (parts.read(0x060) != 0));
  SERAI_ASSERT(parts.guest.device.is_active() || parts.guest.device.in_flight() == 0);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Parts parts;
  Input input({data, size});
  while (!input.empty()) {
    step(input, parts);
    check(parts);
  }
  parts.mmio.reset();
  SERAI_ASSERT(!parts.gic.is_high(intid));
  SERAI_ASSERT(parts.guest.pool.free() == parts.guest.pool.capacity());
  return 0;
}
