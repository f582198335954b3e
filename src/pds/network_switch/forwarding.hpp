// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/result.hpp"
#include "base/static_vector.hpp"
#include "pds/network_switch/frame_head.hpp"
#include "pds/network_switch/learning_table.hpp"
#include "pds/network_switch/mac_address.hpp"

namespace serai::network_switch {

/// A set of ports, one bit each.
using PortSet = std::uint64_t;

inline constexpr std::size_t most_ports = 61;

/// What the configuration says about a port.
struct PortRules {
  // NOLINTNEXTLINE(readability-redundant-member-init): initializers may leave it out.
  MacAddress mac = {};      ///< its station; 0: none
  std::uint16_t vlan = 0;   ///< of its untagged frames; 0: those of no VLAN
  std::uint32_t group = 0;  ///< 0: sees all
  bool uplink = false;      ///< leads outside, to stations of its own; seen from every group
  bool trunk = false;       ///< its frames carry tags
  bool any_mac = false;     ///< stations of its own are behind it

  /// Whether other stations than `mac` may send from here. All others are never learned: their one
  /// address is known.
  [[nodiscard]] constexpr bool learns() const noexcept { return uplink || any_mac; }

  [[nodiscard]] constexpr bool carries(std::uint16_t of) const noexcept {
    // A tag without a VLAN ID would mean `vlan`, so nothing else of no VLAN can pass a trunk.
    return of == vlan || (trunk && of != 0);
  }
};

enum class Verdict : std::uint8_t {
  forward,
  spoofed,     ///< its source may not send from there, or is no station
  bad_tag,     ///< tagged where no tags are allowed, or a VLAN that cannot be
  link_local,  ///< for bridges only
  nowhere,     ///< nobody there may see it
};

struct Decision {
  Verdict verdict = Verdict::nowhere;
  std::uint16_t vlan = 0;
  PortSet targets = 0;  ///< never the port it came from; empty unless `forward`
};

/// Decides where frames go: who may send as whom, who sees whom, and who is where. Owns what it
/// has learned.
///
/// A frame for one station reaches only the port of that station. Where the station is unknown it
/// reaches the ports that learn, since the addresses of all others are known. A station that moves
/// from one learning port to another is where it was seen last, among the ports that the asking one
/// may talk to: what others claim is nothing to it.
class Forwarding {
 public:
  static constexpr std::size_t most_learning_ports = 8;

  /// `most_age`: after that time a silent station is forgotten; in the unit of `now` below.
  explicit Forwarding(std::uint64_t most_age) noexcept : most_age_(most_age) {}

  /// Adds the next port. Errors: `no_space` for too many, `overlap` if another has its address,
  /// `bad_value` for an address that is no station's or a VLAN above 4094.
  Result<void> add_port(const PortRules& rules) noexcept;

  /// Where a frame from `port` goes, at the time `now`. Learns its source.
  // Guest-controlled: head.
  [[nodiscard]] Decision decide(std::uint32_t port, const FrameHead& head,
                                std::uint64_t now) noexcept;

  [[nodiscard]] const PortRules& rules(std::uint32_t port) const noexcept { return rules_[port]; }

 private:
  static constexpr std::uint32_t no_port = ~std::uint32_t{0};

  struct LearningPort {
    std::uint32_t port = no_port;
    LearningTable table;
  };

  [[nodiscard]] std::uint32_t owner_of(MacAddress mac) const noexcept;
  [[nodiscard]] bool may_send(std::uint32_t port, MacAddress source) const noexcept;
  [[nodiscard]] Result<std::uint16_t> vlan_of(std::uint32_t port,
                                              const FrameHead& head) const noexcept;
  void learn(std::uint32_t port, MacAddress source, std::uint16_t vlan, std::uint64_t now) noexcept;
  [[nodiscard]] PortSet looks_at(std::uint32_t port) const noexcept;
  [[nodiscard]] std::uint32_t place_of(std::uint32_t port, MacAddress station, std::uint16_t vlan,
                                       std::uint64_t now) const noexcept;
  [[nodiscard]] PortSet candidates(std::uint32_t port, MacAddress destination, std::uint16_t vlan,
                                   std::uint64_t now) const noexcept;
  [[nodiscard]] PortSet carriers(std::uint32_t port, std::uint16_t vlan) const noexcept;
  void connect(std::uint32_t a, std::uint32_t b) noexcept;

  std::uint64_t most_age_;
  StaticVector<PortRules, most_ports> rules_;
  std::array<PortSet, most_ports> reach_{};   ///< by port: the others that it may talk to
  std::array<PortSet, most_ports> domain_{};  ///< by port: all that carry its own VLAN
  PortSet learning_set_ = 0;
  std::array<LearningPort, most_learning_ports> learning_{};
  std::size_t learning_count_ = 0;
  std::uint64_t last_learned_ = 0;  ///< the time of it, a little later if there were others then
};

}  // namespace serai::network_switch
