// SPDX-License-Identifier: BSD-2-Clause
#include "virtio/transport/mmio.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/fake_interrupt_controller.hpp"
#include "support/recording_virtio_device.hpp"

namespace serai::virtio {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::uint64_t ram = test::TransportParts::ram_start;
constexpr std::uint32_t intid = 48;

class MmioTransportTest : public testing::Test {
 protected:
  std::uint32_t read(std::uint64_t offset) {
    return static_cast<std::uint32_t>(mmio.read(offset, AccessSize::word).value());
  }

  void write(std::uint64_t offset, std::uint32_t value) {
    ASSERT_TRUE(mmio.write(offset, AccessSize::word, value));
  }

  void negotiate(std::uint64_t features) {
    write(0x070, 1);
    write(0x070, 3);
    write(0x024, 0);
    write(0x020, static_cast<std::uint32_t>(features));
    write(0x024, 1);
    write(0x020, static_cast<std::uint32_t>(features >> 32));
    write(0x070, 0xb);
    ASSERT_EQ(read(0x070), 0xbU);
  }

  void set_up(std::uint32_t queue, std::uint64_t address) {
    write(0x030, queue);
    ASSERT_EQ(read(0x044), 0U);
    write(0x038, 16);
    const std::uint64_t areas[] = {address, address + 0x1000, address + 0x2000};
    for (std::uint64_t i = 0; i < 3; ++i) {
      write(0x080 + 0x10 * i, static_cast<std::uint32_t>(areas[i]));
      write(0x084 + 0x10 * i, static_cast<std::uint32_t>(areas[i] >> 32));
    }
    write(0x044, 1);
  }

  void start(std::uint64_t features = feature::version_1) {
    negotiate(features);
    set_up(0, ram);
    set_up(1, ram + 0x4000);
    write(0x070, 0xf);
    ASSERT_TRUE(parts.device.is_active());
  }

  Events& events() { return *parts.device.activation->events; }

