// SPDX-License-Identifier: BSD-2-Clause
#include "virtio/transport/device_state.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/recording_virtio_device.hpp"

namespace serai::virtio {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct NoEvents final : Events {
  void queue_interrupt(std::uint16_t /*queue*/) noexcept override {}

  void config_changed() noexcept override {}

  void needs_reset() noexcept override {}
};

class DeviceStateTest : public testing::Test {
 protected:
  static constexpr std::uint64_t ram = test::TransportParts::ram_start;
  static constexpr std::uint32_t begin = status::acknowledge | status::driver;

  void accept(std::uint64_t features) {
    state.select_driver_features(0);
    state.write_driver_features(static_cast<std::uint32_t>(features));
    state.select_driver_features(1);
    state.write_driver_features(static_cast<std::uint32_t>(features >> 32));
  }

  /// As a driver does it, up to FEATURES_OK; whether the device accepts.
  bool negotiate(std::uint64_t features) {
    EXPECT_EQ(state.write_status(begin), Effect::none);
    accept(features);
    EXPECT_EQ(state.write_status(begin | status::features_ok), Effect::none);
    return (state.status() & status::features_ok) != 0;
  }

  void place(std::uint32_t queue, std::uint64_t address, std::uint32_t size = 64) {
    state.select_queue(queue);
    state.write_queue_size(size);
    state.write_queue_address(QueueArea::descriptors, 0, static_cast<std::uint32_t>(address));
    state.write_queue_address(QueueArea::descriptors, 1, static_cast<std::uint32_t>(address >> 32));
    state.write_queue_address(QueueArea::driver, 0, static_cast<std::uint32_t>(address) + 0x1000);
    state.write_queue_address(QueueArea::driver, 1, static_cast<std::uint32_t>(address >> 32));
    state.write_queue_address(QueueArea::device, 0, static_cast<std::uint32_t>(address) + 0x2000);
    state.write_queue_address(QueueArea::device, 1, static_cast<std::uint32_t>(address >> 32));
  }

  /// Puts something into a queue that `set_up` made.
  void fill(std::uint32_t queue) { parts.make_available(ram + queue * 0x4000ULL + 0x1000); }

  void set_up(std::uint32_t queue) {
    place(queue, ram + queue * 0x4000ULL);
    EXPECT_EQ(state.enable_queue(), Effect::none);
  }

  void start(std::uint64_t features = feature::version_1) {
    ASSERT_TRUE(negotiate(features));
    set_up(0);
    set_up(1);
    ASSERT_EQ(state.write_status(state.status() | status::driver_ok), Effect::none);
    ASSERT_TRUE(parts.device.is_active());
  }

