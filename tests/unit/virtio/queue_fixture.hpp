// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <array>
#include <functional>
#include <utility>

#include "support/virtio_driver.hpp"
#include "virtio/queue.hpp"

namespace serai::virtio {

using test::GuestRam;
using test::VirtioDriver;

/// A queue, its driver and its pool.
struct QueueFixture {
  explicit QueueFixture(VirtioDriver::Options options) : driver(ram, options) {}

  Result<void> enable() {
    return queue.enable(ram.memory(), pool, driver.place(), driver.features());
  }

  /// As a transport does it for a queue in which nothing is in flight.
  bool restart() {
    queue.disable();
    driver.restart();
    return enable().has_value();
  }

  /// Serves one chain as an echo: what can be read is written back as far as it fits.
  bool echo() {
    auto chain = queue.pop();
    if (!chain) {
      return false;
    }
    auto reader = chain->reader();
    auto writer = chain->writer();
    VirtioDriver::Bytes bytes(static_cast<std::size_t>(reader.remaining()));
    static_cast<void>(reader.read_some(bytes));
    const auto written = static_cast<std::uint32_t>(writer.write_some(bytes));
    queue.complete(std::move(*chain), written);
    return true;
  }

  GuestRam ram{std::size_t{1} << 20U};
  VirtioDriver driver;
  std::array<Segment, 64> segments{};
  SegmentPool pool{segments};
  Queue queue;
};

}  // namespace serai::virtio
