// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "base/assert.hpp"
#include "virtio/device.hpp"
#include "virtio/queue.hpp"

namespace serai::test {

/// A VirtIO device that works: it takes chains, keeps a few of them in flight as if a back end were
/// slow, and gives each back with its readable bytes copied into its writable part. It asserts that
/// its transport keeps the contract of `virtio::Device`.
class HoldingVirtioDevice final : public virtio::Device {
 public:
  explicit HoldingVirtioDevice(std::uint16_t queue_count) : queue_count_(queue_count) {}

  [[nodiscard]] virtio::DeviceTraits traits() const noexcept override {
    return {.id = virtio::DeviceId::network,
            .queue_count = queue_count_,
            .most_queue_size = virtio::Queue::most_size,
            .config_bytes = static_cast<std::uint16_t>(config_.size()),
            .pci_class = 0x02'00'00};
  }

  [[nodiscard]] std::uint64_t offered_features() const noexcept override { return 0b111; }

  void read_config(std::uint32_t offset, std::span<std::byte> to) noexcept override {
    SERAI_ASSERT(offset <= config_.size() && to.size() <= config_.size() - offset);
    for (std::byte& byte : to) {
      byte = config_[offset++];
    }
  }

  void write_config(std::uint32_t offset, std::span<const std::byte> bytes) noexcept override {
    SERAI_ASSERT(offset <= config_.size() && bytes.size() <= config_.size() - offset);
    for (const std::byte byte : bytes) {
      config_[offset++] = byte;
    }
  }

  void activate(const virtio::Activation& given) noexcept override {
    SERAI_ASSERT(!is_active() && given.queues.size() == queue_count_);
    active_ = given;
  }

  void reset() noexcept override {
    for (Held& held : held_) {
      active_.queues[held.queue].abandon(std::move(held.chain));
    }
    held_.clear();
    active_ = {};
    config_ = {};
  }

  void reset_queue(std::uint16_t queue) noexcept override {
    SERAI_ASSERT(is_active() && active_.queues[queue].is_enabled());
    std::vector<Held> others;
    for (Held& held : held_) {
      if (held.queue == queue) {
        active_.queues[queue].abandon(std::move(held.chain));
      } else {
        others.push_back(std::move(held));
      }
    }
    held_ = std::move(others);
  }

  void notify(std::uint16_t index) noexcept override {
    SERAI_ASSERT(is_active() && active_.queues[index].is_enabled());
    virtio::Queue& queue = active_.queues[index];
    do {
      queue.suppress_notifications();
      while (held_.size() < most_held) {
        auto chain = queue.pop();
        if (!chain) {
          break;
        }
        held_.push_back({.queue = index, .chain = std::move(*chain)});
      }
    } while (held_.size() < most_held && queue.allow_notifications());
    if (queue.is_broken()) {
      active_.events->needs_reset();
    }
  }

  /// The back end is done with what is in flight.
  void back_end_ready() noexcept override {
    std::vector<Held> done = std::move(held_);
    held_.clear();
    for (Held& held : done) {
      const std::uint32_t written = echo(held.chain);
      active_.queues[held.queue].complete(std::move(held.chain), written);
      if (active_.queues[held.queue].publish()) {
        active_.events->queue_interrupt(held.queue);
      }
    }
  }

  [[nodiscard]] bool is_active() const { return active_.events != nullptr; }

  [[nodiscard]] std::size_t in_flight() const { return held_.size(); }

  [[nodiscard]] virtio::Events* events() const { return active_.events; }

 private:
  static constexpr std::size_t most_held = 8;

  struct Held {
    std::uint16_t queue;
    virtio::Chain chain;
  };

  static std::uint32_t echo(const virtio::Chain& chain) {
    virtio::ChainReader reader = chain.reader();
    virtio::ChainWriter writer = chain.writer();
    std::array<std::byte, 64> bytes{};
    std::uint32_t written = 0;
    while (written < 1024) {
      const std::size_t count = reader.read_some(bytes);
      if (count == 0) {
        break;
      }
      written += static_cast<std::uint32_t>(writer.write_some(std::span(bytes).first(count)));
    }
    return written;
  }

  std::uint16_t queue_count_;
  virtio::Activation active_;
  std::vector<Held> held_;
  std::array<std::byte, 22> config_{};
};

}  // namespace serai::test
