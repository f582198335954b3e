// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "core/packet_backend.hpp"
#include "core/packet_writer.hpp"
#include "core/ports.hpp"
#include "core/protection_domain.hpp"
#include "pds/network_switch/egress.hpp"
#include "pds/network_switch/forwarding.hpp"
#include "pds/network_switch/frame_finisher.hpp"
#include "pds/network_switch/rate_limit.hpp"

namespace serai::network_switch {

/// What became of the packets that came from a port.
struct PortCounters {
  std::uint64_t received = 0;      ///< packets, all of them
  std::uint64_t forwarded = 0;     ///< to at least one port
  std::uint64_t malformed = 0;     ///< headers that cannot be
  std::uint64_t spoofed = 0;       ///< as `Verdict` says, like the next three
  std::uint64_t bad_tag = 0;       ///<
  std::uint64_t link_local = 0;    ///<
  std::uint64_t nowhere = 0;       ///<
  std::uint64_t over_limit = 0;    ///< dropped because the rate was exceeded and no timer is there
  std::uint64_t delivered = 0;     ///< towards this port
  std::uint64_t lost = 0;          ///< towards this port: no room, or too long for its buffers
  std::uint64_t unfinishable = 0;  ///< towards this port: not what its offloads say
};

/// An Ethernet switch between back ends, one per port. Each packet is copied once for each
/// receiver, from the sender's shared memory to the receiver's: so that no VM can see a frame that
/// is not for it, nor change one that has been checked. What is checked is copied out first; the
/// checked copy is what the receivers get.
///
/// A receiver without room loses the packet; nobody ever waits for it. Ports take turns, a bounded
/// number of packets each. A sender above its rate finds its packets still in its queue, until the
/// timer says that they may pass; without a timer they are dropped.
class NetworkSwitch final : public ProtectionDomain {
 public:
  struct Options {
    ChannelId timer_channel = no_channel;  ///< where `clock`'s alarms arrive
  };

  NetworkSwitch(ClockPort& clock, const Options& options) noexcept;

  struct PortOptions {
    PortRules rules = {};
    std::uint64_t rate_bits_per_second = 0;  ///< of what comes from the port; 0: unlimited
    std::uint64_t burst_bytes = 0;
    ChannelId transmit_channel = no_channel;
    ChannelId receive_channel = no_channel;
  };

  /// Adds a port before `start`; `backend` must outlive the switch. Errors: as
  /// `Forwarding::add_port`; `out_of_range` for a channel that cannot be.
  Result<void> add_port(const PortOptions& options, PacketBackend& backend) noexcept;

  /// Forwards what has arrived so far, and asks to be told of more.
  void start() noexcept;

  void notified(ChannelId channel) noexcept override;

  /// A switch offers no calls: every one is answered with label 1.
  Message called(ChannelId channel, const Message& message) noexcept override;

  [[nodiscard]] const PortCounters& counters(std::uint32_t port) const noexcept {
    return ports_[port].counters;
  }

 private:
  struct Port {
    PacketBackend* backend = nullptr;
    bool extended = false;
    RateLimit limit;
    PacketWriter writer;
    PortCounters counters;
  };

  static constexpr std::uint32_t most_channels = 62;
  static constexpr unsigned packets_per_turn = 64;

  void run(PortSet waiting) noexcept;
  [[nodiscard]] bool serve(std::uint32_t index, std::uint64_t now) noexcept;
  [[nodiscard]] static std::optional<PacketPiece> next_packet(Port& port) noexcept;
  void pass(std::uint32_t index, const PacketPiece& first, std::uint64_t now) noexcept;
  [[nodiscard]] Decision decide(std::uint32_t index, const PacketPiece& first, PacketStart& start,
                                std::uint64_t now) noexcept;
  [[nodiscard]] PortSet begin(const Decision& decision, const PacketStart& start) noexcept;
  [[nodiscard]] bool copy_packet(Port& from, PacketPiece piece, std::size_t skip,
                                 PortSet targets) noexcept;
  void finish(const Decision& decision, const PacketStart& start) noexcept;
  void set_alarm() noexcept;

  ClockPort& clock_;
  ChannelId timer_channel_;
  Forwarding forwarding_;
  std::array<Port, most_ports> ports_{};
  std::uint32_t port_count_ = 0;
  std::array<PortSet, most_channels> by_channel_{};
  PortSet held_ = 0;        ///< ports that wait for the timer
  PortSet dirty_ = 0;       ///< ports whose other side may have to be told
  PortSet unfinished_ = 0;  ///< receivers of this packet that take plain frames, which it is not
  FrameFinisher finisher_;
};

}  // namespace serai::network_switch
