// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <array>
#include <cstdint>
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "devices/virtio_net/features.hpp"
#include "devices/virtio_net/net.hpp"
#include "support/fake_packet_backend.hpp"
#include "support/frames.hpp"
#include "support/virtio_driver.hpp"

namespace serai::virtio_net {

using test::Frame;
using test::FramePlan;
using test::VirtioDriver;

/// Notes what a device asks of its transport.
class RecordingEvents final : public virtio::Events {
 public:
  void queue_interrupt(std::uint16_t queue) noexcept override { ++interrupts[queue]; }

  void config_changed() noexcept override { ++config_changes; }

  void needs_reset() noexcept override { ++resets_wanted; }

  std::map<std::uint16_t, int> interrupts;
  int config_changes = 0;
  int resets_wanted = 0;
};

inline constexpr net::MacAddress own_mac{2, 0, 0, 0, 0, 1};
inline constexpr std::uint32_t buffer_bytes = 2048;

/// A network device with drivers for all its queues and a back end that the test plays.
class NetFixture {
 public:
  struct Plan {
    bool extended = true;
    std::uint16_t pairs = 1;
    std::uint16_t mtu = 0;
    std::uint64_t refused = 0;  ///< features that the driver does not take
    bool packed = false;
    std::uint16_t queue_size = 64;
    bool event_index = false;
  };

  NetFixture() : NetFixture(Plan{}) {}

  explicit NetFixture(Plan plan)
      : backend({.buffer_bytes = buffer_bytes,
                 .extended = plan.extended,
                 .most_buffers = plan.extended ? 72U : 1U}),
        net(backend, {.mac = own_mac,
                      .mtu = plan.mtu,
                      .queue_pairs = plan.pairs,
                      .queue_size = plan.queue_size}),
        plan_(plan),
        storage_(512),
        pool_(storage_),
        queues_(net.traits().queue_count) {
    for (std::size_t i = 0; i < queues_.size(); ++i) {
      drivers.push_back(std::make_unique<VirtioDriver>(
          ram,
          VirtioDriver::Options{
              .size = plan.queue_size, .packed = plan.packed, .event_index = plan.event_index}));
    }
    activate();
  }

  ~NetFixture() { net.reset(); }

  NetFixture(const NetFixture&) = delete;
  NetFixture& operator=(const NetFixture&) = delete;

  void activate() {
    for (std::uint16_t i = 0; i < queues_.size(); ++i) {
      enable(i);
    }
    net.activate({.features = net.offered_features() & ~plan_.refused,
                  .queues = queues_,
                  .events = &events});
  }

  void enable(std::uint16_t queue) {
    drivers[queue]->restart();
    ASSERT_TRUE(queues_[queue].enable(ram.memory(), pool_, drivers[queue]->place(),
                                      drivers[queue]->features()));
  }

  void reset_queue(std::uint16_t queue) {
    net.reset_queue(queue);
    queues_[queue].disable();
  }

  void reset() {
    net.reset();
    for (virtio::Queue& queue : queues_) {
      queue.disable();
    }
  }

  [[nodiscard]] std::uint16_t control_queue() const {
    const bool has_pairs = plan_.pairs > 1 && (plan_.refused & feature::mq) == 0;
    return has_pairs ? static_cast<std::uint16_t>(2 * plan_.pairs) : std::uint16_t{2};
  }

  /// Gives the device `count` receive buffers.
  void offer_buffers(std::size_t count, std::uint32_t bytes = 2048, std::uint16_t queue = 0) {
    for (std::size_t i = 0; i < count; ++i) {
      ASSERT_TRUE(drivers[queue]->add({}, {bytes}));
    }
    drivers[queue]->kick();
  }

  /// Transmits a frame as a driver does: the header in one piece, the frame in another.
  void transmit(const net::Header& header, const Frame& frame, std::uint16_t queue = 1) {
    put(header, frame, queue);
    net.notify(queue);
  }

  /// The same without a notification.
  void put(const net::Header& header, const Frame& frame, std::uint16_t queue = 1) {
    drivers[queue]->send({test::with_header(header, {}), frame}, {});
  }

  void arrive(const net::Header& header, const Frame& frame) {
    backend.arrive(backend.format().extended ? test::with_header(header, frame) : frame);
  }

  /// A packet arrives, and the device is told.
  void deliver(const net::Header& header, const Frame& frame) {
    arrive(header, frame);
    net.back_end_ready();
  }

  struct Received {
    net::Header header;
    Frame frame;
  };

  /// The next frame that the driver got, put together from its buffers.
  std::optional<Received> take(std::uint16_t queue = 0) {
    auto used = drivers[queue]->take_used();
    if (!used || used->written < net::header_bytes) {
      return std::nullopt;
    }
    Received received{.header = net::header_from(std::span(used->data).first<net::header_bytes>()),
                      .frame = {used->data.begin() + net::header_bytes, used->data.end()}};
    for (unsigned i = 1; i < received.header.num_buffers; ++i) {
      used = drivers[queue]->take_used();
      if (!used) {
        return std::nullopt;
      }
      received.frame.insert(received.frame.end(), used->data.begin(), used->data.end());
    }
    return received;
  }

  /// Runs a command; the acknowledgement, or 0xff for none.
  unsigned command(unsigned class_number, unsigned number, const Frame& data) {
    const std::uint16_t queue = control_queue();
    std::vector<Frame> pieces{
        {static_cast<std::byte>(class_number), static_cast<std::byte>(number)}};
    if (!data.empty()) {
      pieces.push_back(data);
    }
    // As drivers do: a device that does not want to hear of it is not told.
    EXPECT_TRUE(drivers[queue]->add(pieces, {1}));
    if (drivers[queue]->kick()) {
      net.notify(queue);
    }
    const auto used = drivers[queue]->take_used();
    return used && used->written == 1 ? std::to_integer<unsigned>(used->data[0]) : 0xff;
  }

  [[nodiscard]] std::uint16_t config16(std::uint32_t offset) {
    std::array<std::byte, 2> bytes{};
    net.read_config(offset, bytes);
    return static_cast<std::uint16_t>(std::to_integer<unsigned>(bytes[0]) |
                                      std::to_integer<unsigned>(bytes[1]) << 8);
  }

  test::GuestRam ram{std::size_t{8} << 20U};
  std::vector<std::unique_ptr<VirtioDriver>> drivers;
  test::FakePacketBackend backend;
  RecordingEvents events;
  Net net;

 private:
  Plan plan_;
  std::vector<virtio::Segment> storage_;
  virtio::SegmentPool pool_;
  std::vector<virtio::Queue> queues_;
};

}  // namespace serai::virtio_net
