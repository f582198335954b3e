// SPDX-License-Identifier: BSD-2-Clause
#include "pds/network_switch/network_switch.hpp"

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstring>

#include "base/bits.hpp"
#include "core/clock_units.hpp"
#include "pds/network_switch/offloads.hpp"

namespace serai::network_switch {
namespace {

/// 64 KiB of IP with Ethernet's head, a tag and a header; a little more harms nobody.
constexpr std::uint32_t most_packet_bytes = 0x1'0000 + 64;

/// Stations that say nothing are forgotten after this time (IEEE 802.1Q, table 8-6).
constexpr std::uint64_t most_age_seconds = 300;

/// Calls `act` with the number of each port of `set`.
template <class Act>
void for_each_port(PortSet set, Act&& act) noexcept {
  for (; set != 0; set &= set - 1) {
    act(static_cast<std::uint32_t>(std::countr_zero(set)));
  }
}

/// Copies the start of a packet, and the offloads and the frame's head out of the copy. Errors: as
/// the parsers.
// Guest-controlled: piece.
Result<void> read_start(const PacketPiece& piece, PacketStart& start, bool is_trusted) noexcept {
  if (piece.bytes.empty() || piece.packet_bytes > most_packet_bytes) {
    return fail(Error::bad_value);
  }
  start.size = std::min(piece.bytes.size(), PacketStart::most_bytes);
  std::memcpy(start.copy.data(), piece.bytes.data(), start.size);
  // The compiler might otherwise read the shared bytes again in place of the copy.
  std::atomic_signal_fence(std::memory_order_seq_cst);
  const std::size_t offloads_bytes = start.shape.extended ? net::header_bytes : 0;
  if (start.size < offloads_bytes) {
    return fail(Error::bad_value);
  }
  const std::span<std::byte> copy = std::span(start.copy).first(start.size);
  const auto head = parse_frame_head(copy.subspan(offloads_bytes));
  if (!head) {
    return fail(head.error());
  }
  start.head = *head;
  if (head->is_tagged) {
    start.shape.tag = head->tag;
  }
  if (!start.shape.extended) {
    return {};
  }
  const auto offloads = read_offloads(
      copy.first<net::header_bytes>(), piece.bytes.size() - offloads_bytes,
      FrameHead::untagged_bytes + (head->is_tagged ? FrameHead::tag_bytes : 0), is_trusted);
  if (!offloads) {
    return fail(offloads.error());
  }
  start.offloads = *offloads;
  net::write_header(*offloads, copy.first<net::header_bytes>());
  return {};
}

/// The counter for frames that are refused.
std::uint64_t& counter_of(PortCounters& counters, Verdict verdict) noexcept {
  switch (verdict) {
    case Verdict::spoofed:
      return counters.spoofed;
    case Verdict::bad_tag:
      return counters.bad_tag;
    case Verdict::link_local:
      return counters.link_local;
    case Verdict::nowhere:
      return counters.nowhere;
    case Verdict::forward:
      break;
  }
  return counters.forwarded;
}

/// How a frame of `vlan` leaves by a port. Its tag keeps its priority.
PacketShape shape_at(const PortRules& rules, bool extended, std::uint16_t vlan,
                     const PacketStart& start) noexcept {
  constexpr std::uint16_t priority_mask = 0xf000;
  PacketShape shape{.extended = extended};
  if (rules.trunk && vlan != rules.vlan) {
    const std::uint16_t priority = start.shape.tag.value_or(0) & priority_mask;
    shape.tag = static_cast<std::uint16_t>(priority | vlan);
  }
  return shape;
}

}  // namespace

NetworkSwitch::NetworkSwitch(ClockPort& clock, const Options& options) noexcept
    : clock_(clock),
      timer_channel_(options.timer_channel),
      forwarding_(ns_to_ticks(most_age_seconds * ns_per_second, clock.counter_frequency_hz())) {}

Result<void> NetworkSwitch::add_port(const PortOptions& options, PacketBackend& backend) noexcept {
  if (options.transmit_channel >= most_channels || options.receive_channel >= most_channels) {
    return fail(Error::out_of_range);
  }
  if (const auto added = forwarding_.add_port(options.rules); !added) {
    return added;
  }
  const std::uint32_t index = port_count_++;
  Port& port = ports_[index];
  port.backend = &backend;
  port.extended = backend.format().extended;
  port.limit =
      RateLimit(options.rate_bits_per_second, options.burst_bytes, clock_.counter_frequency_hz());
  by_channel_[options.transmit_channel] |= bit(index);
  by_channel_[options.receive_channel] |= bit(index);
  return {};
}

void NetworkSwitch::start() noexcept {
  run(low_mask(port_count_));
}

void NetworkSwitch::notified(ChannelId channel) noexcept {
  if (channel == timer_channel_) {
    run(held_);
  } else if (channel < most_channels) {
    run(by_channel_[channel]);
  }
}

Message NetworkSwitch::called(ChannelId /*channel*/, const Message& /*message*/) noexcept {
  return {.label = 1};
}

void NetworkSwitch::run(PortSet waiting) noexcept {
  while (waiting != 0) {
    const std::uint64_t now = clock_.counter();
    bool is_any_left = false;
    for_each_port(waiting, [&](std::uint32_t index) { is_any_left |= serve(index, now); });
    for_each_port(dirty_, [&](std::uint32_t index) { ports_[index].backend->flush(); });
    dirty_ = 0;
    // Whoever never stops sending must not keep the others waiting for this event's end.
    waiting = is_any_left ? low_mask(port_count_) : 0;
  }
  set_alarm();
}

/// Passes a turn's packets of a port; whether more are left that may pass now.
bool NetworkSwitch::serve(std::uint32_t index, std::uint64_t now) noexcept {
  Port& port = ports_[index];
  held_ &= ~bit(index);
  port.backend->want_arrivals(false);
  for (unsigned i = 0; i < packets_per_turn; ++i) {
    const auto piece = next_packet(port);
    if (!piece) {
      return false;
    }
    const bool is_over_limit = port.limit.next_at() > now;
    if (is_over_limit && timer_channel_ != no_channel) {
      held_ |= bit(index);
      return false;
    }
    dirty_ |= bit(index);
    ++port.counters.received;
    if (is_over_limit) {
      ++port.counters.over_limit;
      static_cast<void>(copy_packet(port, *piece, 0, 0));
    } else {
      pass(index, *piece, now);
    }
  }
  return true;
}

/// The oldest packet; where there is none, the sender will signal the next.
std::optional<PacketPiece> NetworkSwitch::next_packet(Port& port) noexcept {
  auto piece = port.backend->peek();
  if (!piece) {
    port.backend->want_arrivals(true);
    piece = port.backend->peek();
  }
  return piece;
}

void NetworkSwitch::pass(std::uint32_t index, const PacketPiece& first,
                         std::uint64_t now) noexcept {
  Port& port = ports_[index];
  port.limit.charge(first.packet_bytes, now);
  PacketStart start;
  start.shape.extended = port.extended;
  const Decision decision = decide(index, first, start, now);
  const PortSet targets = begin(decision, start);
  const bool is_whole = copy_packet(port, first, start.size, targets);
  for_each_port(targets, [&](std::uint32_t target) {
    Port& to = ports_[target];
    if (!is_whole) {
      to.writer.cancel();
    }
    const bool is_sent = to.writer.finish();
    ++(is_sent ? to.counters.delivered : to.counters.lost);
  });
  if (unfinished_ != 0 && is_whole) {
    finish(decision, start);
  }
  unfinished_ = 0;
  dirty_ |= decision.targets;
}

/// Sends the packet to receivers for which it had to be finished first.
void NetworkSwitch::finish(const Decision& decision, const PacketStart& start) noexcept {
  for_each_port(unfinished_, [&](std::uint32_t target) {
    Port& to = ports_[target];
    const PacketShape shape =
        shape_at(forwarding_.rules(target), to.extended, decision.vlan, start);
    const PacketPrefix prefix = reshape(start, shape);
    switch (finisher_.send(std::span(prefix.bytes).first(prefix.size), offloads_in(start, shape),
                           *to.backend)) {
      case FrameFinisher::Outcome::sent:
        ++to.counters.delivered;
        return;
      case FrameFinisher::Outcome::lost:
        ++to.counters.lost;
        return;
      case FrameFinisher::Outcome::impossible:
        ++to.counters.unfinishable;
        return;
    }
  });
}

/// Copies the packet's start and decides by the copy; counts what is refused.
Decision NetworkSwitch::decide(std::uint32_t index, const PacketPiece& first, PacketStart& start,
                               std::uint64_t now) noexcept {
  Port& port = ports_[index];
  const auto read = read_start(first, start, forwarding_.rules(index).uplink);
  if (!read) {
    ++port.counters.malformed;
    return {};
  }
  const Decision decision = forwarding_.decide(index, start.head, now);
  ++counter_of(port.counters, decision.verdict);
  return decision;
}

/// Begins the packet at its receivers; those that get it as it is.
PortSet NetworkSwitch::begin(const Decision& decision, const PacketStart& start) noexcept {
  PortSet begun = 0;
  for_each_port(decision.targets, [&](std::uint32_t target) {
    Port& to = ports_[target];
    const PacketShape shape =
        shape_at(forwarding_.rules(target), to.extended, decision.vlan, start);
    if (!shape.extended && !is_plain(start.offloads)) {
      unfinished_ |= bit(target);
      return;
    }
    begun |= bit(target);
    to.writer.begin(*to.backend);
    if (shape == start.shape) {
      to.writer.write(std::span(start.copy).first(start.size));
    } else {
      const PacketPrefix prefix = reshape(start, shape);
      to.writer.write(std::span(prefix.bytes).first(prefix.size));
    }
  });
  if (unfinished_ != 0) {
    finisher_.begin();
  }
  return begun;
}

/// Copies what follows the first `skip` bytes of a packet to its receivers and gives its buffers
/// back to the sender; whether all of it was there.
bool NetworkSwitch::copy_packet(Port& from, PacketPiece piece, std::size_t skip,
                                PortSet targets) noexcept {
  while (true) {
    const std::span<const std::byte> bytes = piece.bytes.subspan(skip);
    for_each_port(targets, [&](std::uint32_t target) { ports_[target].writer.write(bytes); });
    if (unfinished_ != 0) {
      finisher_.append(bytes);
    }
    skip = 0;
    from.backend->consume();
    if (!piece.more) {
      return true;
    }
    const auto next = from.backend->peek();
    if (!next) {
      return false;
    }
    piece = *next;
  }
}

void NetworkSwitch::set_alarm() noexcept {
  if (held_ == 0) {
    return;
  }
  std::uint64_t earliest = never;
  for_each_port(held_, [&](std::uint32_t index) {
    earliest = std::min(earliest, ports_[index].limit.next_at());
  });
  clock_.set_alarm(earliest);
}

}  // namespace serai::network_switch
