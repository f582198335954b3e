// SPDX-License-Identifier: BSD-2-Clause
#include "devices/virtio_entropy/entropy.hpp"

#include <gtest/gtest.h>
#include <string>

#include "support/active_device.hpp"
#include "support/fake_serial_backend.hpp"

namespace serai::virtio_entropy {
namespace {

using test::ActiveDevice;
using test::FakeSerialBackend;
using test::VirtioDriver;

TEST(VirtioEntropy, FillsABufferFromItsSource) {
  FakeSerialBackend source;
  Entropy device(source);
  ActiveDevice active(device, 0);
  source.arrive("0123456789");
  active.drivers[0].send({}, {10});
  device.notify(0);
  const auto used = active.drivers[0].take_used();
  ASSERT_TRUE(used);
  EXPECT_EQ(used->data, VirtioDriver::bytes("0123456789"));
  EXPECT_EQ(active.events.interrupts.count(0), 1U);
}

TEST(VirtioEntropy, GivesWhatThereIsRatherThanWait) {
  FakeSerialBackend source;
  Entropy device(source);
  ActiveDevice active(device, 0);
  source.arrive("abc");
  active.drivers[0].send({}, {64});
  device.notify(0);
  const auto used = active.drivers[0].take_used();
  ASSERT_TRUE(used);
  EXPECT_EQ(used->written, 3U);
}

TEST(VirtioEntropy, ABufferWaitsForTheSource) {
  FakeSerialBackend source;
  Entropy device(source);
  ActiveDevice active(device, 0);
  active.drivers[0].send({}, {4});
  device.notify(0);
  EXPECT_FALSE(active.drivers[0].take_used());
  EXPECT_GT(source.flushes, 0) << "the source must hear that its ring is empty";
  source.arrive("wxyz");
  device.back_end_ready();
  const auto used = active.drivers[0].take_used();
  ASSERT_TRUE(used);
  EXPECT_EQ(used->data, VirtioDriver::bytes("wxyz"));
}

TEST(VirtioEntropy, NoByteIsGivenTwice) {
  FakeSerialBackend source;
  Entropy device(source);
  ActiveDevice active(device, 0);
  source.arrive("abcdefgh");
  active.drivers[0].send({}, {4});
  active.drivers[0].send({}, {4});
  device.notify(0);
  EXPECT_EQ(active.drivers[0].take_used()->data, VirtioDriver::bytes("abcd"));
  EXPECT_EQ(active.drivers[0].take_used()->data, VirtioDriver::bytes("efgh"));
}

TEST(VirtioEntropy, AGreedyBufferGetsABoundedShare) {
  FakeSerialBackend source;
  Entropy device(source);
  ActiveDevice active(device, 0);
  source.arrive(std::string(100'000, 'r'));
  active.drivers[0].send({}, {100'000});
  device.notify(0);
  EXPECT_EQ(active.drivers[0].take_used()->written, 1024U);
}

TEST(VirtioEntropy, ABufferThatTakesNothingComesBackEmpty) {
  FakeSerialBackend source;
  Entropy device(source);
  ActiveDevice active(device, 0);
  active.drivers[0].send({VirtioDriver::bytes("what is this")}, {});
  device.notify(0);
  const auto used = active.drivers[0].take_used();
  ASSERT_TRUE(used);
  EXPECT_EQ(used->written, 0U);
}

TEST(VirtioEntropy, ABrokenQueueAsksForAReset) {
  FakeSerialBackend source;
  Entropy device(source);
  ActiveDevice active(device, 0);
  active.drivers[0].force_available(0xfff0);
  device.notify(0);
  EXPECT_GT(active.events.reset_requests, 0);
}

TEST(VirtioEntropy, TouchesNothingOnceItIsReset) {
  FakeSerialBackend source;
  Entropy device(source);
  ActiveDevice active(device, 0);
  active.drivers[0].send({}, {4});
  active.reset();
  source.arrive("late");
  device.back_end_ready();
  EXPECT_EQ(source.arrived.size(), 4U);
  EXPECT_FALSE(active.drivers[0].take_used());
}

}  // namespace
}  // namespace serai::virtio_entropy
