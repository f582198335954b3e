// SPDX-License-Identifier: BSD-2-Clause
#include "devices/virtio_net/net.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "base/bits.hpp"
#include "devices/virtio_net/features.hpp"

namespace serai::virtio_net {
namespace {

constexpr std::uint32_t pci_class_ethernet = 0x02'00'00;
constexpr std::uint16_t status_link_up = 1;
constexpr std::uint16_t status_announce = 2;

/// The device's configuration as the driver sees it (VirtIO 1.2, 5.1.4), little-endian.
struct Config {
  net::MacAddress mac;
  std::uint16_t status;
  std::uint16_t max_virtqueue_pairs;
  std::uint16_t mtu;
};

static_assert(sizeof(Config) == 12);

constexpr std::uint32_t queue_bit(std::uint16_t queue) noexcept {
  return std::uint32_t{1} << queue;
}

}  // namespace

Net::Net(PacketBackend& backend, const Options& options) noexcept
    : backend_(backend),
      options_(options),
      transmitter_(backend, counters_),
      receiver_(backend, counters_) {
  options_.queue_pairs = std::clamp<std::uint16_t>(options.queue_pairs, 1, most_pairs);
  options_.offloads = options.offloads && backend.format().extended;
  reset();
}

virtio::DeviceTraits Net::traits() const noexcept {
  return {.id = virtio::DeviceId::network,
          .queue_count = static_cast<std::uint16_t>(2 * options_.queue_pairs + 1),
          .most_queue_size = options_.queue_size,
          .config_bytes = sizeof(Config),
          .pci_class = pci_class_ethernet};
}

std::uint64_t Net::offered_features() const noexcept {
  return features_of({.offloads = options_.offloads,
                      .has_mtu = options_.mtu != 0,
                      .multiqueue = options_.queue_pairs > 1});
}

std::uint16_t Net::status() const noexcept {
  const bool announces = settings_.announces;
  return static_cast<std::uint16_t>((link_was_up_ ? status_link_up : 0) |
                                    (announces ? status_announce : 0));
}

void Net::read_config(std::uint32_t offset, std::span<std::byte> to) noexcept {
  const Config config{.mac = settings_.mac,
                      .status = status(),
                      .max_virtqueue_pairs = options_.queue_pairs,
                      .mtu = options_.mtu};
  std::array<std::byte, sizeof(Config)> bytes{};
  std::memcpy(bytes.data(), &config, sizeof(config));
  std::memcpy(to.data(), bytes.data() + offset, to.size());
}

void Net::write_config(std::uint32_t /*offset*/, std::span<const std::byte> /*bytes*/) noexcept {
  // All of it is read-only; the address has a command (5.1.6.5.2).
}

/// Behind all receive and transmit queues of the pairs that the driver knows of (5.1.2).
std::uint16_t Net::control_queue() const noexcept {
  return static_cast<std::uint16_t>(2 * settings_.most_pairs);
}

std::uint32_t Net::most_unsegmented_bytes() const noexcept {
  return options_.mtu == 0 ? net::most_frame_bytes
                           : options_.mtu + net::ethernet_bytes + net::vlan_tag_bytes;
}

[[gnu::cold]] void Net::activate(const virtio::Activation& activation) noexcept {
  activation_ = activation;
  settings_.features = consistent(activation.features);
  settings_.receives = receive_offloads(settings_.features);
  const bool has_pairs = (settings_.features & feature::mq) != 0;
  settings_.most_pairs = has_pairs ? options_.queue_pairs : std::uint16_t{1};
  if ((settings_.features & feature::ctrl_vlan) != 0) {
    settings_.filter.filter_vlans();
  }
  transmitter_.start(transmit_offloads(settings_.features), most_unsegmented_bytes());
  receiver_.start(
      activation.queues.first(2 * std::size_t{settings_.most_pairs}),
      {.mergeable = (settings_.features & feature::mrg_rxbuf) != 0,
       .mtu = (settings_.features & feature::mtu) != 0 ? options_.mtu : std::uint16_t{0}});
  receive();
  end_of_event();
}

[[gnu::cold]] void Net::reset() noexcept {
  receiver_.stop();
  activation_ = {};
  flows_.reset();
  settings_ = {};
  settings_.mac = options_.mac;
  settings_.filter.reset(options_.mac);
  used_queues_ = 0;
  waiting_pairs_ = 0;
  asked_for_reset_ = false;
  link_was_up_ = backend_.is_up();
  // Until there is a driver again, what arrives waits; it is dropped then.
  backend_.want_arrivals(false);
  backend_.flush();
}

[[gnu::cold]] void Net::reset_queue(std::uint16_t queue) noexcept {
  receiver_.abandon(queue);
  used_queues_ &= ~queue_bit(queue);
  if (queue % 2 == 1) {
    waiting_pairs_ &= ~queue_bit(queue / 2);
  }
}

void Net::notify(std::uint16_t queue) noexcept {
  if (queue == control_queue()) {
    run_commands();
  } else if (queue < control_queue() && queue % 2 == 1) {
    transmit(queue / 2);
  }
  if (receiver_.can_go_on_with(queue)) {
    receive();
    // What was received has left memory for chains that did not fit in.
    transmit_waiting();
  }
  end_of_event();
}

void Net::back_end_ready() noexcept {
  if (!is_active()) {
    return;
  }
  transmit_waiting();
  receive();
  end_of_event();
}

void Net::announce() noexcept {
  if (is_active() && (settings_.features & feature::guest_announce) != 0) {
    settings_.announces = true;
    activation_.events->config_changed();
  }
}

void Net::receive() noexcept {
  used_queues_ |= receiver_.pump(settings_, flows_);
}

void Net::transmit(std::uint16_t pair) noexcept {
  const auto queue = static_cast<std::uint16_t>(2 * pair + 1);
  // With one pair there is nothing to steer, and nothing to learn.
  Steering* const flows = settings_.most_pairs > 1 ? &flows_ : nullptr;
  const bool done = transmitter_.drain(activation_.queues[queue], flows, pair);
  waiting_pairs_ = done ? waiting_pairs_ & ~queue_bit(pair) : waiting_pairs_ | queue_bit(pair);
  used_queues_ |= queue_bit(queue);
}

void Net::transmit_waiting() noexcept {
  for (std::uint16_t pair = 0; waiting_pairs_ >> pair != 0; ++pair) {
    if ((waiting_pairs_ & queue_bit(pair)) != 0) {
      transmit(pair);
    }
  }
}

void Net::run_commands() noexcept {
  virtio::Queue& queue = activation_.queues[control_queue()];
  // A driver waits for each answer: more than one command is rare. With VIRTIO_F_EVENT_IDX it only
  // notifies of the next one if we say so each time.
  do {
    while (auto chain = queue.pop()) {
      const std::uint32_t written = run_command(settings_, *chain);
      queue.complete(std::move(*chain), written);
    }
  } while (queue.allow_notifications());
  used_queues_ |= queue_bit(control_queue()) | receiver_.settings_changed(settings_);
  receive();
}

/// Tells the driver when the back end's other side is gone, and drops what waits for it: no signal
/// will come.
void Net::watch_link() noexcept {
  const bool is_up = backend_.is_up();
  if (is_up == link_was_up_) {
    return;
  }
  link_was_up_ = is_up;
  if (!is_up) {
    transmit_waiting();
  }
  if ((settings_.features & feature::status) != 0) {
    activation_.events->config_changed();
  }
}

void Net::end_of_event() noexcept {
  watch_link();
  for (std::uint16_t queue = 0; used_queues_ >> queue != 0; ++queue) {
    if ((used_queues_ & queue_bit(queue)) == 0) {
      continue;
    }
    if (activation_.queues[queue].publish()) {
      activation_.events->queue_interrupt(queue);
    }
    if (activation_.queues[queue].is_broken() && !asked_for_reset_) {
      asked_for_reset_ = true;
      activation_.events->needs_reset();
    }
  }
  used_queues_ = 0;
  backend_.flush();
}

}  // namespace serai::virtio_net
