// SPDX-License-Identifier: BSD-2-Clause
#include "devices/virtio_entropy/entropy.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace serai::virtio_entropy {
namespace {

/// PCI: unclassified device, not further described.
constexpr std::uint32_t pci_class = 0x00'ff00;
constexpr std::uint16_t most_queue_size = 64;
/// A driver may ask for more at once; it gets this much, and asks again (5.4.6.1).
constexpr std::uint64_t most_bytes = 1024;

}  // namespace

virtio::DeviceTraits Entropy::traits() const noexcept {
  return {.id = virtio::DeviceId::entropy,
          .queue_count = 1,
          .most_queue_size = most_queue_size,
          .config_bytes = 0,
          .pci_class = pci_class};
}

void Entropy::read_config(std::uint32_t /*offset*/, std::span<std::byte> to) noexcept {
  std::ranges::fill(to, std::byte{0});
}

void Entropy::write_config(std::uint32_t /*offset*/,
                           std::span<const std::byte> /*bytes*/) noexcept {}

void Entropy::activate(const virtio::Activation& activation) noexcept {
  active_ = activation;
  serve();
}

void Entropy::reset() noexcept {
  active_ = {};
}

void Entropy::reset_queue(std::uint16_t /*queue*/) noexcept {}

void Entropy::notify(std::uint16_t /*queue*/) noexcept {
  serve();
}

void Entropy::back_end_ready() noexcept {
  serve();
}

void Entropy::serve() noexcept {
  if (active_.events == nullptr || !active_.queues[0].is_enabled()) {
    return;
  }
  virtio::Queue& queue = active_.queues[0];
  Served served = Served::all;
  do {
    queue.suppress_notifications();
    served = serve_available();
    // While it waits for bytes, their arrival is what makes it go on.
  } while (served == Served::all && queue.allow_notifications());
  if (queue.publish()) {
    active_.events->queue_interrupt(0);
  }
  source_.flush();
  if (served == Served::broken) {
    active_.events->needs_reset();
  }
}

Entropy::Served Entropy::serve_available() noexcept {
  virtio::Queue& queue = active_.queues[0];
  while (true) {
    Result<virtio::Chain> chain = queue.pop();
    if (!chain) {
      return queue.is_broken() ? Served::broken : Served::all;
    }
    const std::uint32_t written = fill(chain->writer());
    if (written == 0 && chain->writable_bytes() != 0) {
      queue.put_back(*std::move(chain));
      return Served::waits_for_bytes;
    }
    queue.complete(*std::move(chain), written);
  }
}

std::uint32_t Entropy::fill(virtio::ChainWriter to) noexcept {
  std::array<std::byte, 64> bytes{};
  std::uint64_t left = std::min(most_bytes, to.remaining());
  std::uint32_t written = 0;
  while (left != 0) {
    const std::size_t wanted = std::min<std::uint64_t>(left, bytes.size());
    const std::size_t got = source_.receive(std::span(bytes).first(wanted));
    if (got == 0) {
      break;
    }
    written +=
        static_cast<std::uint32_t>(to.write_some(std::span<const std::byte>(bytes).first(got)));
    left -= got;
  }
  return written;
}

}  // namespace serai::virtio_entropy