  test::FakeInterruptController gic;
  test::TransportParts parts;
  MmioTransport mmio{parts.device, parts.memory, parts.queues, parts.pool, IrqLine(gic, intid), {}};
};

TEST_F(MmioTransportTest, SaysWhatItIs) {
  EXPECT_EQ(read(0x000), 0x7472'6976U);
  EXPECT_EQ(read(0x004), 2U) << "not legacy";
  EXPECT_EQ(read(0x008), 2U);
  EXPECT_EQ(read(0x00c), 0x4941'5253U);
}

TEST_F(MmioTransportTest, OffersFeaturesInTwoHalves) {
  EXPECT_EQ(read(0x010), 0b11 | 1U << 28 | 1U << 29);
  write(0x014, 1);
  EXPECT_EQ(read(0x010), 1U << 0 | 1U << 2 | 1U << 8);
}

TEST_F(MmioTransportTest, SetsUpQueues) {
  start();
  EXPECT_EQ(read(0x034), 256U);
  EXPECT_EQ(read(0x044), 1U);
  EXPECT_TRUE(parts.queues[0].is_enabled());
  EXPECT_TRUE(parts.queues[1].is_enabled());
  write(0x030, 3);
  EXPECT_EQ(read(0x034), 0U) << "no such queue";
}

TEST_F(MmioTransportTest, ANotificationNamesItsQueue) {
  start();
  parts.make_available(ram + 0x1000);
  parts.make_available(ram + 0x4000 + 0x1000);
  write(0x050, 1);
  write(0x050, 2);
  write(0x050, ~0U);
  EXPECT_THAT(parts.device.notified, ElementsAre(1));
}

TEST_F(MmioTransportTest, ADoorbellIsRungWithoutItsValue) {
  negotiate(feature::version_1);
  set_up(1, ram);
  write(0x070, 0xf);
  parts.make_available(ram + 0x1000);
  EXPECT_TRUE(mmio.ring(0x050, AccessSize::word));
  EXPECT_THAT(parts.device.notified, ElementsAre(1));
  const Doorbell doorbell = mmio.doorbell(0x050, AccessSize::word);
  ASSERT_NE(doorbell.target, nullptr);
  EXPECT_TRUE(doorbell.is_current());
  doorbell.target->ring(doorbell.number);
  EXPECT_THAT(parts.device.notified, ElementsAre(1, 1));
}

TEST_F(MmioTransportTest, NothingElseIsADoorbell) {
  start();
  for (std::uint64_t offset = 0; offset < MmioTransport::window_bytes; ++offset) {
    for (const auto size :
         {AccessSize::byte, AccessSize::half, AccessSize::word, AccessSize::double_word}) {
      const bool is_doorbell = offset == 0x050 && size == AccessSize::word;
      EXPECT_EQ(mmio.ring(offset, size), is_doorbell);
      EXPECT_EQ(mmio.doorbell(offset, size).target != nullptr, is_doorbell);
    }
  }
  EXPECT_THAT(parts.device.notified, IsEmpty());
}

TEST_F(MmioTransportTest, UsedBuffersRaiseTheLineUntilAcknowledged) {
  start();
  events().queue_interrupt(0);
  EXPECT_EQ(read(0x060), 1U);
  EXPECT_TRUE(gic.is_high(intid));
  write(0x064, 2);
  EXPECT_TRUE(gic.is_high(intid));
  write(0x064, 1);
  EXPECT_FALSE(gic.is_high(intid));
  EXPECT_EQ(read(0x060), 0U);
}

TEST_F(MmioTransportTest, AChangeOfTheConfigurationIsTold) {
  start();
  const std::uint32_t generation = read(0x0fc);
  events().config_changed();
  EXPECT_EQ(read(0x060), 2U);
  EXPECT_NE(read(0x0fc), generation);
  EXPECT_TRUE(gic.is_high(intid));
}

TEST_F(MmioTransportTest, ADeviceThatCannotGoOnSaysSo) {
  start();
  events().needs_reset();
  EXPECT_EQ(read(0x070), 0x4fU);
  EXPECT_EQ(read(0x060), 2U);
}

TEST_F(MmioTransportTest, AQueueOutsideMemoryNeedsAReset) {
  negotiate(feature::version_1);
  set_up(0, 0x1000);
  write(0x070, 0xf);
  EXPECT_EQ(read(0x070), 0x4fU);
  EXPECT_TRUE(gic.is_high(intid));
  EXPECT_FALSE(parts.device.is_active());
}

TEST_F(MmioTransportTest, ResetByTheDriverLowersTheLine) {
  start();
  Events& stale = events();
  stale.queue_interrupt(0);
  write(0x070, 0);
  EXPECT_EQ(read(0x070), 0U);
  EXPECT_EQ(read(0x060), 0U);
  EXPECT_FALSE(gic.is_high(intid));
  EXPECT_FALSE(parts.queues[0].is_enabled());
  stale.queue_interrupt(0);
  EXPECT_FALSE(gic.is_high(intid)) << "a device must not, but if it does";
  start();
}

TEST_F(MmioTransportTest, ResetByTheMachineDoesToo) {
  start();
  events().config_changed();
  mmio.reset();
  EXPECT_FALSE(gic.is_high(intid));
  EXPECT_EQ(parts.device.resets, 1);
  EXPECT_EQ(read(0x070), 0U);
}

TEST_F(MmioTransportTest, AQueueIsStoppedByQueueReady) {
  start();
  write(0x030, 1);
  write(0x044, 0);
  EXPECT_EQ(read(0x044), 0U);
  EXPECT_THAT(parts.device.queue_resets, ElementsAre(1));
  write(0x044, 2);
  EXPECT_EQ(read(0x044), 0U) << "neither 0 nor 1";
}

TEST_F(MmioTransportTest, AQueueIsReset) {
  start(feature::version_1 | feature::ring_reset);
  write(0x030, 1);
  write(0x0c0, 0);
  EXPECT_EQ(read(0x044), 1U);
  write(0x0c0, 1);
  EXPECT_EQ(read(0x0c0), 0U) << "it is done already";
  EXPECT_EQ(read(0x044), 0U);
  EXPECT_THAT(parts.device.queue_resets, ElementsAre(1));
}

TEST_F(MmioTransportTest, ThereIsNoSharedMemory) {
  write(0x0ac, 0);
  for (const std::uint64_t offset : {0x0b0U, 0x0b4U, 0x0b8U, 0x0bcU}) {
    EXPECT_EQ(read(offset), ~0U);
  }
}

TEST_F(MmioTransportTest, TheConfigurationTakesEveryAlignedWidth) {
  ASSERT_TRUE(mmio.write(0x100, AccessSize::double_word, 0x8877'6655'4433'2211));
  EXPECT_EQ(mmio.read(0x100, AccessSize::byte).value(), 0x11U);
  EXPECT_EQ(mmio.read(0x102, AccessSize::half).value(), 0x4433U);
  EXPECT_EQ(mmio.read(0x104, AccessSize::word).value(), 0x8877'6655U);
  ASSERT_TRUE(mmio.write(0x109, AccessSize::byte, 0x99));
  EXPECT_EQ(mmio.read(0x108, AccessSize::double_word).value(), 0x9900U);
  EXPECT_EQ(mmio.read(0x101, AccessSize::half).error(), Error::misaligned);
  EXPECT_EQ(mmio.write(0x102, AccessSize::word, 0).error(), Error::misaligned);
  EXPECT_TRUE(parts.device.within_contract);
}

TEST_F(MmioTransportTest, WhatMayOnlyBeWrittenReadsAsZero) {
  start();
  for (const std::uint64_t offset : {0x014U, 0x020U, 0x024U, 0x030U, 0x038U, 0x050U, 0x064U, 0x080U,
                                     0x084U, 0x090U, 0x094U, 0x0a0U, 0x0a4U, 0x0acU}) {
    EXPECT_EQ(read(offset), 0U) << std::hex << offset;
  }
}

/// What table 4.1 of VirtIO 1.2 does not name.
bool is_reserved(std::uint64_t offset) {
  for (const std::uint64_t used :
       {0x00U, 0x04U, 0x08U, 0x0cU, 0x10U, 0x14U, 0x20U, 0x24U, 0x30U, 0x34U,
        0x38U, 0x44U, 0x50U, 0x60U, 0x64U, 0x70U, 0x80U, 0x84U, 0x90U, 0x94U,
        0xa0U, 0xa4U, 0xacU, 0xb0U, 0xb4U, 0xb8U, 0xbcU, 0xc0U, 0xfcU}) {
    if (used == offset) {
      return false;
    }
  }
  return offset < MmioTransport::config_offset;
}

/// Whether an access to a control register or the configuration is answered, or why not.
std::optional<Error> refusal(std::uint64_t offset, AccessSize size) {
  if (offset >= MmioTransport::config_offset) {
    return offset % bytes_of(size) == 0 ? std::nullopt : std::optional(Error::misaligned);
  }
  if (size == AccessSize::double_word) {
    return Error::unsupported;
  }
  if (offset % 4 != 0) {
    return Error::misaligned;
  }
  return size == AccessSize::word || is_reserved(offset) ? std::nullopt
                                                         : std::optional(Error::unsupported);
}

TEST_F(MmioTransportTest, EveryAccessHasADefinedResult) {
  for (const auto size :
       {AccessSize::byte, AccessSize::half, AccessSize::word, AccessSize::double_word}) {
    for (std::uint64_t offset = 0; offset + bytes_of(size) <= MmioTransport::window_bytes;
         ++offset) {
      SCOPED_TRACE(testing::Message() << "offset " << offset << ", bytes " << bytes_of(size));
      const auto wrong = refusal(offset, size);
      for (const std::uint64_t value : {0ULL, ~0ULL, 0x5a5a'5a5a'5a5a'5a5aULL, 1ULL}) {
        const auto written = mmio.write(offset, size, truncate(value, size));
        ASSERT_EQ(written.has_value(), !wrong);
        ASSERT_TRUE(written || written.error() == *wrong);
        const auto got = mmio.read(offset, size);
        ASSERT_EQ(got.has_value(), !wrong);
        ASSERT_TRUE(got || got.error() == *wrong);
        ASSERT_EQ(got.value_or(0), truncate(got.value_or(0), size));
        if (is_reserved(offset)) {
          ASSERT_EQ(got.value_or(0), 0U);
        }
      }
      ASSERT_TRUE(parts.device.within_contract);
    }
  }
}

}  // namespace
}  // namespace serai::virtio
