// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "hostile/random.hpp"
#include "hostile/transport.hpp"

namespace probe::virtio {

/// A driver that does whatever its numbers say to one device: its registers, configuration and
/// interrupts, its queues and what stands in them, resets at any moment. Much of it is nearly
/// right, so that it gets beyond the first check.
class HostileDriver {
 public:
  HostileDriver(const Transport& device, unsigned number) : device_(device), number_(number) {}

  /// One thing; most are one access to the device, some a few dozen.
  void act(Random& random);

 private:
  static constexpr std::uint16_t queue_count = 6;
  static constexpr std::uint16_t queue_size = 32;

  struct QueueState {
    std::uint16_t next = 0;  ///< descriptor
    std::uint16_t shown = 0;
    bool wraps = true;
  };

  void poke(Random& random) const;
  void set_up(Random& random);
  void request(Random& random);
  void scribble(Random& random) const;
  void interrupt(Random& random) const;

  void describe(Random& random, std::uint16_t queue, std::uint64_t address, std::uint32_t bytes,
                bool writable, bool last);
  [[nodiscard]] std::uint64_t fill_header(Random& random, std::uint64_t at) const;
  [[nodiscard]] std::uint64_t some_address(Random& random) const;
  [[nodiscard]] std::uint64_t ring(std::uint16_t queue) const;
  [[nodiscard]] std::uint64_t data() const;

  const Transport& device_;
  unsigned number_;
  bool packed_ = false;
  std::array<QueueState, queue_count> queues_{};
};

/// An access of any width to what all PCI devices share: configuration space, windows, MSI frame.
void poke_shared(Random& random);

}  // namespace probe::virtio