  test::TransportParts parts;
  NoEvents events;
  DeviceState state{parts.device, parts.memory, parts.queues, parts.pool, events, {}};
};

TEST_F(DeviceStateTest, OffersTheDevicesFeaturesAndItsOwn) {
  state.select_device_features(0);
  EXPECT_EQ(state.device_features(), 0b11 | 1U << 28 | 1U << 29);
  state.select_device_features(1);
  EXPECT_EQ(state.device_features(), 1U << 0 | 1U << 2 | 1U << 8);
  for (const std::uint32_t select : {2U, 3U, 0x8000'0000U, ~0U}) {
    state.select_device_features(select);
    EXPECT_EQ(state.device_features(), 0U);
  }
}

TEST_F(DeviceStateTest, PackedRingsAndTheirOrderAreOptions) {
  const auto high_features = [this](TransportOptions options) {
    DeviceState other(parts.device, parts.memory, parts.queues, parts.pool, events, options);
    other.select_device_features(1);
    return other.device_features();
  };
  constexpr std::uint32_t always = 1U << 0 | 1U << 8;
  EXPECT_EQ(high_features({.packed = false, .in_order = false, .queue_size = 256}), always);
  EXPECT_EQ(high_features({.packed = true, .in_order = false, .queue_size = 256}),
            always | 1U << 2);
  EXPECT_EQ(high_features({.packed = false, .in_order = true, .queue_size = 256}),
            always | 1U << 3);
}

TEST_F(DeviceStateTest, ADeviceOffersOnlyBitsOfItsOwn) {
  parts.device.features = ~std::uint64_t{0};
  state.select_device_features(0);
  EXPECT_EQ(state.device_features(), 0x00ff'ffff | 1U << 28 | 1U << 29);
  state.select_device_features(1);
  EXPECT_EQ(state.device_features(), 0xfffc'0000 | 1U << 0 | 1U << 2 | 1U << 8);
}

TEST_F(DeviceStateTest, ASubsetWithVersion1IsAccepted) {
  EXPECT_TRUE(negotiate(feature::version_1 | feature::event_idx | 0b10));
  state.select_driver_features(0);
  EXPECT_EQ(state.driver_features(), 1U << 29 | 0b10);
}

TEST_F(DeviceStateTest, WithoutVersion1NothingIsAccepted) {
  EXPECT_FALSE(negotiate(0b11));
}

TEST_F(DeviceStateTest, FeaturesThatAreNotOfferedAreRefused) {
  for (const std::uint64_t wrong :
       {bit(2), feature::in_order, feature::access_platform, bit(24), bit(63)}) {
    EXPECT_FALSE(negotiate(feature::version_1 | wrong));
    EXPECT_EQ(state.write_status(0), Effect::was_reset);
  }
}

TEST_F(DeviceStateTest, FeaturesAbove64AreRefused) {
  state.select_driver_features(2);
  state.write_driver_features(0);
  EXPECT_TRUE(negotiate(feature::version_1));
  EXPECT_EQ(state.write_status(0), Effect::was_reset);
  state.select_driver_features(3);
  state.write_driver_features(4);
  EXPECT_FALSE(negotiate(feature::version_1));
}

TEST_F(DeviceStateTest, ADriverMayTryAgainWithFewerFeatures) {
  EXPECT_FALSE(negotiate(feature::version_1 | bit(5)));
  EXPECT_TRUE(negotiate(feature::version_1));
}

TEST_F(DeviceStateTest, FeaturesAreFixedOnceAccepted) {
  ASSERT_TRUE(negotiate(feature::version_1));
  accept(0);
  state.select_driver_features(1);
  EXPECT_EQ(state.driver_features(), 1U);
}

TEST_F(DeviceStateTest, DriverOkActivatesOnce) {
  start(feature::version_1 | 1);
  EXPECT_EQ(state.write_status(state.status()), Effect::none);
  EXPECT_EQ(parts.device.activations, 1);
  EXPECT_EQ(parts.device.activation->features, feature::version_1 | 1);
  EXPECT_EQ(parts.device.activation->events, &events);
  EXPECT_TRUE(parts.queues[0].is_enabled());
  EXPECT_TRUE(parts.queues[1].is_enabled());
  EXPECT_FALSE(parts.queues[2].is_enabled());
}

TEST_F(DeviceStateTest, DriverOkNeedsFeaturesOk) {
  EXPECT_EQ(state.write_status(begin | status::driver_ok), Effect::none);
  EXPECT_EQ(state.status(), begin);
  EXPECT_EQ(parts.device.activations, 0);
}

TEST_F(DeviceStateTest, AllStatusBitsMayComeAtOnce) {
  accept(feature::version_1);
  EXPECT_EQ(state.write_status(0xf), Effect::none);
  EXPECT_EQ(state.status(), 0xfU);
  EXPECT_TRUE(parts.device.is_active());
}

TEST_F(DeviceStateTest, StatusBitsCannotBeTakenBackNorInvented) {
  EXPECT_EQ(state.write_status(begin), Effect::none);
  EXPECT_EQ(state.write_status(status::acknowledge), Effect::none);
  EXPECT_EQ(state.status(), begin);
  EXPECT_EQ(state.write_status(0x30 | status::device_needs_reset | 0xff00), Effect::none);
  EXPECT_EQ(state.status(), begin);
}

TEST_F(DeviceStateTest, FailedStopsEverything) {
  start();
  fill(0);
  EXPECT_EQ(state.write_status(state.status() | status::failed), Effect::none);
  state.notify(0);
  EXPECT_THAT(parts.device.notified, IsEmpty());
  EXPECT_EQ(state.write_status(0), Effect::was_reset);
  EXPECT_EQ(state.status(), 0U);
}

TEST_F(DeviceStateTest, NothingIsActivatedAfterFailed) {
  EXPECT_EQ(state.write_status(begin | status::failed), Effect::none);
  accept(feature::version_1);
  EXPECT_EQ(state.write_status(0xf), Effect::none);
  EXPECT_EQ(state.status(), begin | status::failed);
  EXPECT_FALSE(parts.device.is_active());
}

TEST_F(DeviceStateTest, ABadQueueNeedsAReset) {
  ASSERT_TRUE(negotiate(feature::version_1));
  place(0, 0x1000);
  EXPECT_EQ(state.enable_queue(), Effect::none);
  EXPECT_TRUE(state.queue_is_enabled());
  EXPECT_EQ(state.write_status(0xf), Effect::config_interrupt);
  EXPECT_EQ(state.status(), 0xf | status::device_needs_reset);
  EXPECT_FALSE(parts.device.is_active());
  EXPECT_EQ(state.write_status(0), Effect::was_reset);
  start();
}

TEST_F(DeviceStateTest, QueueSizesAreChecked) {
  for (const std::uint32_t size : {0U, 257U, 512U, 0xffffU, 0x1'0040U, ~0U}) {
    ASSERT_TRUE(negotiate(feature::version_1));
    place(0, ram, size);
    EXPECT_EQ(state.enable_queue(), Effect::none);
    EXPECT_EQ(state.write_status(0xf), Effect::config_interrupt) << size;
    EXPECT_EQ(state.write_status(0), Effect::was_reset);
  }
}

TEST_F(DeviceStateTest, AQueueCanBeEnabledLate) {
  start();
  set_up(2);
  EXPECT_TRUE(parts.queues[2].is_enabled());
  fill(2);
  state.notify(2);
  EXPECT_THAT(parts.device.notified, ElementsAre(2));
}

TEST_F(DeviceStateTest, ABadQueueThatComesLateNeedsAReset) {
  start();
  fill(0);
  place(2, ~0ULL << 13);
  EXPECT_EQ(state.enable_queue(), Effect::config_interrupt);
  EXPECT_EQ(state.status(), 0xf | status::device_needs_reset);
  state.notify(0);
  EXPECT_THAT(parts.device.notified, IsEmpty());
}

TEST_F(DeviceStateTest, OnlyLiveQueuesAreNotified) {
  state.notify(0);
  ASSERT_TRUE(negotiate(feature::version_1));
  set_up(0);
  fill(0);
  state.notify(0);
  EXPECT_THAT(parts.device.notified, IsEmpty());
  EXPECT_EQ(state.write_status(0xf), Effect::none);
  for (const std::uint32_t queue : {0U, 1U, 2U, 3U, 31U, 32U, 64U, 0x1'0000U, ~0U}) {
    state.notify(queue);
  }
  EXPECT_THAT(parts.device.notified, ElementsAre(0));
  EXPECT_TRUE(parts.device.within_contract);
}

TEST_F(DeviceStateTest, NothingIsHeardOfAnEmptyQueue) {
  start();
  state.notify(0);
  state.ring(0);
  state.ring(1);
  EXPECT_THAT(parts.device.notified, IsEmpty());
  fill(1);
  state.ring(0);
  EXPECT_THAT(parts.device.notified, IsEmpty());
  state.ring(1);
  EXPECT_THAT(parts.device.notified, ElementsAre(1));
}

TEST_F(DeviceStateTest, TheOnlyQueueIsNotified) {
  state.notify_all();
  EXPECT_THAT(parts.device.notified, IsEmpty());
  ASSERT_TRUE(negotiate(feature::version_1));
  set_up(1);
  EXPECT_EQ(state.write_status(0xf), Effect::none);
  fill(1);
  state.notify_all();
  EXPECT_THAT(parts.device.notified, ElementsAre(1));
}

TEST_F(DeviceStateTest, OfManyQueuesThoseWithSomethingAreNotified) {
  start();
  state.notify_all();
  EXPECT_THAT(parts.device.notified, IsEmpty());
  fill(1);
  state.notify_all();
  EXPECT_THAT(parts.device.notified, ElementsAre(1));
}

TEST_F(DeviceStateTest, NeedsResetIsToldOnceAndOnlyToAReadyDriver) {
  EXPECT_EQ(state.needs_reset(), Effect::none);
  EXPECT_EQ(state.write_status(0), Effect::was_reset);
  start();
  EXPECT_EQ(state.needs_reset(), Effect::config_interrupt);
  EXPECT_EQ(state.needs_reset(), Effect::none);
  fill(0);
  state.notify(0);
  EXPECT_THAT(parts.device.notified, IsEmpty());
}

TEST_F(DeviceStateTest, ResetForgetsEverything) {
  start(feature::version_1 | feature::ring_reset);
  state.select_device_features(1);
  EXPECT_EQ(state.write_status(0), Effect::was_reset);
  EXPECT_EQ(parts.device.resets, 1);
  EXPECT_FALSE(parts.device.is_active());
  EXPECT_FALSE(state.is_active());
  EXPECT_EQ(state.status(), 0U);
  EXPECT_EQ(state.device_feature_select(), 0U);
  EXPECT_EQ(state.driver_features(), 0U);
  EXPECT_EQ(state.selected_queue(), 0U);
  for (std::uint32_t queue = 0; queue < 3; ++queue) {
    EXPECT_FALSE(parts.queues[queue].is_enabled());
    state.select_queue(queue);
    EXPECT_FALSE(state.queue_is_enabled());
    EXPECT_EQ(state.queue_size(), 256);
    EXPECT_EQ(state.queue_address(QueueArea::device, 0), 0U);
  }
  start();
  EXPECT_EQ(parts.device.activations, 2);
}

TEST_F(DeviceStateTest, AnEnabledQueueCannotBeChanged) {
  start();
  place(0, 0x1234'5000, 8);
  EXPECT_EQ(state.queue_size(), 64);
  EXPECT_EQ(state.queue_address(QueueArea::descriptors, 0), ram);
}

TEST_F(DeviceStateTest, AddressesHaveTwoHalves) {
  place(2, 0x12'3456'7000);
  EXPECT_EQ(state.queue_address(QueueArea::descriptors, 0), 0x3456'7000U);
  EXPECT_EQ(state.queue_address(QueueArea::descriptors, 1), 0x12U);
  state.write_queue_address(QueueArea::descriptors, 1, 0);
  state.write_queue_address(QueueArea::descriptors, 0, 1);
  EXPECT_EQ(state.queue_address(QueueArea::descriptors, 0), 1U);
  EXPECT_EQ(state.queue_address(QueueArea::descriptors, 1), 0U);
}

TEST_F(DeviceStateTest, QueuesThatDoNotExistReadAsZero) {
  for (const std::uint32_t queue : {3U, 31U, 32U, 0xffffU, ~0U}) {
    place(queue, ram);
    EXPECT_EQ(state.enable_queue(), Effect::none);
    EXPECT_EQ(state.queue_size(), 0);
    EXPECT_EQ(state.most_queue_size(), 0);
    EXPECT_EQ(state.queue_address(QueueArea::driver, 0), 0U);
    EXPECT_FALSE(state.queue_is_enabled());
    state.stop_queue();
    EXPECT_FALSE(state.reset_queue());
  }
}

TEST_F(DeviceStateTest, TheQueueSizeIsTheLeastOfThreeLimits) {
  const auto most = [this](std::uint16_t of_device, std::uint16_t of_options) {
    parts.device.kind.most_queue_size = of_device;
    return DeviceState(parts.device, parts.memory, parts.queues, parts.pool, events,
                       {.packed = true, .in_order = false, .queue_size = of_options})
        .most_queue_size();
  };
  EXPECT_EQ(most(256, 128), 128);
  EXPECT_EQ(most(64, 128), 64);
  EXPECT_EQ(most(0xffff, 0xffff), 1024);
}

TEST_F(DeviceStateTest, AQueueIsReset) {
  start(feature::version_1 | feature::ring_reset);
  state.select_queue(1);
  EXPECT_TRUE(state.reset_queue());
  EXPECT_THAT(parts.device.queue_resets, ElementsAre(1));
  EXPECT_FALSE(parts.queues[1].is_enabled());
  EXPECT_FALSE(state.queue_is_enabled());
  EXPECT_EQ(state.queue_size(), 256);
  fill(1);
  state.notify(1);
  EXPECT_THAT(parts.device.notified, IsEmpty());
  set_up(1);
  state.notify(1);
  EXPECT_THAT(parts.device.notified, ElementsAre(1));
  EXPECT_TRUE(parts.device.within_contract);
}

TEST_F(DeviceStateTest, AQueueIsNotResetUnlessNegotiated) {
  start();
  state.select_queue(1);
  EXPECT_FALSE(state.reset_queue());
  EXPECT_TRUE(parts.queues[1].is_enabled());
  EXPECT_THAT(parts.device.queue_resets, IsEmpty());
}

TEST_F(DeviceStateTest, OnlyEnabledQueuesOfTheDeviceAreReset) {
  start(feature::version_1 | feature::ring_reset);
  state.select_queue(2);
  EXPECT_TRUE(state.reset_queue());
  EXPECT_THAT(parts.device.queue_resets, IsEmpty());
  EXPECT_EQ(state.needs_reset(), Effect::config_interrupt);
  set_up(2);
  state.stop_queue();
  EXPECT_TRUE(parts.device.within_contract) << "queue 2 was never started";
}

TEST_F(DeviceStateTest, AQueueIsStoppedBeforeTheDeviceStarts) {
  ASSERT_TRUE(negotiate(feature::version_1));
  set_up(0);
  state.stop_queue();
  EXPECT_FALSE(state.queue_is_enabled());
  EXPECT_EQ(state.write_status(0xf), Effect::none);
  EXPECT_FALSE(parts.queues[0].is_enabled());
  EXPECT_THAT(parts.device.queue_resets, IsEmpty());
}

TEST_F(DeviceStateTest, TheGenerationGrowsWithTheConfiguration) {
  const std::uint32_t before = state.generation();
  EXPECT_EQ(state.config_changed(), Effect::none) << "no driver to tell";
  EXPECT_EQ(state.generation(), before + 1);
  start();
  EXPECT_EQ(state.config_changed(), Effect::config_interrupt);
  EXPECT_EQ(state.generation(), before + 2);
  EXPECT_EQ(state.write_status(0), Effect::was_reset);
  EXPECT_EQ(state.generation(), before + 2);
}

TEST_F(DeviceStateTest, TheConfigurationEnds) {
  for (std::size_t i = 0; i < 10; ++i) {
    parts.device.config[i] = static_cast<std::byte>(i + 1);
  }
  parts.device.config[10] = std::byte{0xee};
  EXPECT_EQ(state.read_config(0, AccessSize::double_word), 0x0807'0605'0403'0201U);
  EXPECT_EQ(state.read_config(8, AccessSize::word), 0x0a09U);
  EXPECT_EQ(state.read_config(9, AccessSize::byte), 0x0aU);
  EXPECT_EQ(state.read_config(10, AccessSize::byte), 0U);
  EXPECT_EQ(state.read_config(~0ULL, AccessSize::word), 0U);
  state.write_config(8, AccessSize::word, 0x4433'2211);
  EXPECT_EQ(parts.device.config[8], std::byte{0x11});
  EXPECT_EQ(parts.device.config[9], std::byte{0x22});
  EXPECT_EQ(parts.device.config[10], std::byte{0xee});
  state.write_config(10, AccessSize::word, 0);
  state.write_config(0x1'0000'0000, AccessSize::word, 0);
  EXPECT_EQ(parts.device.config[0], std::byte{1});
  EXPECT_TRUE(parts.device.within_contract);
}

}  // namespace
}  // namespace serai::virtio
