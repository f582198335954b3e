// SPDX-License-Identifier: BSD-2-Clause
//
// Two network devices at the two ends of one connection of real queues.
#include <deque>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "devices/virtio_net/features.hpp"
#include "devices/virtio_net/net.hpp"
#include "support/active_device.hpp"
#include "support/frames.hpp"
#include "unit/backends/sddf/packet_fixture.hpp"

namespace serai::virtio_net {
namespace {

using test::ActiveDevice;
using test::Frame;
using test::FramePlan;

constexpr std::uint16_t receive_queue = 0;
constexpr std::uint16_t transmit_queue = 1;

/// A guest with its device.
class Guest {
 public:
  explicit Guest(PacketBackend& backend, std::uint64_t refused = 0)
      : net(backend, {.mac = {2, 0, 0, 0, 0, 1}, .queue_size = 64}),
        device(net, net.offered_features() & ~refused, {.size = 64}) {}

  void offer_buffers(std::size_t count, std::uint32_t bytes = 1536) {
    for (std::size_t i = 0; i < count; ++i) {
      device.drivers[receive_queue].add({}, {bytes});
    }
    if (device.drivers[receive_queue].kick()) {
      net.notify(receive_queue);
    }
  }

  /// False where the queue is full.
  bool transmit(const net::Header& header, const Frame& frame) {
    auto& driver = device.drivers[transmit_queue];
    driver.take_all_used();
    if (!driver.add({test::with_header(header, frame)}, {})) {
      return false;
    }
    if (driver.kick()) {
      net.notify(transmit_queue);
    }
    return true;
  }

  std::optional<Frame> take() {
    auto& driver = device.drivers[receive_queue];
    auto used = driver.take_used();
    if (!used) {
      return std::nullopt;
    }
    const auto header = net::header_from(std::span(used->data).first<net::header_bytes>());
    Frame frame(used->data.begin() + net::header_bytes, used->data.end());
    for (unsigned i = 1; i < header.num_buffers; ++i) {
      used = driver.take_used();
      frame.insert(frame.end(), used->data.begin(), used->data.end());
    }
    return frame;
  }

  Net net;
  ActiveDevice device;
};

/// Hands signals over until there are none.
void settle(sddf::Connection& wire, Guest& left, Guest& right) {
  bool busy = true;
  while (busy) {
    busy = false;
    if (!wire.client_signals.notified.empty()) {
      wire.client_signals.notified.clear();
      right.net.back_end_ready();
      busy = true;
    }
    if (!wire.provider_signals.notified.empty()) {
      wire.provider_signals.notified.clear();
      left.net.back_end_ready();
      busy = true;
    }
  }
}

TEST(NetWire, SegmentsReachAnotherGuestTogether) {
  sddf::Connection wire(64, true, 2048);
  Guest left(wire.client);
  Guest right(wire.provider);
  right.offer_buffers(60);
  const FramePlan plan{.payload = 60'000};
  ASSERT_TRUE(left.transmit(test::gso_header(plan, 1448), test::partial_frame(plan)));
  EXPECT_EQ(wire.client_signals.notified.size(), 1U) << "one signal";
  settle(wire, left, right);
  EXPECT_EQ(right.take(), test::partial_frame(plan));
  EXPECT_EQ(right.device.events.interrupts.count(receive_queue), 1U);
}

TEST(NetWire, ADeadGuestsNeighbourLosesNothingAndGoesOn) {
  sddf::Connection wire(4, true, 2048);
  Guest left(wire.client);
  Guest right(wire.provider);
  for (int i = 0; i < 10; ++i) {
    ASSERT_TRUE(left.transmit({}, test::whole_frame({.from_port = static_cast<std::uint16_t>(i)})));
  }
  settle(wire, left, right);
  for (int i = 0; i < 10; ++i) {
    right.offer_buffers(1);
    settle(wire, left, right);
    EXPECT_EQ(right.take(), test::whole_frame({.from_port = static_cast<std::uint16_t>(i)})) << i;
  }
}

TEST(NetWire, AResetInTheMiddleOfTrafficIsSafe) {
  sddf::Connection wire(8, true, 512);
  Guest left(wire.client);
  Guest right(wire.provider);
  const Frame frame = test::whole_frame({.payload = 3000});
  ASSERT_TRUE(left.transmit({}, frame));
  ASSERT_TRUE(left.transmit({}, frame));
  settle(wire, left, right);
  right.net.reset();
  EXPECT_TRUE(wire.client.is_up() && wire.provider.is_up());
  left.net.reset();
  EXPECT_TRUE(wire.client.is_up() && wire.provider.is_up());
}

RC_GTEST_PROP(NetWireProperty, EveryFrameArrivesOnceAndInOrder,
              (const std::vector<std::uint16_t>& steps, bool mergeable)) {
  sddf::Connection wire(8, true, 512);
  Guest left(wire.client);
  Guest right(wire.provider, mergeable ? 0 : feature::mrg_rxbuf);
  std::deque<Frame> model;
  std::uint16_t number = 0;
  for (const std::uint16_t step : steps) {
    if ((step & 3) == 0) {
      right.offer_buffers(1 + (step >> 2) % 4U, mergeable ? 700 : 4096);
    } else {
      const Frame frame =
          test::whole_frame({.from_port = number++, .payload = (step >> 2) % 3000U});
      if (left.transmit({}, frame)) {
        model.push_back(frame);
      }
    }
    settle(wire, left, right);
    while (const auto frame = right.take()) {
      RC_ASSERT(!model.empty() && *frame == model.front());
      model.pop_front();
    }
  }
  while (!model.empty()) {
    right.offer_buffers(20, mergeable ? 700 : 4096);
    settle(wire, left, right);
    const std::size_t before = model.size();
    while (const auto frame = right.take()) {
      RC_ASSERT(!model.empty() && *frame == model.front());
      model.pop_front();
    }
    RC_ASSERT(model.size() < before);
  }
  RC_ASSERT(wire.client.is_up() && wire.provider.is_up());
  RC_ASSERT(wire.up.guards_intact() && wire.down.guards_intact());
}

}  // namespace
}  // namespace serai::virtio_net
