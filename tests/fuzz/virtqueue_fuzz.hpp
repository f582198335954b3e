// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <span>
#include <utility>
#include <vector>

#include "support/queue_model.hpp"

namespace serai::test {

/// A queue under a hostile driver. The first byte chooses: an honest driver and a device in any
/// order of steps, compared with a model; or a driver that writes what it likes, mostly where it
/// hurts, between the steps of a device.
class VirtqueueFuzzer {
 public:
  VirtqueueFuzzer(bool packed, std::span<const std::uint8_t> bytes)
      : packed_(packed), bytes_(bytes.first(std::min<std::size_t>(bytes.size(), longest))) {}

  void run() {
    const auto mode = take<std::uint8_t>();
    const VirtioDriver::Options options = {.size = static_cast<std::uint16_t>(4U << (mode >> 6U)),
                                           .packed = packed_,
                                           .use_indirect = (mode & 2) != 0 && (mode & 4) != 0,
                                           .event_index = (mode & 8) != 0,
                                           .in_order = (mode & 16) != 0,
                                           .indirect = (mode & 4) != 0};
    if ((mode & 1) != 0) {
      run_model(options);
    } else {
      run_raw(options);
    }
  }

 private:
  static constexpr std::size_t longest = 4096;

  static void require(bool holds) {
    if (!holds) {
      std::abort();
    }
  }

  /// The next number of the input; zeros when it is used up.
  template <class Number>
  Number take() {
    Number number{};
    const std::size_t count = std::min(bytes_.size(), sizeof number);
    if (count != 0) {
      std::memcpy(&number, bytes_.data(), count);
      bytes_ = bytes_.subspan(count);
    }
    return number;
  }

  void run_model(const VirtioDriver::Options& options) {
    QueueModel model(options, false);
    while (!bytes_.empty()) {
      const auto action =
          static_cast<QueueModel::Action>(take<std::uint8_t>() % QueueModel::action_count);
      const auto a = take<std::uint8_t>();
      model.step(action, a, take<std::uint8_t>());
      require(model.violation().empty());
    }
    model.finish();
    require(model.violation().empty());
  }

  /// The device's side of a raw run, and what must always hold.
  struct Raw {
    explicit Raw(const VirtioDriver::Options& options) : driver(ram, options) { require(enable()); }

    bool enable() {
      return queue.enable(ram.memory(), pool, driver.place(), driver.features()).has_value();
    }

    GuestRam ram{std::size_t{1} << 15U};
    VirtioDriver driver;
    std::array<virtio::Segment, 40> segments{};
    virtio::SegmentPool pool{segments};
    virtio::Queue queue;
    std::vector<virtio::Chain> held;
  };

  void run_raw(const VirtioDriver::Options& options) {
    Raw raw(options);
    while (!bytes_.empty()) {
      if (take<std::uint8_t>() % 2 == 0) {
        driver_step(raw);
      } else {
        device_step(raw);
      }
      require(raw.held.size() == raw.queue.in_flight());
      require(raw.queue.in_flight() <= options.size);
    }
    reset(raw);
    raw.driver.send({VirtioDriver::bytes("again")}, {5});
    pop(raw);
    require(raw.held.size() == 1 && raw.held[0].readable_bytes() == 5);
    complete(raw, 5);
    require(raw.queue.publish());
    require(raw.driver.take_used().has_value());
  }

