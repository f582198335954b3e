// SPDX-License-Identifier: BSD-2-Clause
#include "pds/sockets/socket_switch.hpp"

#include <algorithm>
#include <atomic>
#include <bit>

#include "base/bits.hpp"

namespace serai::sockets {
namespace {

using net::socket_header_bytes;
using net::SocketHeader;

/// Calls `act` with the number of each port of `set`.
template <class Act>
void for_each_port(std::uint64_t set, Act&& act) noexcept {
  for (; set != 0; set &= set - 1) {
    act(static_cast<std::uint32_t>(std::countr_zero(set)));
  }
}

/// A private copy of the header of the oldest packet, if it makes sense.
// Guest-controlled: the packet.
std::optional<SocketHeader> read_header(net::PacketReader& reader) noexcept {
  std::array<std::byte, socket_header_bytes> copy{};
  const std::uint32_t bytes = reader.remaining();
  if (reader.look(copy) != copy.size()) {
    return std::nullopt;
  }
  // The compiler might otherwise read the shared bytes again in place of the copy.
  std::atomic_signal_fence(std::memory_order_seq_cst);
  const SocketHeader header = net::socket_header_from(copy);
  if (!net::is_sensible(header, bytes - socket_header_bytes)) {
    return std::nullopt;
  }
  return header;
}

}  // namespace

SocketSwitch::SocketSwitch(ClockPort& clock, ChannelId timer_channel) noexcept
    : clock_(clock),
      timer_channel_(timer_channel),
      patience_(timer_channel == no_channel
                    ? 0
                    : ns_to_ticks(patience_ns, clock.counter_frequency_hz())) {}

Result<void> SocketSwitch::add_port(const PortOptions& options, PacketBackend& backend) noexcept {
  if (port_count_ == ports_.size()) {
    return fail(Error::no_space);
  }
  if (options.transmit_channel >= most_channels || options.receive_channel >= most_channels) {
    return fail(Error::out_of_range);
  }
  for (const Port& port : std::span(ports_).first(port_count_)) {
    if (port.context_id == options.context_id) {
      return fail(Error::overlap);
    }
  }
  const std::uint32_t index = port_count_++;
  Port& port = ports_[index];
  port.backend = &backend;
  port.reader.emplace(backend);
  port.outlet = Outlet(backend);
  port.context_id = options.context_id;
  port.group = options.group;
  by_channel_[options.transmit_channel] |= bit(index);
  by_channel_[options.receive_channel] |= bit(index);
  return {};
}

void SocketSwitch::start() noexcept {
  endpoint_.set_clients(port_count_);
  run(low_mask(port_count_));
}

void SocketSwitch::notified(ChannelId channel) noexcept {
  if (channel == timer_channel_) {
    run(held_);
  } else if (channel < most_channels) {
    // Whoever waits may wait for room that came back just now.
    run(by_channel_[channel] | held_);
  }
}

Message SocketSwitch::called(ChannelId /*channel*/, const Message& /*message*/) noexcept {
  return {.label = 1};
}

void SocketSwitch::run(PortSet waiting) noexcept {
  while (waiting != 0) {
    const std::uint64_t now = clock_.counter();
    bool is_any_left = false;
    has_turn_ = 0;
    for_each_port(waiting, [&](std::uint32_t index) {
      Port& port = ports_[index];
      port.outlet.send_owed();
      if (port.outlet.can_refuse()) {
        port.deaf_since = never;
      }
      endpoint_.client_ready(index, port.outlet);
      is_any_left |= serve(index, now);
    });
    flush(waiting);
    // Whoever never stops sending must not keep the others waiting for this event's end.
    waiting = is_any_left ? low_mask(port_count_) : has_turn_;
  }
  set_alarm();
}

/// Tells those whose packets were taken, or who got some.
void SocketSwitch::flush(PortSet served) noexcept {
  for_each_port(low_mask(port_count_), [&](std::uint32_t index) {
    Port& port = ports_[index];
    if (port.outlet.take_sent() || test_bit(served, index)) {
      port.backend->flush();
    }
  });
}

/// Passes a turn's packets of a port; whether more are left that may pass now.
bool SocketSwitch::serve(std::uint32_t index, std::uint64_t now) noexcept {
  Port& port = ports_[index];
  held_ &= ~bit(index);
  port.backend->want_arrivals(false);
  for (unsigned i = 0; i < packets_per_turn; ++i) {
    if (!has_packet(port)) {
      return false;
    }
    const Outcome outcome = pass(index, now);
    if (outcome == Outcome::held) {
      held_ |= bit(index);
      return false;
    }
    leave_line(index, outcome == Outcome::given_up);
  }
  return true;
}

/// Whether a packet is there; if not, the sender will signal the next.
bool SocketSwitch::has_packet(Port& port) noexcept {
  if (port.reader->remaining() != 0) {
    return true;
  }
  port.backend->want_arrivals(true);
  return port.reader->remaining() != 0;
}

/// Handles the oldest packet of a port, unless it must wait.
SocketSwitch::Outcome SocketSwitch::pass(std::uint32_t index, std::uint64_t now) noexcept {
  Port& from = ports_[index];
  const auto header = read_header(*from.reader);
  if (!header || header->src_cid != from.context_id) {
    ++(header ? from.counters.spoofed : from.counters.malformed);
    ++from.counters.received;
    from.reader->drop();
    return Outcome::done;
  }
  if (!net::has_known_type(*header)) {
    leave_line(index, false);
    return refuse(index, *header, now, from.counters.unknown_type);
  }
  if (header->dst_cid == net::host_context) {
    if (!may_answer(from, *header, now)) {
      leave_line(index, false);
      return Outcome::held;
    }
    ++from.counters.received;
    ++from.counters.native;
    from.reader->advance(socket_header_bytes);
    if (!endpoint_.receive(index, *header, *from.reader, from.outlet)) {
      from.reader->drop();
    }
    return Outcome::done;
  }
  return forward(index, *header, now);
}

/// Handles a packet for another port.
SocketSwitch::Outcome SocketSwitch::forward(std::uint32_t index, const SocketHeader& header,
                                            std::uint64_t now) noexcept {
  Port& from = ports_[index];
  const std::uint32_t receiver = find(from, header.dst_cid);
  if (from.waits_for != receiver) {
    // It has changed a packet that waits.
    leave_line(index, false);
  }
  switch (receiver == nobody ? Room::never : room_at(ports_[receiver], index, header, now)) {
    case Room::later:
      join_line(index, receiver);
      return Outcome::held;
    case Room::now:
      ++from.counters.received;
      copy(from, ports_[receiver], header);
      return Outcome::done;
    case Room::never:
      break;
  }
  return refuse(index, header, now,
                receiver == nobody ? from.counters.unreachable : from.counters.given_up);
}

/// The port of an address that `from` may reach, or `nobody`.
std::uint32_t SocketSwitch::find(const Port& from, std::uint64_t context_id) const noexcept {
  for (std::uint32_t index = 0; index < port_count_; ++index) {
    const Port& port = ports_[index];
    if (port.context_id == context_id) {
      return port.group == from.group && &port != &from ? index : nobody;
    }
  }
  return nobody;
}

/// Whether a receiver can take a sender's packet. One that has taken nothing for long is not waited
/// for; what others wait for is not taken from them, even if it would do.
SocketSwitch::Room SocketSwitch::room_at(Port& to, std::uint32_t sender, const SocketHeader& header,
                                         std::uint64_t now) const noexcept {
  if (!to.outlet.could_send(header.len)) {
    return Room::never;
  }
  if (to.turn != nobody && to.turn != sender) {
    return Room::later;
  }
  if (to.outlet.can_send(header.len)) {
    to.full_since = never;
    return Room::now;
  }
  to.full_since = std::min(to.full_since, now);
  return now - to.full_since < patience_ ? Room::later : Room::never;
}

void SocketSwitch::join_line(std::uint32_t sender, std::uint32_t receiver) noexcept {
  Port& to = ports_[receiver];
  ports_[sender].waits_for = receiver;
  to.waiting |= bit(sender);
  if (to.turn == nobody) {
    to.turn = sender;
  }
}

/// A sender's oldest packet no longer waits; it is the next one's turn if it was its own. Unless
/// the packet was given up, the next has all the patience that there is.
void SocketSwitch::leave_line(std::uint32_t sender, bool is_given_up) noexcept {
  Port& from = ports_[sender];
  if (from.waits_for == nobody) {
    return;
  }
  Port& to = ports_[from.waits_for];
  from.waits_for = nobody;
  to.waiting &= ~bit(sender);
  if (to.turn != sender) {
    return;
  }
  if (!is_given_up) {
    to.full_since = never;
  }
  to.turn = nobody;
  if (to.waiting != 0) {
    const PortSet behind = to.waiting & ~low_mask(sender);
    to.turn = static_cast<std::uint32_t>(std::countr_zero(behind != 0 ? behind : to.waiting));
    has_turn_ |= bit(to.turn);
  }
}

void SocketSwitch::copy(Port& from, Port& to, const SocketHeader& header) noexcept {
  to.outlet.begin(header);
  from.reader->advance(socket_header_bytes);
  std::size_t left = header.len;
  while (left != 0) {
    const std::span<const std::byte> bytes = from.reader->next(left);
    if (bytes.empty()) {
      break;
    }
    to.outlet.append(bytes);
    left -= bytes.size();
    from.reader->advance(bytes.size());
  }
  if (left != 0) {
    to.outlet.cancel();
    from.reader->drop();
    ++from.counters.malformed;
  } else if (to.outlet.finish()) {
    ++from.counters.forwarded;
  } else {
    ++from.counters.given_up;
  }
}

/// Ends the connection that the oldest packet of a port is of, for its sender. `counter` says why.
SocketSwitch::Outcome SocketSwitch::refuse(std::uint32_t index, const SocketHeader& header,
                                           std::uint64_t now, std::uint64_t& counter) noexcept {
  Port& from = ports_[index];
  if (!may_answer(from, header, now)) {
    // Others need not wait for that.
    leave_line(index, true);
    return Outcome::held;
  }
  ++from.counters.received;
  ++counter;
  from.outlet.refuse(header);
  from.reader->drop();
  return Outcome::given_up;
}

/// Whether a packet may be answered with a refusal: its sender will learn of it, or has taken none
/// for long.
bool SocketSwitch::may_answer(Port& from, const SocketHeader& header,
                              std::uint64_t now) const noexcept {
  if (from.outlet.can_refuse() || header.op == net::socket_operation::reset) {
    return true;
  }
  from.deaf_since = std::min(from.deaf_since, now);
  return now - from.deaf_since >= patience_;
}

/// For the first moment at which somebody who is waited for counts as dead.
void SocketSwitch::set_alarm() noexcept {
  if (held_ == 0) {
    return;
  }
  std::uint64_t earliest = never;
  for (std::uint32_t index = 0; index < port_count_; ++index) {
    const Port& port = ports_[index];
    if (port.waiting != 0) {
      earliest = std::min(earliest, add_saturated(port.full_since, patience_));
    }
    if (test_bit(held_, index) && port.waits_for == nobody) {
      earliest = std::min(earliest, add_saturated(port.deaf_since, patience_));
    }
  }
  clock_.set_alarm(std::max(earliest, clock_.counter()));
}

}  // namespace serai::sockets
