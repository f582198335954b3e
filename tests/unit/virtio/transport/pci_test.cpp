// SPDX-License-Identifier: BSD-2-Clause
#include "virtio/transport/pci.hpp"

#include <gmock/gmock.h>

#include "pci_fixture.hpp"

namespace serai::virtio {
namespace {

using test::PciTransportTest;
using testing::ElementsAre;
using testing::IsEmpty;

TEST_F(PciTransportTest, IsAModernVirtioDevice) {
  EXPECT_EQ(config_read(0x00), 0x1042'1af4U);
  EXPECT_EQ(config_read(0x08), 0x0180'0001U);
  EXPECT_EQ(config_read(0x2c), 0x0042'1af4U);
  EXPECT_EQ(config_read(0x3d, AccessSize::byte), 1U) << "INTA";
}

TEST_F(PciTransportTest, ShowsEveryStructure) {
  EXPECT_EQ(types[1], 0x40U);
  EXPECT_EQ(types[2], 12U);
  EXPECT_GE(types[3], 1U);
  EXPECT_EQ(types[4], 12U);
  EXPECT_TRUE(types.contains(5));
  EXPECT_EQ(places.multiplier, 4U);
  EXPECT_EQ(places.notify % 0x1000, 0U) << "a page of its own";
  EXPECT_EQ(places.common % 4, 0U);
  EXPECT_EQ(places.device % 4, 0U);
  EXPECT_EQ(config_read(places.msix + 2, AccessSize::half), 3U) << "four vectors";
  EXPECT_EQ(config_read(places.msix + 4), 2U) << "table at the start of BAR 2";
  EXPECT_EQ(config_read(places.msix + 8), 0x802U) << "pending bits in BAR 2";
}

TEST_F(PciTransportTest, BarsTellTheirSizes) {
  for (const std::uint32_t bar : {0U, 2U}) {
    config_write(0x10 + 4 * bar, ~0U);
    config_write(0x14 + 4 * bar, ~0U);
  }
  EXPECT_EQ(config_read(0x10), 0xffff'e004U);
  EXPECT_EQ(config_read(0x14), ~0U);
  EXPECT_EQ(config_read(0x18), 0xffff'f004U);
  EXPECT_EQ(config_read(0x1c), ~0U);
  EXPECT_EQ(config_read(0x20), 0U);
  EXPECT_EQ(config_read(0x24), 0U);
  EXPECT_EQ(config_read(0x30), 0U) << "no ROM";
}

TEST_F(PciTransportTest, OffersFeatures) {
  EXPECT_EQ(common(4, AccessSize::word), 0b11 | 1U << 28 | 1U << 29);
  set_common(0, 1, AccessSize::word);
  EXPECT_EQ(common(0, AccessSize::word), 1U);
  EXPECT_EQ(common(4, AccessSize::word), 1U << 0 | 1U << 2 | 1U << 8);
}

TEST_F(PciTransportTest, SetsUpQueues) {
  EXPECT_EQ(common(18, AccessSize::half), 3U);
  start(feature::version_1 | 1);
  EXPECT_EQ(common(12, AccessSize::word), 1U) << "driver_feature reads back";
  EXPECT_TRUE(parts.queues[0].is_enabled());
  EXPECT_TRUE(parts.queues[1].is_enabled());
  EXPECT_EQ(common(22, AccessSize::half), 1U);
  EXPECT_EQ(common(24, AccessSize::half), 16U);
  EXPECT_EQ(common(30, AccessSize::half), 1U);
  EXPECT_EQ(common(40, AccessSize::word), (ram + 0x5000) & 0xffff'ffff);
  set_common(22, 3, AccessSize::half);
  EXPECT_EQ(common(24, AccessSize::half), 0U) << "no such queue";
}

TEST_F(PciTransportTest, AQueueIsNotDisabledByWritingZero) {
  start();
  set_common(28, 0, AccessSize::half);
  EXPECT_EQ(common(28, AccessSize::half), 1U);
}

TEST_F(PciTransportTest, TheAddressOfADoorbellTellsItsQueue) {
  start();
  parts.make_available(ram + 0x1000);
  parts.make_available(ram + 0x5000);
  const std::uint64_t doorbells = structures + places.notify - high_window;
  MmioDevice& window_device = bridge.high_window();
  EXPECT_TRUE(window_device.ring(doorbells + 4, AccessSize::half));
  EXPECT_TRUE(window_device.ring(doorbells, AccessSize::word));
  EXPECT_TRUE(window_device.ring(doorbells + 8, AccessSize::half)) << "not enabled";
  EXPECT_TRUE(window_device.ring(doorbells + 12, AccessSize::half)) << "does not exist";
  EXPECT_TRUE(window_device.ring(doorbells + 0xffc, AccessSize::half));
  EXPECT_TRUE(window_device.ring(doorbells + 2, AccessSize::half));
  EXPECT_FALSE(window_device.ring(doorbells - 0x1000, AccessSize::half));
  EXPECT_FALSE(bridge.window().ring(msix - window, AccessSize::word));
  EXPECT_THAT(parts.device.notified, ElementsAre(1, 0));
}

TEST_F(PciTransportTest, ADoorbellIsKnownUntilFunctionsMove) {
  start();
  parts.make_available(ram + 0x5000);
  const std::uint64_t doorbells = structures + places.notify - high_window;
  MmioDevice& window_device = bridge.high_window();
  const Doorbell doorbell = window_device.doorbell(doorbells + 4, AccessSize::half);
  ASSERT_NE(doorbell.target, nullptr);
  EXPECT_TRUE(doorbell.is_current());
  doorbell.target->ring(doorbell.number);
  EXPECT_THAT(parts.device.notified, ElementsAre(1));
  for (const std::uint64_t offset : {doorbells + 2, doorbells + 128, doorbells - 4}) {
    EXPECT_EQ(window_device.doorbell(offset, AccessSize::half).target, nullptr) << offset;
  }
  EXPECT_EQ(bridge.window().doorbell(msix - window, AccessSize::word).target, nullptr);
  // Any write to the header of any function may move one; this one switches Memory Space off.
  config_write(4, 0, AccessSize::half);
  EXPECT_FALSE(doorbell.is_current());
  EXPECT_EQ(window_device.doorbell(doorbells + 4, AccessSize::half).target, nullptr);
}

TEST_F(PciTransportTest, ADoorbellIsAlsoAWrite) {
  start();
  parts.make_available(ram + 0x5000);
  write(structures + places.notify + 4, 0, AccessSize::half);
  EXPECT_THAT(parts.device.notified, ElementsAre(1));
  EXPECT_EQ(read(structures + places.notify, AccessSize::half), 0U);
}

TEST_F(PciTransportTest, MsixTellsWhichQueue) {
  use_msix();
  start();
  events().queue_interrupt(1);
  EXPECT_THAT(sink.messages, ElementsAre(std::pair(0x802'0040UL, 82U)));
  EXPECT_EQ(read(structures + places.isr, AccessSize::byte), 0U);
  EXPECT_EQ(gic.changes, 0);
}

TEST_F(PciTransportTest, MsixTellsOfTheConfiguration) {
  use_msix();
  start();
  const std::uint64_t generation = common(21, AccessSize::byte);
  events().config_changed();
  EXPECT_THAT(sink.messages, ElementsAre(std::pair(0x802'0040UL, 80U)));
  EXPECT_NE(common(21, AccessSize::byte), generation);
  EXPECT_EQ(read(structures + places.isr, AccessSize::byte), 2U);
  EXPECT_FALSE(gic.is_high(intx));
}

TEST_F(PciTransportTest, VectorsAreChecked) {
  EXPECT_EQ(common(16, AccessSize::half), 0xffffU);
  set_common(16, 3, AccessSize::half);
  EXPECT_EQ(common(16, AccessSize::half), 3U);
  set_common(16, 4, AccessSize::half);
  EXPECT_EQ(common(16, AccessSize::half), 0xffffU);
  set_common(26, 0xfffe, AccessSize::half);
  EXPECT_EQ(common(26, AccessSize::half), 0xffffU);
  set_common(22, 100, AccessSize::half);
  set_common(26, 1, AccessSize::half);
  EXPECT_EQ(common(26, AccessSize::half), 0xffffU);
}

TEST_F(PciTransportTest, AQueueWithoutVectorIsSilent) {
  use_msix();
  set_common(22, 1, AccessSize::half);
  set_common(26, 0xffff, AccessSize::half);
  start();
  events().queue_interrupt(1);
  EXPECT_THAT(sink.messages, IsEmpty());
}

TEST_F(PciTransportTest, AMaskedVectorComesWhenItIsUnmasked) {
  use_msix();
  start();
  config_write(places.msix + 2, 0xc000, AccessSize::half);
  events().queue_interrupt(0);
  EXPECT_EQ(read(msix + 0x800), 2U);
  EXPECT_THAT(sink.messages, IsEmpty());
  config_write(places.msix + 2, 0x8000, AccessSize::half);
  EXPECT_THAT(sink.messages, ElementsAre(std::pair(0x802'0040UL, 81U)));
}

TEST_F(PciTransportTest, WithoutMsixTheLineIsUsed) {
  start();
  events().queue_interrupt(0);
  EXPECT_TRUE(gic.is_high(intx));
  EXPECT_EQ(config_read(6, AccessSize::half) & 8, 8U);
  EXPECT_EQ(read(structures + places.isr, AccessSize::byte), 1U);
  EXPECT_FALSE(gic.is_high(intx));
  EXPECT_EQ(config_read(6, AccessSize::half) & 8, 0U);
  EXPECT_EQ(read(structures + places.isr, AccessSize::byte), 0U);
  events().config_changed();
  EXPECT_EQ(read(structures + places.isr, AccessSize::byte), 2U);
}

TEST_F(PciTransportTest, InterruptDisableHoldsTheLineLow) {
  start();
  config_write(4, 0x406, AccessSize::half);
  events().queue_interrupt(0);
  EXPECT_FALSE(gic.is_high(intx));
  EXPECT_EQ(config_read(6, AccessSize::half) & 8, 8U);
  config_write(4, 6, AccessSize::half);
  EXPECT_TRUE(gic.is_high(intx));
}

TEST_F(PciTransportTest, MsixTakesTheLineOver) {
  start();
  events().queue_interrupt(0);
  EXPECT_TRUE(gic.is_high(intx));
  use_msix();
  EXPECT_FALSE(gic.is_high(intx));
  EXPECT_EQ(config_read(6, AccessSize::half) & 8, 0U);
}

TEST_F(PciTransportTest, ADeviceThatCannotGoOnSaysSo) {
  use_msix();
  start();
  events().needs_reset();
  EXPECT_EQ(status(), 0x4fU);
  EXPECT_THAT(sink.messages, ElementsAre(std::pair(0x802'0040UL, 80U)));
}

TEST_F(PciTransportTest, AQueueOutsideMemoryNeedsAReset) {
  negotiate(feature::version_1);
  set_up(0, 0x1000);
  set_status(0xf);
  EXPECT_EQ(status(), 0x4fU);
  EXPECT_TRUE(gic.is_high(intx));
}

TEST_F(PciTransportTest, AQueueIsReset) {
  use_msix();
  start(feature::version_1 | feature::ring_reset);
  set_common(22, 1, AccessSize::half);
  set_common(58, 1, AccessSize::half);
  EXPECT_EQ(common(58, AccessSize::half), 0U);
  EXPECT_EQ(common(28, AccessSize::half), 0U);
  EXPECT_EQ(common(24, AccessSize::half), 256U);
  EXPECT_EQ(common(56, AccessSize::half), 0U) << "no queue_notify_data";
  EXPECT_EQ(common(26, AccessSize::half), 0xffffU);
  EXPECT_THAT(parts.device.queue_resets, ElementsAre(1));
  set_up(1, ram + 0x4000);
  EXPECT_TRUE(parts.queues[1].is_enabled());
}

TEST_F(PciTransportTest, ResetByTheDriverForgetsVectors) {
  use_msix();
  start();
  Events& stale = events();
  set_status(0);
  EXPECT_EQ(status(), 0U);
  EXPECT_EQ(common(16, AccessSize::half), 0xffffU);
  EXPECT_EQ(common(26, AccessSize::half), 0xffffU);
  EXPECT_FALSE(parts.queues[0].is_enabled());
  stale.queue_interrupt(0);
  EXPECT_THAT(sink.messages, IsEmpty());
  EXPECT_EQ(config_read(places.msix + 2, AccessSize::half) & 0x8000, 0x8000U)
      << "the configuration space does not belong to VirtIO";
  start();
}

TEST_F(PciTransportTest, ResetByTheMachineTurnsEverythingOff) {
  start();
  events().queue_interrupt(0);
  bridge.ecam().reset();
  EXPECT_FALSE(gic.is_high(intx));
  EXPECT_EQ(parts.device.resets, 1);
  EXPECT_EQ(config_read(0x10), 4U);
  EXPECT_EQ(config_read(0x14), 0U);
  EXPECT_EQ(config_read(0x04), 0x0010'0000U);
  EXPECT_EQ(config_read(places.msix + 2, AccessSize::half), 3U);
  EXPECT_EQ(read(structures), 0xffff'ffffU);
}

TEST_F(PciTransportTest, ADriverWithoutBarsUsesTheConfigurationSpace) {
  config_write(4, 0, AccessSize::half);  // no memory decoding at all
  const auto aim = [this](std::uint32_t bar, std::uint64_t offset, std::uint32_t length) {
    config_write(places.access + 4, bar, AccessSize::byte);
    config_write(places.access + 8, static_cast<std::uint32_t>(offset));
    config_write(places.access + 12, length);
  };
  aim(0, places.common + 18, 2);
  EXPECT_EQ(config_read(places.access + 16, AccessSize::half), 3U) << "num_queues";
  aim(0, places.common + 20, 1);
  config_write(places.access + 16, 3, AccessSize::byte);
  EXPECT_EQ(config_read(places.access + 16, AccessSize::byte), 3U) << "device_status";
  aim(2, 8, 4);
  config_write(places.access + 16, 0x1234'5678);
  EXPECT_EQ(config_read(places.access + 16), 0x1234'5678U) << "data of MSI-X vector 0";
}

TEST_F(PciTransportTest, AWindowThatIsAimedBadlyDoesNothing) {
  struct Aim {
    std::uint32_t bar, offset, length;
  };

  config_write(places.access + 16, 0x5555'5555);
  for (const Aim aim : {Aim{1, 0, 4}, Aim{6, 0, 4}, Aim{255, 0, 4}, Aim{0, 0x2000, 4},
                        Aim{0, 0xffff'fffc, 4}, Aim{2, 0x1000, 4}, Aim{0, 0, 0}, Aim{0, 0, 3},
                        Aim{0, 0, 8}, Aim{0, 0, ~0U}, Aim{0, 1, 2}, Aim{0, 2, 4}}) {
    config_write(places.access + 4, aim.bar, AccessSize::byte);
    config_write(places.access + 8, aim.offset);
    config_write(places.access + 12, aim.length);
    EXPECT_EQ(config_read(places.access + 16), 0x5555'5555U);
    config_write(places.access + 16, 0x5555'5555);
  }
  EXPECT_EQ(common(0, AccessSize::word), 0U);
}

TEST_F(PciTransportTest, TheDevicesConfigurationIsBehindItsStructure) {
  write(structures + places.device + 4, 0x1122'3344);
  EXPECT_EQ(parts.device.config[4], std::byte{0x44});
  EXPECT_EQ(read(structures + places.device + 6, AccessSize::half), 0x1122U);
  EXPECT_EQ(read(structures + places.device + 0x800), 0U);
  EXPECT_EQ(read(structures + places.device + 1, AccessSize::half), 0xffffU) << "misaligned";
}

TEST_F(PciTransportTest, FieldsTakeTheirOwnWidthOnly) {
  EXPECT_EQ(common(18, AccessSize::byte), 0xffU);
  EXPECT_EQ(common(16, AccessSize::word), 0xffff'ffffU);
  set_common(20, 0xffff'ff0f, AccessSize::word);
  EXPECT_EQ(status(), 0U);
  EXPECT_EQ(common(0, AccessSize::double_word), ~0ULL);
}

TEST_F(PciTransportTest, EveryAccessToTheBarsHasADefinedResult) {
  struct Bar {
    unsigned number;
    std::uint64_t bytes;
  };

  for (const Bar bar : {Bar{0, 0x2000}, Bar{2, 0x1000}, Bar{1, 0x1000}}) {
    for (const auto size :
         {AccessSize::byte, AccessSize::half, AccessSize::word, AccessSize::double_word}) {
      for (std::uint64_t offset = 0; offset + bytes_of(size) <= bar.bytes; ++offset) {
        for (const std::uint64_t value : {0ULL, ~0ULL, 0x5a5a'5a5a'5a5a'5a5aULL, 1ULL}) {
          const auto written = function.write_bar(bar.number, offset, size, truncate(value, size));
          const auto got = function.read_bar(bar.number, offset, size);
          const bool doorbell_or_isr = bar.number == 0 && (offset >= 0x1000 || offset / 256 == 1);
          ASSERT_EQ(got.has_value(), written.has_value());
          ASSERT_EQ(got.value_or(0), truncate(got.value_or(0), size));
          ASSERT_TRUE(got || got.error() != Error::not_found || bar.number == 1);
          ASSERT_TRUE(!doorbell_or_isr || got);
        }
        ASSERT_TRUE(parts.device.within_contract);
      }
    }
  }
}

TEST_F(PciTransportTest, EveryAccessToTheConfigurationSpaceHasADefinedResult) {
  start();
  for (const auto size : {AccessSize::byte, AccessSize::half, AccessSize::word}) {
    for (std::uint32_t offset = 0; offset < 4096; offset += bytes_of(size)) {
      for (const std::uint32_t value : {0U, ~0U, 0x5a5a'5a5aU, 1U}) {
        config_write(offset, static_cast<std::uint32_t>(truncate(value, size)), size);
        const std::uint32_t got = config_read(offset, size);
        ASSERT_EQ(got, truncate(got, size));
        if (offset >= 256) {
          ASSERT_EQ(got, 0U);
        }
      }
    }
  }
  EXPECT_EQ(config_read(0x00), 0x1042'1af4U);
  EXPECT_EQ(config_read(0x08), 0x0180'0001U);
  bridge.ecam().reset();
  place(0, structures);
  place(2, msix);
  config_write(4, 6, AccessSize::half);
  start();
}

}  // namespace
}  // namespace serai::virtio
