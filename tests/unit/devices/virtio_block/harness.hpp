// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <algorithm>
#include <bit>
#include <cstring>
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "devices/virtio_block/block.hpp"
#include "support/virtio_driver.hpp"
#include "virtio/queue.hpp"

namespace serai::virtio_block {

class RecordingEvents final : public virtio::Events {
 public:
  void queue_interrupt(std::uint16_t queue) noexcept override { ++interrupts[queue]; }

  void config_changed() noexcept override { ++config_changes; }

  void needs_reset() noexcept override { ++resets_asked; }

  std::map<std::uint16_t, int> interrupts;
  int config_changes = 0;
  int resets_asked = 0;
};

inline constexpr std::uint64_t all_features =
    feature::flush | feature::config_wce | feature::discard | feature::write_zeroes | feature::mq;

/// What came back of one request.
struct Answer {
  std::uint16_t id = 0;
  std::uint8_t status = 0xee;
  std::uint32_t written = 0;
  std::vector<std::byte> data;  ///< of reads
};

/// A block device with a guest's driver on each of its queues.
class Guest {
 public:
  using Bytes = std::vector<std::byte>;

  explicit Guest(BlockBackend& back_end, Options options = {.serial = {}, .queue_size = 64},
                 std::uint64_t features = all_features)
      : block(back_end, options), queues(options.queues), features_(features) {
    for (std::uint16_t i = 0; i < options.queues; ++i) {
      drivers.push_back(std::make_unique<test::VirtioDriver>(
          ram, test::VirtioDriver::Options{.size = options.queue_size, .event_index = true}));
    }
    start();
  }

  ~Guest() {
    if (active_) {
      block.reset();
    }
  }

  Guest(const Guest&) = delete;
  Guest& operator=(const Guest&) = delete;

  /// What a transport does at DRIVER_OK.
  void start() {
    for (std::size_t i = 0; i < queues.size(); ++i) {
      ASSERT_TRUE(
          queues[i].enable(ram.memory(), pool, drivers[i]->place(), drivers[i]->features()));
    }
    block.activate({.features = features_, .queues = queues, .events = &events});
    active_ = true;
  }

  /// What a transport and a driver do when the device is reset and used again.
  void restart() {
    stop();
    start();
  }

  /// What a transport does at a reset.
  void stop() {
    block.reset();
    active_ = false;
    for (std::size_t i = 0; i < queues.size(); ++i) {
      EXPECT_EQ(queues[i].in_flight(), 0);
      queues[i].disable();
      drivers[i]->restart();
    }
    EXPECT_EQ(pool.free(), pool.capacity()) << "every chain was abandoned";
  }

  static Bytes header(std::uint32_t type, std::uint64_t sector) {
    Bytes bytes(16);
    std::memcpy(bytes.data(), &type, 4);
    std::memcpy(bytes.data() + 8, &sector, 8);
    return bytes;
  }

  static Bytes pattern(std::size_t bytes, unsigned seed) {
    Bytes data(bytes);
    for (std::size_t i = 0; i < bytes; ++i) {
      data[i] = static_cast<std::byte>(seed * 37 + i * 11 + i / 251);
    }
    return data;
  }

  // Each of these shows the request to the device without a notification.

  std::uint16_t add_read(std::uint64_t sector, std::uint32_t sectors, std::size_t queue = 0) {
    return drivers[queue]->send({header(0, sector)}, {sectors * sector_bytes, 1});
  }

  std::uint16_t add_write(std::uint64_t sector, const Bytes& data, std::size_t queue = 0) {
    return drivers[queue]->send({header(1, sector), data}, {1});
  }

  std::uint16_t add_flush(std::size_t queue = 0) {
    return drivers[queue]->send({header(4, 0)}, {1});
  }

  std::uint16_t add_range(std::uint32_t type, std::uint64_t sector, std::uint32_t sectors,
                          std::uint32_t flags = 0) {
    return drivers[0]->send({header(type, 0), range(sector, sectors, flags)}, {1});
  }

  static Bytes range(std::uint64_t sector, std::uint32_t sectors, std::uint32_t flags) {
    Bytes bytes(16);
    std::memcpy(bytes.data(), &sector, 8);
    std::memcpy(bytes.data() + 8, &sectors, 4);
    std::memcpy(bytes.data() + 12, &flags, 4);
    return bytes;
  }

  void notify(std::uint16_t queue = 0) { block.notify(queue); }

  /// The next answer; the status byte is the last of what the chain was filled with.
  std::optional<Answer> take(std::size_t queue = 0) {
    auto used = drivers[queue]->take_used();
    if (!used) {
      return std::nullopt;
    }
    Answer answer{.id = used->id, .written = used->written, .data = used->data};
    if (!answer.data.empty()) {
      answer.status = static_cast<std::uint8_t>(answer.data.back());
      answer.data.pop_back();
    }
    return answer;
  }

  /// The status of the next answer; 0xff if there is none.
  std::uint8_t take_status(std::size_t queue = 0) {
    const auto answer = take(queue);
    return answer ? answer->status : std::uint8_t{0xff};
  }

  template <class Number>
  Number config(std::uint32_t offset) {
    std::array<std::byte, sizeof(Number)> bytes;
    block.read_config(offset, bytes);
    return std::bit_cast<Number>(bytes);
  }

  void set_writeback(bool on) {
    const std::array value = {std::byte{on}};
    block.write_config(32, value);
  }

  test::GuestRam ram;
  std::vector<virtio::Segment> segments = std::vector<virtio::Segment>(1024);
  virtio::SegmentPool pool{segments};
  RecordingEvents events;
  Block block;
  std::vector<virtio::Queue> queues;
  std::vector<std::unique_ptr<test::VirtioDriver>> drivers;

 private:
  std::uint64_t features_;
  bool active_ = false;
};

}  // namespace serai::virtio_block
