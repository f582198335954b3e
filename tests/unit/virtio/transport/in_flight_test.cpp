// SPDX-License-Identifier: BSD-2-Clause
//
// Real queues, a guest's driver and a device whose back end is slow, behind each transport: what
// happens to what is in flight.
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <vector>

#include "support/fake_interrupt_controller.hpp"
#include "support/guest_ram.hpp"
#include "support/holding_virtio_device.hpp"
#include "support/virtio_driver.hpp"
#include "virtio/transport/mmio.hpp"
#include "virtio/transport/pci.hpp"

namespace serai::virtio {
namespace {

constexpr std::uint16_t queue_count = 2;

struct Parts {
  test::GuestRam ram;
  test::HoldingVirtioDevice device{queue_count};
  std::vector<Segment> segments = std::vector<Segment>(1024);
  SegmentPool pool{segments};
  std::vector<Queue> queues = std::vector<Queue>(queue_count);
};

/// A transport as a driver sees it.
class Port {
 public:
  virtual ~Port() = default;
  virtual void set_status(std::uint32_t value) = 0;
  virtual std::uint64_t status() = 0;
  virtual void accept(std::uint64_t features) = 0;
  virtual void set_up(std::uint32_t queue, const QueuePlace& place) = 0;
  virtual void reset_queue(std::uint32_t queue) = 0;
  virtual void ring(std::uint32_t queue) = 0;
  virtual void power_on() = 0;
  /// Whether the device interrupted since it was asked last.
  virtual bool take_interrupt() = 0;
};

class MmioPort final : public Port {
 public:
  explicit MmioPort(Parts& parts)
      : mmio_(parts.device, parts.ram.memory(), parts.queues, parts.pool, IrqLine(gic_, 48), {}) {}

  void set_status(std::uint32_t value) override { write(0x070, value); }

  std::uint64_t status() override { return mmio_.read(0x070, AccessSize::word).value(); }

