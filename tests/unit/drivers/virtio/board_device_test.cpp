// SPDX-License-Identifier: BSD-2-Clause
#include "drivers/virtio/board_device.hpp"

#include <gtest/gtest.h>

#include "support/fake_virtio_device.hpp"

namespace serai::drivers {
namespace {

constexpr std::uint64_t some_feature = bit(9);
constexpr std::uint64_t other_feature = bit(5);

class BoardDeviceTest : public testing::Test {
 protected:
  test::FakeVirtioDevice hardware{DeviceType::block, some_feature | feature::access_platform};
  BoardDevice device{hardware};
};

TEST_F(BoardDeviceTest, ResetsBeforeAnythingElse) {
  hardware.status = status::driver_ok;  // as an earlier life left it
  ASSERT_TRUE(device.begin(DeviceType::block));
  EXPECT_EQ(hardware.resets, 1);
  EXPECT_EQ(hardware.status, status::acknowledge | status::driver);
}

TEST_F(BoardDeviceTest, RefusesWhatIsNoSuchDevice) {
  EXPECT_EQ(device.begin(DeviceType::network), fail(Error::not_found));
  hardware.magic = 0;
  EXPECT_EQ(device.begin(DeviceType::block), fail(Error::not_found));
  hardware.magic = magic;
  hardware.version = 1;
  EXPECT_EQ(device.begin(DeviceType::block), fail(Error::unsupported));
  EXPECT_EQ(hardware.resets, 0);
}

TEST_F(BoardDeviceTest, DoesNotWaitForEverForAReset) {
  hardware.never_resets = true;
  EXPECT_EQ(device.begin(DeviceType::block), fail(Error::bad_value));
}

TEST_F(BoardDeviceTest, AcceptsWhatIsBothOfferedAndWanted) {
  ASSERT_TRUE(device.begin(DeviceType::block));
  const std::uint64_t expected = some_feature | feature::version_1 | feature::access_platform;
  EXPECT_EQ(device.negotiate(some_feature | other_feature), expected);
  EXPECT_EQ(hardware.accepted, expected);
  device.finish();
  EXPECT_TRUE(hardware.is_ready());
}

TEST_F(BoardDeviceTest, NeedsAModernDevice) {
  hardware.features = some_feature;
  ASSERT_TRUE(device.begin(DeviceType::block));
  EXPECT_EQ(device.negotiate(some_feature), fail(Error::unsupported));
}

TEST_F(BoardDeviceTest, HearsOfARefusal) {
  hardware.refuses_features = true;
  ASSERT_TRUE(device.begin(DeviceType::block));
  EXPECT_EQ(device.negotiate(some_feature), fail(Error::unsupported));
}

TEST_F(BoardDeviceTest, QueueSizesArePowersOfTwo) {
  ASSERT_TRUE(device.begin(DeviceType::block));
  hardware.most_queue_size = 100;
  EXPECT_EQ(device.queue_size(0, 256), 64);
  EXPECT_EQ(device.queue_size(0, 16), 16);
  EXPECT_EQ(device.queue_size(1, 256), 0);
  hardware.most_queue_size = 0xffff'ffff;
  EXPECT_EQ(device.queue_size(0, 256), 256);
}

TEST_F(BoardDeviceTest, AQueueInUseIsNotTouched) {
  ASSERT_TRUE(device.begin(DeviceType::block));
  ASSERT_TRUE(device.negotiate(0));
  const QueueAddresses addresses{.size = 8, .descriptors = 1, .available = 2, .used = 3};
  EXPECT_TRUE(device.enable(0, addresses));
  EXPECT_EQ(device.enable(0, addresses), fail(Error::bad_value));
}

TEST_F(BoardDeviceTest, TakesEveryReasonOfAnInterrupt) {
  hardware.raise(interrupt::used_buffer | interrupt::configuration);
  EXPECT_EQ(device.take_interrupts(), interrupt::used_buffer | interrupt::configuration);
  EXPECT_EQ(hardware.interrupt_status, 0U);
  EXPECT_EQ(device.take_interrupts(), 0U);
}

TEST_F(BoardDeviceTest, SeesThatTheDeviceNeedsAReset) {
  EXPECT_FALSE(device.needs_reset());
  hardware.status |= status::device_needs_reset;
  EXPECT_TRUE(device.needs_reset());
}

TEST_F(BoardDeviceTest, ReadsTheConfiguration) {
  hardware.set_config(8, 0x1122'3344'5566'7788, 8);
  EXPECT_EQ(device.config64(8), 0x1122'3344'5566'7788U);
  EXPECT_EQ(device.config32(8), 0x5566'7788U);
  EXPECT_EQ(device.config16(10), 0x5566U);
  EXPECT_EQ(device.config8(15), 0x11U);
}

}  // namespace
}  // namespace serai::drivers
