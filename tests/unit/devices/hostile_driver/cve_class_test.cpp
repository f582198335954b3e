// SPDX-License-Identifier: BSD-2-Clause
//
// R11: what has broken other monitors' VirtIO devices, tried on each of ours, over both kinds of
// ring. Each ends with the device answering or asking for a reset, and working after one.
// docs/design/assurance.md says which test holds which class.
#include <algorithm>
#include <gtest/gtest.h>
#include <tuple>

#include "support/memory_trap.hpp"
#include "unit/devices/hostile_driver/driven_device.hpp"

namespace serai::test {
namespace {

using Piece = VirtioDriver::Piece;

class CveClass : public testing::TestWithParam<std::tuple<DeviceKind, bool>> {
 protected:
  [[nodiscard]] bool is_packed() const { return std::get<1>(GetParam()); }

  VirtioDriver& driver(std::uint16_t queue) { return machine.drivers[queue]; }

  /// Everything that a back end could want to tell its device.
  void wake_all() {
    machine.devices.disk.finish_all();
    machine.device.back_end_ready();
  }

  /// A chain of these pieces on `queue`, and the device told of it.
  void offer(std::uint16_t queue, const std::vector<Piece>& pieces) {
    ASSERT_TRUE(driver(queue).add(pieces));
    driver(queue).kick();
    machine.notify(queue);
    wake_all();
  }

  /// Pieces in RAM for the small request of this device, with its contents.
  std::vector<Piece> lay_out(const DrivenDevice::Request& request) {
    std::vector<Piece> pieces;
    for (const auto& bytes : request.readable) {
      pieces.push_back({.address = machine.ram.allocate(bytes.size()),
                        .bytes = static_cast<std::uint32_t>(bytes.size()),
                        .writable = false});
      machine.ram.write(pieces.back().address, bytes);
    }
    for (const std::uint32_t bytes : request.writable) {
      pieces.push_back({.address = machine.ram.allocate(bytes), .bytes = bytes, .writable = true});
    }
    return pieces;
  }