  void driver_step(Raw& raw) {
    const auto kind = take<std::uint8_t>() % 6;
    const auto place = raw.driver.place();
    const auto index = take<std::uint8_t>() % place.size;
    const auto entry = raw.driver.descriptor_address(static_cast<std::uint32_t>(index));
    switch (kind) {
      case 0:
        raw.driver.set_split(entry, address(raw), take<std::uint16_t>(), take<std::uint16_t>(),
                             take<std::uint8_t>());
        break;
      case 1:  // a descriptor with flags that mean something, here or in a table
        raw.driver.set_split(take<std::uint8_t>() % 4 == 0 ? table(raw, index) : entry,
                             address(raw), length(), meaningful(), meaningful());
        break;
      case 2:
        raw.driver.set_split(entry, table(raw, index), 16U * (take<std::uint8_t>() % 48), 4, 0x84);
        break;
      case 3:
        if (!packed_) {
          raw.driver.force_available(static_cast<std::uint16_t>(index));
        }
        break;
      case 4:
        raw.ram.store<std::uint16_t>(
            place.driver_area.value() + 2U * (take<std::uint8_t>() % (packed_ ? 2U : 3U)),
            take<std::uint16_t>());
        break;
      default: {
        const auto where = take<std::uint16_t>() % (raw.ram.end() - raw.ram.start());
        raw.ram.store<std::uint8_t>(raw.ram.start() + where, take<std::uint8_t>());
        break;
      }
    }
  }

  void device_step(Raw& raw) {
    switch (take<std::uint8_t>() % 8) {
      case 0:
      case 1:
        pop(raw);
        break;
      case 2:
        if (pop(raw)) {
          raw.queue.put_back(std::move(raw.held.back()));
          raw.held.pop_back();
        }
        break;
      case 3:
      case 4:
        complete(raw, take<std::uint32_t>());
        break;
      case 5:
        static_cast<void>(raw.queue.publish());
        break;
      case 6:
        raw.queue.suppress_notifications();
        static_cast<void>(raw.queue.allow_notifications());
        break;
      default:
        reset(raw);
        break;
    }
  }

  static bool pop(Raw& raw) {
    auto chain = raw.queue.pop();
    if (!chain) {
      return false;
    }
    require(chain->readable_bytes() + chain->writable_bytes() != 0);
    std::array<std::byte, 48> bytes{};
    auto reader = chain->reader();
    static_cast<void>(reader.read_some(bytes));
    require(reader.skip(reader.remaining()).has_value());
    raw.held.push_back(std::move(*chain));
    return true;
  }

  void complete(Raw& raw, std::uint32_t written) {
    if (raw.held.empty()) {
      return;
    }
    const auto which =
        raw.held.begin() + static_cast<std::ptrdiff_t>(take<std::uint8_t>() % raw.held.size());
    virtio::Chain chain = std::move(*which);
    raw.held.erase(which);
    const std::array<std::byte, 48> bytes{};
    auto writer = chain.writer();
    static_cast<void>(writer.write_some(bytes));
    require(writer.skip(writer.remaining()).has_value());
    raw.queue.complete(std::move(chain), written);
  }

  static void reset(Raw& raw) {
    for (auto& chain : raw.held) {
      raw.queue.abandon(std::move(chain));
    }
    raw.held.clear();
    raw.queue.disable();
    require(raw.pool.free() == raw.pool.capacity() && raw.queue.in_flight() == 0);
    raw.driver.restart();
    require(raw.enable());
  }

  /// An address in RAM mostly, near its ends often.
  std::uint64_t address(Raw& raw) {
    const auto kind = take<std::uint8_t>();
    const auto offset = take<std::uint16_t>();
    if (kind < 16) {
      return raw.ram.end() - offset % 64U;
    }
    if (kind < 24) {
      return ~std::uint64_t{0} - offset;
    }
    return raw.ram.start() + offset % (raw.ram.end() - raw.ram.start());
  }

  std::uint32_t length() {
    const auto kind = take<std::uint8_t>();
    return kind < 4 ? ~std::uint32_t{0} : kind;
  }

  /// Small numbers, and the flags of a packed ring.
  std::uint16_t meaningful() {
    const auto byte = take<std::uint8_t>();
    return static_cast<std::uint16_t>((byte & 0x0f) | (byte & 0x40) << 1U | (byte & 0x80) << 8U);
  }

  /// One of four tables, on top of each other in parts.
  static std::uint64_t table(Raw& raw, int index) {
    return raw.ram.start() + 0x4000 + 24U * static_cast<unsigned>(index % 4);
  }

  bool packed_;
  std::span<const std::uint8_t> bytes_;
};

}  // namespace serai::test
