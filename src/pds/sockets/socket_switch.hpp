// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "core/clock_units.hpp"
#include "core/packet_backend.hpp"
#include "core/ports.hpp"
#include "core/protection_domain.hpp"
#include "net/packet_reader.hpp"
#include "net/socket_header.hpp"
#include "pds/sockets/endpoint.hpp"
#include "pds/sockets/outlet.hpp"

namespace serai::sockets {

/// What became of the packets that came from a port.
struct PortCounters {
  std::uint64_t received = 0;   ///< all
  std::uint64_t forwarded = 0;  ///< to another port
  std::uint64_t native = 0;     ///< for the services here
  std::uint64_t malformed = 0;
  std::uint64_t spoofed = 0;  ///< from another address than the port's
  std::uint64_t unknown_type = 0;
  std::uint64_t unreachable = 0;  ///< for nobody that it may reach
  std::uint64_t given_up = 0;     ///< for somebody who took nothing for too long
};

/// Carries the packets of VirtIO sockets (VirtIO 1.2, 5.10) between the ports of one group, each
/// copied once, and to the native services at the host's address. Headers are checked in a private
/// copy, which is what the receiver gets.
///
/// Sockets lose nothing: a packet for which its receiver has no room waits in the queue of its
/// sender, and only the sender with it. Senders that wait for the same receiver take turns, a
/// packet each, and all room that comes back is for the one whose turn it is: small packets cannot
/// starve a large one. A receiver that makes no room for that packet within `patience_ns` counts as
/// dead until it takes something again: what is for it is refused, as is all that is for nobody, so
/// that the sender's connection ends rather than hangs. A sender that has no room for refusals is
/// waited for as long.
class SocketSwitch final : public ProtectionDomain {
 public:
  static constexpr std::size_t most_ports = 61;
  static constexpr std::uint64_t patience_ns = 200'000'000;

  struct PortOptions {
    std::uint64_t context_id = 0;
    std::uint32_t group = 0;  ///< ports of different groups cannot reach each other
    ChannelId transmit_channel = no_channel;
    ChannelId receive_channel = no_channel;
  };

  /// `timer_channel`: where `clock`'s alarms arrive, or `no_channel`: nothing would end a wait
  /// then, so that a packet for which there is no room is refused at once.
  SocketSwitch(ClockPort& clock, ChannelId timer_channel) noexcept;

  /// Adds a port before `start`; `backend` must outlive the switch. Errors: `no_space` for too
  /// many, `out_of_range` for a channel that cannot be, `overlap` for an address that another has.
  Result<void> add_port(const PortOptions& options, PacketBackend& backend) noexcept;

  void start() noexcept;

  void notified(ChannelId channel) noexcept override;

  /// There are no calls: every one is answered with label 1.
  Message called(ChannelId channel, const Message& message) noexcept override;

  [[nodiscard]] const PortCounters& counters(std::uint32_t port) const noexcept {
    return ports_[port].counters;
  }

 private:
  /// A set of ports, one bit each.
  using PortSet = std::uint64_t;

  struct Port {
    PacketBackend* backend = nullptr;
    std::optional<net::PacketReader> reader;
    Outlet outlet;
    std::uint64_t context_id = 0;
    std::uint32_t group = 0;
    PortSet waiting = 0;               ///< senders whose oldest packet waits for room here
    std::uint32_t turn = nobody;       ///< the one of them for which room is kept
    std::uint64_t full_since = never;  ///< when it first had no room for that one's packet
    std::uint32_t waits_for = nobody;  ///< whose `waiting` this sender is in
    std::uint64_t deaf_since = never;  ///< when it first had no room for what answers its packets
    PortCounters counters;
  };

  enum class Outcome : std::uint8_t { done, given_up, held };
  enum class Room : std::uint8_t { now, later, never };

  static constexpr std::uint32_t most_channels = 62;
  static constexpr unsigned packets_per_turn = 64;
  /// Instead of a port's number.
  static constexpr std::uint32_t nobody = most_ports;

  void run(PortSet waiting) noexcept;
  [[nodiscard]] bool serve(std::uint32_t index, std::uint64_t now) noexcept;
  [[nodiscard]] static bool has_packet(Port& port) noexcept;
  [[nodiscard]] Outcome pass(std::uint32_t index, std::uint64_t now) noexcept;
  [[nodiscard]] Outcome forward(std::uint32_t index, const net::SocketHeader& header,
                                std::uint64_t now) noexcept;
  [[nodiscard]] std::uint32_t find(const Port& from, std::uint64_t context_id) const noexcept;
  [[nodiscard]] Room room_at(Port& to, std::uint32_t sender, const net::SocketHeader& header,
                             std::uint64_t now) const noexcept;
  void join_line(std::uint32_t sender, std::uint32_t receiver) noexcept;
  void leave_line(std::uint32_t sender, bool is_given_up) noexcept;
  static void copy(Port& from, Port& to, const net::SocketHeader& header) noexcept;
  [[nodiscard]] Outcome refuse(std::uint32_t index, const net::SocketHeader& header,
                               std::uint64_t now, std::uint64_t& counter) noexcept;
  [[nodiscard]] bool may_answer(Port& from, const net::SocketHeader& header,
                                std::uint64_t now) const noexcept;
  void flush(PortSet served) noexcept;
  void set_alarm() noexcept;

  ClockPort& clock_;
  ChannelId timer_channel_;
  std::uint64_t patience_;  ///< in ticks; none without a timer
  std::array<Port, most_ports> ports_{};
  std::uint32_t port_count_ = 0;
  std::array<PortSet, most_channels> by_channel_{};
  PortSet held_ = 0;      ///< ports whose oldest packet waits for its receiver
  PortSet has_turn_ = 0;  ///< those of them whose turn has come just now
  Endpoint endpoint_;
};

}  // namespace serai::sockets