  DrivenDevice machine{std::get<0>(GetParam()), std::get<1>(GetParam())};
};

TEST_P(CveClass, TheDevicesAreTriedWithWhatWorks) {
  EXPECT_TRUE(machine.works());
  machine.expect_works_again();
}

/// A queue's number that is used before it is checked (CVE-2015-8558 and others).
TEST_P(CveClass, QueueIndex) {
  for (const std::uint32_t queue : {32U, 33U, 64U, 255U, 256U, 0x7fffU, 0x8000U, 0xffffU, ~0U}) {
    machine.write(0x30, queue);
    machine.write(0x38, 16);
    machine.write(0x44, 1);
    machine.write(0xc0, 1);
    machine.write(0x50, queue);
    machine.write(0x44, 0);
  }
  EXPECT_TRUE(machine.works());
}

/// More chains made available than the ring has entries.
TEST_P(CveClass, InFlightBound) {
  for (std::uint16_t queue = 0; queue < machine.drivers.size(); ++queue) {
    SCOPED_TRACE(queue);
    const DrivenDevice::Request small = machine.request();
    machine.devices.source.arrive("bytes");
    if (is_packed()) {
      // Every descriptor available, none of them the end of a chain.
      for (std::uint32_t i = 0; i < driver(queue).place().size; ++i) {
        driver(queue).set_packed(driver(queue).descriptor_address(i), machine.ram.start(), 8, 0,
                                 1U << 7U | 1U);
      }
    } else {
      machine.ram.store<std::uint16_t>(driver(queue).available_index_address(), 0x8000);
    }
    machine.notify(queue);
    wake_all();
    EXPECT_TRUE(machine.needs_reset() || queue != small.queue);
    machine.expect_works_again();
  }
}

/// Requests whose first piece is too short, or whose length overflows a sum.
TEST_P(CveClass, Length) {
  const DrivenDevice::Request small = machine.request();
  for (const std::uint32_t bytes :
       {1U, 7U, 11U, 12U, 13U, 15U, 17U, 43U, 45U, 0x1'0000U, 0x20'0000U}) {
    SCOPED_TRACE(bytes);
    for (const bool writable : {false, true}) {
      machine.devices.source.arrive("some random bytes, more or less");
      offer(small.queue, {{machine.ram.start(), bytes, writable}});
      EXPECT_TRUE(machine.needs_reset() || driver(small.queue).take_used());
      machine.start();
    }
  }
  for (const std::uint32_t bytes : {0U, 0x7fff'ffffU, 0x8000'0000U, ~0U}) {
    SCOPED_TRACE(bytes);
    offer(small.queue, {{machine.ram.start(), bytes, false}});
    EXPECT_TRUE(machine.needs_reset());
    machine.start();
  }
  machine.expect_works_again();
}

/// A buffer that is a device's registers, or not wholly RAM: nothing behind the bus is touched,
/// since a device has no way there.
TEST_P(CveClass, DescriptorAimedAtMmio) {
  const DrivenDevice::Request small = machine.request();
  const std::uint64_t end = machine.ram.end();
  for (const std::uint64_t address :
       {std::uint64_t{0}, std::uint64_t{0x0800'0000}, std::uint64_t{0x0900'0000},
        std::uint64_t{0x0a00'0000}, std::uint64_t{0x3f00'0000}, machine.ram.start() - 1, end - 1,
        end, ~std::uint64_t{0} - 8, ~std::uint64_t{0}}) {
    SCOPED_TRACE(address);
    for (std::size_t i = 0; i < small.readable.size() + small.writable.size(); ++i) {
      auto pieces = lay_out(small);
      pieces[i].address = address;
      pieces[i].bytes = std::max(pieces[i].bytes, 16U);
      offer(small.queue, pieces);
      EXPECT_TRUE(machine.needs_reset());
      EXPECT_FALSE(driver(small.queue).take_used());
      machine.start();
    }
  }
  machine.expect_works_again();
}

/// Buffers that are the device's own rings: what it writes there it may read again, but never as
/// something that it has checked, and it does not call itself.
TEST_P(CveClass, ReEntry) {
  for (std::uint16_t queue = 0; queue < machine.drivers.size(); ++queue) {
    const auto place = driver(queue).place();
    for (const std::uint64_t address :
         {place.descriptors.value(), place.driver_area.value(), place.device_area.value()}) {
      SCOPED_TRACE(testing::Message() << "queue " << queue << ", address " << address);
      for (const bool writable : {false, true}) {
        machine.devices.source.arrive("some random bytes, more or less");
        machine.devices.lines[0].arrive("typed");
        machine.devices.wire.arrive(DrivenDevice::Bytes(100));
        machine.devices.packets.arrive(DrivenDevice::Bytes(44));
        DrivenDevice::Request small = machine.request();
        auto pieces = lay_out(small);
        pieces.insert(writable ? pieces.end() : pieces.begin() + (small.readable.empty() ? 0 : 1),
                      {.address = address, .bytes = 64, .writable = writable});
        offer(queue, pieces);
        wake_all();
        machine.start();
      }
    }
  }
  machine.devices.wire.arrived.clear();
  machine.devices.packets.arrived.clear();
  machine.expect_works_again();
}

/// Pieces that go the wrong way.
TEST_P(CveClass, Direction) {
  const DrivenDevice::Request small = machine.request();
  for (std::size_t i = 0; i < small.readable.size() + small.writable.size(); ++i) {
    SCOPED_TRACE(i);
    machine.devices.source.arrive("some random bytes, more or less");
    auto pieces = lay_out(small);
    pieces[i].writable = !pieces[i].writable;
    const auto before = machine.ram.read(pieces[i].address, pieces[i].bytes);
    offer(small.queue, pieces);
    EXPECT_TRUE(machine.needs_reset() || driver(small.queue).take_used());
    if (!pieces[i].writable) {
      EXPECT_EQ(machine.ram.read(pieces[i].address, pieces[i].bytes), before);
    }
    machine.start();
  }
  machine.expect_works_again();
}

/// A request of a kind that does not exist is answered, not forgotten.
TEST_P(CveClass, UnknownRequest) {
  DrivenDevice::Request strange = machine.request();
  if (machine.kind == DeviceKind::network || machine.kind == DeviceKind::console) {
    // Their data has no kinds; their control queues' messages do.
    strange = {.queue = static_cast<std::uint16_t>(machine.kind == DeviceKind::network ? 4 : 3),
               .readable = {DrivenDevice::Bytes(8)},
               .writable = {}};
    if (machine.kind == DeviceKind::network) {
      strange.writable = {1};
    }
  }
  for (unsigned value = 0; value < 256; value += 5) {
    for (auto& bytes : strange.readable) {
      std::ranges::fill(bytes, static_cast<std::byte>(value));
    }
    machine.devices.source.arrive("some random bytes, more or less");
    offer(strange.queue, lay_out(strange));
    ASSERT_TRUE(driver(strange.queue).take_used()) << value;
    ASSERT_FALSE(machine.needs_reset());
  }
  machine.devices.wire.sent.clear();
  machine.devices.packets.sent.clear();
  EXPECT_TRUE(machine.works());
}

/// What was in flight when the driver reset the device writes nothing afterwards, whatever its back
/// end still says.
TEST_P(CveClass, UseAfterReset) {
  DrivenDevice::Bytes read(16);
  for (std::uint16_t queue = 0; queue < machine.drivers.size(); ++queue) {
    for (int i = 0; i < 4; ++i) {
      // As many as there is room for.
      static_cast<void>(machine.drivers[queue].add({}, {1536, 1}));
      static_cast<void>(machine.drivers[queue].add({read}, {4096, 1}));
    }
    machine.drivers[queue].kick();
    machine.devices.lines[0].room = 0;
    machine.devices.lines[1].room = 0;
    machine.devices.wire.room = 0;
    machine.devices.packets.room = 0;
    machine.notify(queue);
  }
  machine.reset();
  const auto all = machine.ram.host_bytes();
  std::ranges::fill(all, std::byte{0xa5});
  machine.devices.lines[0].arrive("typed");
  machine.devices.source.arrive("some random bytes, more or less");
  machine.devices.wire.arrive(DrivenDevice::Bytes(100));
  machine.devices.packets.arrive(DrivenDevice::Bytes(44));
  wake_all();
  EXPECT_TRUE(std::ranges::all_of(all, [](std::byte byte) { return byte == std::byte{0xa5}; }));
  machine.devices.lines[0].room = FakeSerialBackend::unlimited;
  machine.devices.wire.room = machine.devices.packets.room = FakePacketBackend::plenty;
  machine.expect_works_again();
  EXPECT_TRUE(machine.devices.disk.has_all_buffers());
}

/// What the driver has got back is its own: the device neither reads nor writes there any more.
TEST_P(CveClass, UseAfterCompletion) {
  if (!MemoryTrap::is_supported()) {
    GTEST_SKIP() << "needs single steps on x86-64";
  }
  const DrivenDevice::Request small = machine.request();
  machine.devices.source.arrive("some random bytes, more or less");
  const auto pieces = lay_out(small);
  offer(small.queue, pieces);
  ASSERT_TRUE(driver(small.queue).take_used());
  machine.devices.lines[0].arrive("typed");
  MemoryTrap trap(machine.ram.host_bytes());
  machine.device.back_end_ready();
  machine.device.notify(small.queue);
  machine.device.check_progress();
  for (const std::size_t at : trap.stop()) {
    for (const Piece& piece : pieces) {
      const std::uint64_t start = piece.address - machine.ram.start();
      EXPECT_FALSE(at >= start && at < start + piece.bytes) << at;
    }
  }
}

/// A header is copied once and judged by the copy: no byte of it is looked at twice.
TEST_P(CveClass, DoubleFetch) {
  if (!MemoryTrap::is_supported()) {
    GTEST_SKIP() << "needs single steps on x86-64";
  }
  const DrivenDevice::Request small = machine.request();
  machine.devices.source.arrive("some random bytes, more or less");
  const auto pieces = lay_out(small);
  ASSERT_TRUE(driver(small.queue).add(pieces));
  driver(small.queue).kick();
  MemoryTrap trap(machine.ram.host_bytes());
  machine.device.notify(small.queue);
  const auto accesses = trap.stop();
  ASSERT_TRUE(driver(small.queue).take_used());
  const std::uint64_t start = pieces[0].address - machine.ram.start();
  std::size_t in_header = 0;
  for (std::size_t i = 0; i < accesses.size(); ++i) {
    if (accesses[i] < start || accesses[i] >= start + pieces[0].bytes) {
      continue;
    }
    ++in_header;
    // One copy of 16 bytes may be two accesses to them, one right behind the other.
    const auto later =
        accesses.begin() + static_cast<std::ptrdiff_t>(std::min(i + 2, accesses.size()));
    EXPECT_EQ(std::find(later, accesses.end(), accesses[i]), accesses.end()) << accesses[i];
  }
  EXPECT_NE(in_header, 0U);
}

INSTANTIATE_TEST_SUITE_P(Devices, CveClass,
                         testing::Combine(testing::ValuesIn(every_kind), testing::Bool()),
                         [](const auto& test) {
                           return name_of(std::get<0>(test.param)) +
                                  (std::get<1>(test.param) ? "_packed" : "_split");
                         });

}  // namespace
}  // namespace serai::test
