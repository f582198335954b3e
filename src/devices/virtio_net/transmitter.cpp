// SPDX-License-Identifier: BSD-2-Clause
#include "devices/virtio_net/transmitter.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "net/ethernet.hpp"

namespace serai::virtio_net {
namespace {

/// Far more than fit in any queue: an event ends also if another vCPU never stops sending.
constexpr unsigned most_chains = 8192;

}  // namespace

bool Transmitter::drain(virtio::Queue& queue, Steering* flows, std::uint16_t pair) noexcept {
  unsigned budget = most_chains;
  do {
    queue.suppress_notifications();
    if (!drain_available(queue, flows, pair, budget)) {
      return false;
    }
  } while (queue.allow_notifications());
  return true;
}

bool Transmitter::drain_available(virtio::Queue& queue, Steering* flows, std::uint16_t pair,
                                  unsigned& budget) noexcept {
  for (; budget != 0; --budget) {
    auto chain = queue.pop();
    if (!chain) {
      return chain.error() != Error::no_space;
    }
    virtio::ChainReader reader = chain->reader();
    const auto frame = plan(reader);
    if (frame) {
      if (!has_room(frame->bytes)) {
        queue.put_back(std::move(*chain));
        return false;
      }
      if (send(*frame, reader, flows, pair)) {
        ++counters_.transmitted;
      }
    }
    queue.complete(std::move(*chain), 0);
  }
  static_cast<void>(queue.allow_notifications());
  return false;
}

/// Reads the header of a chain and decides; a failure has been counted.
// Guest-controlled: all of the chain.
Result<Transmitter::Plan> Transmitter::plan(virtio::ChainReader& reader) noexcept {
  if (!backend_.is_up()) {
    ++counters_.transmit_link_down;
    return fail(Error::unsupported);
  }
  std::array<std::byte, net::header_bytes> raw{};
  if (!reader.read(raw) || reader.remaining() < net::ethernet_bytes) {
    ++counters_.transmit_malformed;
    return fail(Error::bad_value);
  }
  if (reader.remaining() > net::most_frame_bytes) {
    ++counters_.transmit_too_long;
    return fail(Error::overflow);
  }
  const auto frame_bytes = static_cast<std::uint32_t>(reader.remaining());
  const auto header = net::checked(net::header_from(raw), frame_bytes, offloads_);
  if (!header) {
    ++counters_.transmit_malformed;
    return fail(header.error());
  }
  const std::uint32_t bytes =
      frame_bytes + (format_.extended ? std::uint32_t{net::header_bytes} : 0);
  if ((!header->is_gso() && frame_bytes > most_frame_bytes_) ||
      buffers_for(bytes) > format_.most_buffers) {
    ++counters_.transmit_too_long;
    return fail(Error::overflow);
  }
  return Plan{.header = *header, .bytes = bytes};
}

std::uint32_t Transmitter::buffers_for(std::uint32_t bytes) const noexcept {
  return (bytes + format_.buffer_bytes - 1) / format_.buffer_bytes;
}

/// Whether a packet can be sent now; if not, a signal will come. Room that was seen once stays:
/// only this device takes it.
bool Transmitter::has_room(std::uint32_t bytes) noexcept {
  const std::uint32_t needed = buffers_for(bytes);
  if (room_ >= needed) {
    return true;
  }
  room_ = backend_.transmit_room();
  if (room_ >= needed) {
    return true;
  }
  backend_.request_room_signal();
  room_ = backend_.transmit_room();
  return room_ >= needed;
}

bool Transmitter::send(const Plan& plan, virtio::ChainReader& reader, Steering* flows,
                       std::uint16_t pair) noexcept {
  std::uint32_t place = format_.extended ? std::uint32_t{net::header_bytes} : 0;
  bool is_first = true;
  do {
    const auto buffer = backend_.claim();
    if (!buffer) {
      // The other side has just broken the protocol.
      backend_.cancel();
      room_ = 0;
      ++counters_.transmit_link_down;
      return false;
    }
    if (format_.extended && is_first) {
      net::write_header(plan.header, buffer->first<net::header_bytes>());
    }
    const std::size_t copied = reader.read_some(buffer->subspan(place));
    backend_.fill(static_cast<std::uint32_t>(place + copied));
    if (is_first && flows != nullptr) {
      learn(*flows, pair, buffer->subspan(place, copied));
    }
    is_first = false;
    place = 0;
    --room_;
  } while (reader.remaining() != 0);
  backend_.commit();
  return true;
}

void Transmitter::learn(Steering& flows, std::uint16_t pair,
                        std::span<const std::byte> frame) noexcept {
  constexpr std::size_t enough = 128;
  std::array<std::byte, enough> start{};
  const std::size_t count = std::min(frame.size(), enough);
  // The other side may already change them: they are looked at in a copy.
  std::memcpy(start.data(), frame.data(), count);
  flows.transmitted(net::flow_of(std::span(start).first(count)), pair);
}

}  // namespace serai::virtio_net
