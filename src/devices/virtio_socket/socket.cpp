// SPDX-License-Identifier: BSD-2-Clause
#include "devices/virtio_socket/socket.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "base/bits.hpp"

namespace serai::virtio_socket {
namespace {

/// PCI: other communication device.
constexpr std::uint32_t pci_class = 0x07'8000;
constexpr std::uint16_t queue_count = 3;

namespace feature {
constexpr std::uint64_t stream = bit(0);    ///< VIRTIO_VSOCK_F_STREAM
constexpr std::uint64_t sequence = bit(1);  ///< VIRTIO_VSOCK_F_SEQPACKET
}  // namespace feature

}  // namespace

virtio::DeviceTraits Socket::traits() const noexcept {
  return {.id = virtio::DeviceId::socket,
          .queue_count = queue_count,
          .config_bytes = sizeof context_id_,
          .pci_class = pci_class};
}

std::uint64_t Socket::offered_features() const noexcept {
  return feature::stream | feature::sequence;
}

void Socket::read_config(std::uint32_t offset, std::span<std::byte> to) noexcept {
  std::array<std::byte, sizeof context_id_> config{};
  std::memcpy(config.data(), &context_id_, config.size());
  std::ranges::copy(std::span(config).subspan(offset, to.size()), to.begin());
}

void Socket::write_config(std::uint32_t /*offset*/, std::span<const std::byte> /*bytes*/) noexcept {
}

void Socket::activate(const virtio::Activation& activation) noexcept {
  active_ = activation;
  transmit();
  receive();
  end_of_event();
}

void Socket::reset() noexcept {
  active_ = {};
  waits_for_room_ = false;
  owes_reset_event_ = false;
  has_arrived_ = false;
  if (data_left_ != 0) {
    data_left_ = 0;
    reader_.drop();
  }
  drop_arrivals();
  backend_.flush();
}

void Socket::reset_queue(std::uint16_t /*queue*/) noexcept {}

void Socket::notify(std::uint16_t queue) noexcept {
  if (queue == receive_queue) {
    receive();
  } else if (queue == transmit_queue) {
    transmit();
  }
  end_of_event();
}

void Socket::back_end_ready() noexcept {
  if (active_.events == nullptr) {
    drop_arrivals();
    backend_.flush();
    return;
  }
  if (waits_for_room_) {
    transmit();
  }
  receive();
  end_of_event();
}

void Socket::transport_reset() noexcept {
  if (active_.events != nullptr) {
    owes_reset_event_ = true;
    end_of_event();
  }
}

/// What every event ends with.
void Socket::end_of_event() noexcept {
  if (was_up_ && !backend_.is_up()) {
    was_up_ = false;
    owes_reset_event_ = true;
  }
  tell_reset();
  backend_.flush();
}

/// An enabled queue that works, or null.
virtio::Queue* Socket::queue_at(std::uint16_t index) const noexcept {
  if (active_.events == nullptr || !active_.queues[index].is_enabled()) {
    return nullptr;
  }
  return &active_.queues[index];
}

/// Shows the driver what was used of a queue, and that it broke a rule if it did.
void Socket::publish(std::uint16_t index) const noexcept {
  virtio::Queue& queue = active_.queues[index];
  if (queue.publish()) {
    active_.events->queue_interrupt(index);
  }
  if (queue.is_broken()) {
    active_.events->needs_reset();
  }
}

void Socket::tell_reset() noexcept {
  virtio::Queue* const queue = owes_reset_event_ ? queue_at(event_queue) : nullptr;
  if (queue == nullptr) {
    return;
  }
  Result<virtio::Chain> chain = queue->pop();
  if (chain) {
    // VIRTIO_VSOCK_EVENT_TRANSPORT_RESET
    constexpr std::array<std::byte, 4> event{};
    const bool fits = chain->writer().write(event).has_value();
    owes_reset_event_ = !fits;
    queue->complete(*std::move(chain), fits ? sizeof event : 0);
  }
  publish(event_queue);
}

}  // namespace serai::virtio_socket
