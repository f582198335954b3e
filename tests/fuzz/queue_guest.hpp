// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "base/assert.hpp"
#include "fuzz/input.hpp"
#include "virtio/device.hpp"
#include "virtio/queue.hpp"

namespace serai::fuzz {

/// A hostile driver of one VirtIO device: RAM with a split ring for each of the device's queues,
/// and all that it may do to them. What the driver does not touch must come through: after a reset
/// no segment is lost and nothing is in flight.
template <std::uint16_t queue_count>
class QueueGuest final : public virtio::Events {
 public:
  static constexpr std::uint16_t queue_size = 16;

  explicit QueueGuest(virtio::Device& device) : device_(device) {
    SERAI_ASSERT(device.traits().queue_count == queue_count);
    SERAI_ASSERT(memory_.add(GuestAddress(ram_start), ram_).has_value());
  }

  void queue_interrupt(std::uint16_t queue) noexcept override { SERAI_ASSERT(queue < queue_count); }

  void config_changed() noexcept override {}

  void needs_reset() noexcept override {}

  /// Resets the device and starts it with features and queues as the input says.
  void start(Input& input) {
    stop();
    const std::uint8_t options = input.byte();
    for (std::uint16_t i = 0; i < queue_count; ++i) {
      // Now and then a driver leaves a queue out.
      if ((options & 0x80) == 0 || i % 3 != 1) {
        enable(i, options);
      }
    }
    device_.activate({.features = device_.offered_features() & ~std::uint64_t{input.byte()},
                      .queues = queues_,
                      .events = this});
    is_active_ = true;
  }

  void stop() {
    device_.reset();
    is_active_ = false;
    SERAI_ASSERT(pool_.free() == pool_.capacity());
    for (auto& queue : queues_) {
      SERAI_ASSERT(queue.in_flight() == 0);
      queue.disable();
    }
  }

  /// VIRTIO_F_RING_RESET, and perhaps the queue again.
  void reset_queue(Input& input) {
    const std::uint16_t queue = input.byte() % queue_count;
    if (!is_active_ || !queues_[queue].is_enabled()) {
      return;
    }
    device_.reset_queue(queue);
    SERAI_ASSERT(queues_[queue].in_flight() == 0);
    queues_[queue].disable();
    if ((input.byte() & 1) != 0) {
      enable(queue, 0);
    }
  }

  void notify(std::uint16_t queue) {
    if (is_active_ && queues_[queue].is_enabled()) {
      device_.notify(queue);
    }
  }

  /// A chain of up to three pieces, each written by one side as the input says.
  void add_chain(Input& input, std::uint16_t queue, std::span<const std::uint8_t> content) {
    const std::uint8_t shape = input.byte();
    const std::uint64_t at = data_start + (input.byte() & 0x3fU) * 0x100U;
    std::ranges::copy(std::as_bytes(content), ram_.data() + at);
    const unsigned pieces = 1 + (shape & 3) % 3;
    const std::uint64_t head = next_[queue]++ % 5 * 3;
    for (unsigned i = 0; i < pieces; ++i) {
      const std::uint64_t bytes = i == 0 && !content.empty()
                                      ? content.size()
                                      : std::uint64_t{input.byte()} * (1U + (shape >> 7U));
      const unsigned writes = (shape >> (2 + i) & 1) != 0 ? 2 : 0;
      const unsigned more = i + 1 < pieces ? 1 : 0;
      describe(queue, head + i, at + i * 0x80U, bytes, writes | more, head + i + 1);
    }
    const std::uint64_t shown = get(available(queue) + 2);
    put(available(queue) + 4 + 2 * (shown % queue_size), head, 2);
    put(available(queue) + 2, shown + 1, 2);
  }

  /// Anything anywhere in the rings.
  void scribble(Input& input) {
    put(input.number(2) % (queue_count * ring_bytes), input.telling_number(),
        (input.byte() & 1) != 0 ? 2 : 4);
  }

  /// Any part of the configuration, there and back.
  void configure(Input& input) {
    const std::uint32_t config_bytes = device_.traits().config_bytes;
    if (config_bytes == 0) {
      return;
    }
    std::array<std::byte, 8> bytes{};
    const std::uint32_t offset = input.byte() % config_bytes;
    const auto some = std::span(bytes).first(
        std::min<std::size_t>(config_bytes - offset, 1U << (input.byte() & 3)));
    device_.read_config(offset, some);
    some.front() ^= static_cast<std::byte>(input.byte());
    device_.write_config(offset, some);
  }

 private:
  static constexpr std::uint64_t ram_start = 0x4000'0000;
  static constexpr std::uint64_t ring_bytes = 0x1000;
  static constexpr std::uint64_t data_start = queue_count * ring_bytes;
  static constexpr std::uint64_t ram_bytes = data_start + 0x8000;

  static std::uint64_t descriptors(std::uint64_t queue) { return queue * ring_bytes; }

  static std::uint64_t available(std::uint64_t queue) { return descriptors(queue) + 0x400; }

  void enable(std::uint16_t queue, std::uint8_t options) {
    const auto place = [queue](std::uint64_t offset) {
      return GuestAddress(ram_start + descriptors(queue) + offset);
    };
    const auto enabled =
        queues_[queue].enable(memory_, pool_,
                              {.size = queue_size,
                               .descriptors = place(0),
                               .driver_area = place(0x400),
                               .device_area = place(0x800)},
                              {.indirect = (options & 1) != 0, .event_index = (options & 2) != 0});
    SERAI_ASSERT(enabled.has_value());
    put(available(queue) + 2, 0, 2);
  }

  void describe(std::uint64_t queue, std::uint64_t index, std::uint64_t offset, std::uint64_t bytes,
                std::uint64_t flags, std::uint64_t next) {
    const std::uint64_t at = descriptors(queue) + 16 * index;
    put(at, ram_start + offset, 8);
    put(at + 8, bytes, 4);
    put(at + 12, flags, 2);
    put(at + 14, next, 2);
  }

  void put(std::uint64_t offset, std::uint64_t value, std::size_t bytes) {
    std::memcpy(ram_.data() + offset, &value, bytes);
  }

  [[nodiscard]] std::uint64_t get(std::uint64_t offset) const {
    std::uint16_t value = 0;
    std::memcpy(&value, ram_.data() + offset, 2);
    return value;
  }

  virtio::Device& device_;
  std::vector<std::byte> ram_ = std::vector<std::byte>(ram_bytes);
  GuestMemory memory_;
  std::array<virtio::Segment, 40> segments_{};
  virtio::SegmentPool pool_{segments_};
  std::array<virtio::Queue, queue_count> queues_;
  std::array<std::uint64_t, queue_count> next_{};
  bool is_active_ = false;
};

}  // namespace serai::fuzz