  void accept(std::uint64_t features) override {
    for (const std::uint64_t half : {0U, 1U}) {
      write(0x024, half);
      write(0x020, features >> (32 * half) & 0xffff'ffff);
    }
  }

  void set_up(std::uint32_t queue, const QueuePlace& place) override {
    write(0x030, queue);
    write(0x038, place.size);
    std::uint64_t offset = 0x080;
    for (const GuestAddress area : {place.descriptors, place.driver_area, place.device_area}) {
      write(offset, area.value() & 0xffff'ffff);
      write(offset + 4, area.value() >> 32);
      offset += 0x10;
    }
    write(0x044, 1);
  }

  void reset_queue(std::uint32_t queue) override {
    write(0x030, queue);
    write(0x0c0, 1);
  }

  void ring(std::uint32_t /*queue*/) override { ASSERT_TRUE(mmio_.ring(0x050, AccessSize::word)); }

  void power_on() override { mmio_.reset(); }

  bool take_interrupt() override {
    const std::uint64_t reasons = mmio_.read(0x060, AccessSize::word).value();
    write(0x064, reasons);
    return reasons != 0;
  }

 private:
  void write(std::uint64_t offset, std::uint64_t value) {
    ASSERT_TRUE(mmio_.write(offset, AccessSize::word, value));
  }

  test::FakeInterruptController gic_;
  MmioTransport mmio_;
};

class PciPort final : public Port, pci::InterruptPin, pci::MessageSink {
 public:
  explicit PciPort(Parts& parts)
      : pci_(parts.device, parts.ram.memory(), parts.queues, parts.pool, 1, *this, *this, {}) {}

  void set_status(std::uint32_t value) override { write(20, AccessSize::byte, value); }

  std::uint64_t status() override { return pci_.read_bar(0, 20, AccessSize::byte).value(); }

  void accept(std::uint64_t features) override {
    for (const std::uint64_t half : {0U, 1U}) {
      write(8, AccessSize::word, half);
      write(12, AccessSize::word, features >> (32 * half) & 0xffff'ffff);
    }
  }

  void set_up(std::uint32_t queue, const QueuePlace& place) override {
    write(22, AccessSize::half, queue);
    write(24, AccessSize::half, place.size);
    std::uint64_t offset = 32;
    for (const GuestAddress area : {place.descriptors, place.driver_area, place.device_area}) {
      write(offset, AccessSize::word, area.value() & 0xffff'ffff);
      write(offset + 4, AccessSize::word, area.value() >> 32);
      offset += 8;
    }
    write(28, AccessSize::half, 1);
  }

  void reset_queue(std::uint32_t queue) override {
    write(22, AccessSize::half, queue);
    write(58, AccessSize::half, 1);
  }

  void ring(std::uint32_t queue) override {
    ASSERT_TRUE(pci_.ring_bar(0, 0x1000 + 4 * queue, AccessSize::half));
  }

  void power_on() override { pci_.reset(); }

  bool take_interrupt() override { return pci_.read_bar(0, 0x100, AccessSize::byte).value() != 0; }

 private:
  void set_intx(std::uint8_t /*slot*/, bool /*high*/) noexcept override {}

  void send(std::uint64_t /*address*/, std::uint32_t /*data*/) noexcept override {}

  void write(std::uint64_t offset, AccessSize size, std::uint64_t value) {
    ASSERT_TRUE(pci_.write_bar(0, offset, size, value));
  }

  PciTransport pci_;
};

struct Kind {
  bool pci;
  bool packed;
};

class InFlightTest : public testing::TestWithParam<Kind> {
 protected:
  void SetUp() override {
    if (GetParam().pci) {
      port = std::make_unique<PciPort>(parts);
    } else {
      port = std::make_unique<MmioPort>(parts);
    }
    for (std::uint16_t queue = 0; queue < queue_count; ++queue) {
      drivers.emplace_back(parts.ram, test::VirtioDriver::Options{.packed = GetParam().packed});
    }
  }

  void TearDown() override { port->power_on(); }

  void start() {
    port->set_status(3);
    port->accept(feature::version_1 | feature::indirect_desc | feature::ring_reset |
                 (GetParam().packed ? feature::ring_packed : 0));
    port->set_status(0xb);
    for (std::uint16_t queue = 0; queue < queue_count; ++queue) {
      drivers[queue].restart();
      port->set_up(queue, drivers[queue].place());
    }
    port->set_status(0xf);
    ASSERT_EQ(port->status(), 0xfU);
    ASSERT_TRUE(parts.device.is_active());
  }

  void send(std::uint16_t queue) {
    drivers[queue].send({test::VirtioDriver::bytes("to and fro")}, {64});
    port->ring(queue);
  }

  void expect_echo(std::uint16_t queue) {
    parts.device.back_end_ready();
    EXPECT_TRUE(port->take_interrupt());
    const auto used = drivers[queue].take_used();
    ASSERT_TRUE(used.has_value());
    EXPECT_EQ(used->data, test::VirtioDriver::bytes("to and fro"));
  }

  Parts parts;
  std::unique_ptr<Port> port;
  std::vector<test::VirtioDriver> drivers;
};

TEST_P(InFlightTest, AChainGoesThereAndBack) {
  start();
  for (int i = 0; i < 100; ++i) {
    send(1);
    expect_echo(1);
  }
}

TEST_P(InFlightTest, ResetDropsWhatIsInFlight) {
  start();
  for (int i = 0; i < 50; ++i) {
    send(0);
    send(1);
    ASSERT_EQ(parts.device.in_flight(), 2U);
    port->set_status(0);
    EXPECT_EQ(parts.device.in_flight(), 0U);
    EXPECT_EQ(parts.pool.free(), parts.pool.capacity());
    parts.device.back_end_ready();
    EXPECT_FALSE(drivers[0].take_used().has_value());
    start();
  }
  send(1);
  expect_echo(1);
}

TEST_P(InFlightTest, PowerOnDropsWhatIsInFlight) {
  start();
  send(0);
  port->power_on();
  EXPECT_EQ(parts.device.in_flight(), 0U);
  EXPECT_EQ(parts.pool.free(), parts.pool.capacity());
  EXPECT_EQ(port->status(), 0U);
  EXPECT_FALSE(port->take_interrupt());
  start();
  send(0);
  expect_echo(0);
}

TEST_P(InFlightTest, ResetOfOneQueueLeavesTheOther) {
  start();
  for (int i = 0; i < 50; ++i) {
    send(0);
    send(1);
    port->reset_queue(0);
    EXPECT_EQ(parts.device.in_flight(), 1U);
    expect_echo(1);
    EXPECT_FALSE(drivers[0].take_used().has_value());
    drivers[0].restart();
    port->set_up(0, drivers[0].place());
    EXPECT_EQ(port->status(), 0xfU);
    send(0);
    expect_echo(0);
  }
}

TEST_P(InFlightTest, ADriverThatBreaksItsQueueIsTold) {
  start();
  send(0);
  // A descriptor outside memory.
  const std::vector<test::VirtioDriver::Piece> outside = {
      {.address = 0x10, .bytes = 16, .writable = true}};
  ASSERT_TRUE(drivers[1].add(outside).has_value());
  drivers[1].kick();
  port->ring(1);
  EXPECT_EQ(port->status(), 0x4fU);
  EXPECT_TRUE(port->take_interrupt());
  port->ring(1);
  port->set_status(0);
  EXPECT_EQ(parts.pool.free(), parts.pool.capacity());
  start();
  send(1);
  expect_echo(1);
}

TEST_P(InFlightTest, FailedKeepsWhatIsInFlightUntilReset) {
  start();
  send(0);
  port->set_status(0x8f);
  send(0);
  EXPECT_EQ(parts.device.in_flight(), 1U);
  port->set_status(0);
  EXPECT_EQ(parts.device.in_flight(), 0U);
}

INSTANTIATE_TEST_SUITE_P(Transports, InFlightTest,
                         testing::Values(Kind{.pci = false, .packed = false},
                                         Kind{.pci = false, .packed = true},
                                         Kind{.pci = true, .packed = false},
                                         Kind{.pci = true, .packed = true}),
                         [](const auto& kind) {
                           return std::string(kind.param.pci ? "Pci" : "Mmio") +
                                  (kind.param.packed ? "Packed" : "Split");
                         });

}  // namespace
}  // namespace serai::virtio
