// SPDX-License-Identifier: BSD-2-Clause
#include "pds/uplink/uplink.hpp"

#include <array>

#include "base/bits.hpp"

namespace serai::uplink {
namespace {

/// VirtIO 1.2, 5.1.3.
namespace feature {
constexpr std::uint64_t checksum = bit(0);
constexpr std::uint64_t guest_checksum = bit(1);
constexpr std::uint64_t guest_tcp4 = bit(7);
constexpr std::uint64_t guest_tcp6 = bit(8);
constexpr std::uint64_t guest_ecn = bit(9);
constexpr std::uint64_t host_tcp4 = bit(11);
constexpr std::uint64_t host_tcp6 = bit(12);
constexpr std::uint64_t host_ecn = bit(13);
constexpr std::uint64_t merge_buffers = bit(15);
constexpr std::uint64_t host_udp = bit(56);
constexpr std::uint64_t large_arrivals = guest_tcp4 | guest_tcp6 | guest_ecn;
constexpr std::uint64_t extended = checksum | guest_checksum | large_arrivals | host_tcp4 |
                                   host_tcp6 | host_ecn | merge_buffers | host_udp;
}  // namespace feature

constexpr std::uint16_t receive_queue = 0;
constexpr std::uint16_t transmit_queue = 1;

struct OffloadFeature {
  std::uint64_t feature;
  net::Offload offload;
};

constexpr std::array offload_features = {
    OffloadFeature{.feature = feature::checksum, .offload = net::Offload::checksum},
    OffloadFeature{.feature = feature::host_tcp4, .offload = net::Offload::tcp4},
    OffloadFeature{.feature = feature::host_tcp6, .offload = net::Offload::tcp6},
    OffloadFeature{.feature = feature::host_ecn, .offload = net::Offload::tcp_ecn},
    OffloadFeature{.feature = feature::host_udp, .offload = net::Offload::udp},
};

/// What the device does for packets to the network.
net::Offloads offloads_of(std::uint64_t features) noexcept {
  net::Offloads offloads;
  for (const OffloadFeature& each : offload_features) {
    if ((features & each.feature) != 0) {
      offloads.add(each.offload);
    }
  }
  return offloads;
}

bool is_usable(const ClientSide& side, std::span<const std::byte> data) noexcept {
  return is_power_of_two(side.capacity()) &&
         side.capacity() <= sddf::PacketQueueMemory::most_capacity &&
         side.free.descriptors.size() == side.capacity() && is_power_of_two(side.buffer_bytes) &&
         side.buffer_bytes <= 0x8000 &&
         data.size() == std::size_t{side.capacity()} * side.buffer_bytes;
}

}  // namespace

Uplink::Uplink(drivers::RegisterPort& registers, SignalPort& signals,
               ChannelId device_channel) noexcept
    : device_(registers), signals_(signals), device_channel_(device_channel) {}

Result<void> Uplink::start(drivers::DmaMemory& memory, const Client& client) noexcept {
  if (const auto greeted = device_.begin(drivers::DeviceType::network); !greeted) {
    return greeted;
  }
  const auto done = set_up(memory, client);
  if (!done) {
    device_.give_up();
    return done;
  }
  device_.finish();
  transmit_channel_ = client.transmit_channel;
  receive_channel_ = client.receive_channel;
  run();
  return {};
}

Result<void> Uplink::set_up(drivers::DmaMemory& memory, const Client& client) noexcept {
  if (!is_usable(client.transmit, client.transmit_data) ||
      !is_usable(client.receive, client.receive_data)) {
    return fail(Error::bad_value);
  }
  const bool extended = client.transmit.extended;
  const auto features = negotiate(extended);
  if (!features) {
    return fail(features.error());
  }
  const bool event_index = (*features & drivers::feature::event_idx) != 0;
  const auto inbound = set_up_queue(memory, receive_queue, inbound_queue_, event_index);
  if (!inbound) {
    return inbound;
  }
  const auto outbound = set_up_queue(memory, transmit_queue, outbound_queue_, event_index);
  if (!outbound) {
    return outbound;
  }
  constexpr std::size_t header_alignment = 16;
  const auto headers = memory.take(Outbound::memory_bytes, header_alignment);
  const auto unused = memory.take(header_alignment, header_alignment);
  if (!headers || !unused) {
    return fail(Error::no_space);
  }
  const bool merges = extended && (*features & feature::merge_buffers) != 0;
  inbound_.emplace(client.transmit, client.transmit_data, inbound_queue_, unused->physical, merges);
  outbound_.emplace(client.receive, client.receive_data, outbound_queue_, *headers,
                    offloads_of(*features));
  return {};
}

Result<std::uint64_t> Uplink::negotiate(bool extended) noexcept {
  constexpr std::uint64_t always = drivers::feature::event_idx;
  const auto features = device_.negotiate(extended ? always | feature::extended : always);
  if (!features || (*features & feature::large_arrivals) == 0 ||
      (*features & feature::merge_buffers) != 0) {
    return features;
  }
  // Large packets would need large buffers, which the client does not have.
  if (const auto greeted = device_.begin(drivers::DeviceType::network); !greeted) {
    return fail(greeted.error());
  }
  return device_.negotiate(always | (feature::extended & ~feature::large_arrivals));
}

Result<void> Uplink::set_up_queue(drivers::DmaMemory& memory, std::uint16_t index,
                                  drivers::DriverQueue& queue, bool event_index) noexcept {
  using drivers::DriverQueue;
  const std::uint16_t size = device_.queue_size(index, DriverQueue::most_size);
  const auto piece = memory.take(DriverQueue::memory_bytes(size), DriverQueue::alignment);
  if (!piece) {
    return fail(piece.error());
  }
  if (const auto started = queue.start(*piece, size, event_index); !started) {
    return started;
  }
  return device_.enable(index, queue.addresses());
}

void Uplink::notified(ChannelId channel) noexcept {
  if (channel == device_channel_) {
    // Before the queues are looked at: what comes afterwards interrupts again.
    static_cast<void>(device_.take_interrupts());
    signals_.acknowledge_irq(device_channel_);
  }
  run();
}

Message Uplink::called(ChannelId /*channel*/, const Message& /*message*/) noexcept {
  return {.label = 1};
}

bool Uplink::is_up() const noexcept {
  return inbound_ && outbound_ && !inbound_->is_broken() && !outbound_->is_broken() &&
         !inbound_queue_.is_broken() && !outbound_queue_.is_broken();
}

void Uplink::run() noexcept {
  // However long this goes on: there is nobody else to serve, and both sides hear of each round.
  bool more = true;
  while (more && is_up()) {
    if (inbound_->work()) {
      device_.notify(receive_queue);
    }
    if (outbound_->work()) {
      device_.notify(transmit_queue);
    }
    notify_client();
    const bool inbound_more = inbound_->sleep();
    const bool outbound_more = outbound_->sleep();
    more = inbound_more || outbound_more;
  }
}

void Uplink::notify_client() noexcept {
  const bool arrived = inbound_->take_notification();
  const bool sent = outbound_->take_notification();
  if (arrived) {
    signals_.notify(transmit_channel_);
  }
  if (sent && (!arrived || transmit_channel_ != receive_channel_)) {
    signals_.notify(receive_channel_);
  }
}

}  // namespace serai::uplink
