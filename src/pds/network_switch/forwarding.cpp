// SPDX-License-Identifier: BSD-2-Clause
#include "pds/network_switch/forwarding.hpp"

#include <algorithm>
#include <bit>

#include "base/bits.hpp"

namespace serai::network_switch {
namespace {

constexpr std::uint16_t highest_vlan = 4094;

constexpr PortSet set_of(std::uint32_t port) noexcept {
  return bit(port);
}

bool may_talk(const PortRules& a, const PortRules& b) noexcept {
  return a.uplink || b.uplink || a.group == 0 || b.group == 0 || a.group == b.group;
}

}  // namespace

Result<void> Forwarding::add_port(const PortRules& rules) noexcept {
  const bool has_mac = rules.mac != MacAddress{};
  if (rules.vlan > highest_vlan || (has_mac && !rules.mac.is_station()) ||
      (!has_mac && !rules.learns())) {
    return fail(Error::bad_value);
  }
  if (has_mac && owner_of(rules.mac) != no_port) {
    return fail(Error::overlap);
  }
  if (rules.learns() && learning_count_ == learning_.size()) {
    return fail(Error::no_space);
  }
  const auto port = static_cast<std::uint32_t>(rules_.size());
  if (const auto added = rules_.push_back(rules); !added) {
    return added;
  }
  if (rules.learns()) {
    learning_set_ |= set_of(port);
    learning_[learning_count_++].port = port;
  }
  for (std::uint32_t other = 0; other <= port; ++other) {
    connect(port, other);
    connect(other, port);
  }
  return {};
}

void Forwarding::connect(std::uint32_t a, std::uint32_t b) noexcept {
  if (a != b && may_talk(rules_[a], rules_[b])) {
    reach_[a] |= set_of(b);
  }
  if (rules_[b].carries(rules_[a].vlan)) {
    domain_[a] |= set_of(b);
  }
}

std::uint32_t Forwarding::owner_of(MacAddress mac) const noexcept {
  for (std::uint32_t port = 0; const PortRules& rules : rules_) {
    if (rules.mac == mac) {
      return port;
    }
    ++port;
  }
  return no_port;
}

bool Forwarding::may_send(std::uint32_t port, MacAddress source) const noexcept {
  const PortRules& rules = rules_[port];
  if (source == rules.mac) {
    return source.is_station();
  }
  return rules.learns() && source.is_station() && owner_of(source) == no_port;
}

Result<std::uint16_t> Forwarding::vlan_of(std::uint32_t port,
                                          const FrameHead& head) const noexcept {
  const PortRules& rules = rules_[port];
  if (!head.is_tagged) {
    return rules.vlan;
  }
  if (!rules.trunk || head.vlan_id() > highest_vlan) {
    return fail(Error::bad_value);
  }
  return head.vlan_id() == 0 ? rules.vlan : head.vlan_id();
}

/// The ports whose tables say to `port` where a station is: those that it reaches, and its own. The
/// same are those that look at the table of `port`.
PortSet Forwarding::looks_at(std::uint32_t port) const noexcept {
  return reach_[port] | set_of(port);
}

void Forwarding::learn(std::uint32_t port, MacAddress source, std::uint16_t vlan,
                       std::uint64_t now) noexcept {
  // No two are learned at the same time, so that it is known which was last.
  last_learned_ = std::max(now, last_learned_ + 1);
  for (std::size_t i = 0; i < learning_count_; ++i) {
    if (learning_[i].port != port || !learning_[i].table.learn(source, vlan, last_learned_)) {
      continue;
    }
    for (std::size_t other = 0; other < learning_count_; ++other) {
      // Who does not see that the station is here must find it where it was.
      const bool do_all_see = (looks_at(learning_[other].port) & ~looks_at(port)) == 0;
      if (other != i && do_all_see) {
        learning_[other].table.forget(source, vlan);
      }
    }
  }
}

/// The learning port, of those that matter to `port`, where the station was seen last; `no_port` if
/// it is not known.
std::uint32_t Forwarding::place_of(std::uint32_t port, MacAddress station, std::uint16_t vlan,
                                   std::uint64_t now) const noexcept {
  const PortSet asked = looks_at(port);
  std::uint64_t latest = 0;
  std::uint32_t place = no_port;
  for (std::size_t i = 0; i < learning_count_; ++i) {
    if (!test_bit(asked, learning_[i].port)) {
      continue;
    }
    const std::uint64_t seen = learning_[i].table.last_seen(station, vlan);
    if (seen > latest && seen + most_age_ >= now) {
      latest = seen;
      place = learning_[i].port;
    }
  }
  return place;
}

PortSet Forwarding::candidates(std::uint32_t port, MacAddress destination, std::uint16_t vlan,
                               std::uint64_t now) const noexcept {
  if (destination.is_group()) {
    return ~PortSet{0};
  }
  if (const std::uint32_t owner = owner_of(destination); owner != no_port) {
    return set_of(owner);
  }
  const std::uint32_t place = place_of(port, destination, vlan, now);
  return place == no_port ? learning_set_ : set_of(place);
}

PortSet Forwarding::carriers(std::uint32_t port, std::uint16_t vlan) const noexcept {
  if (vlan == rules_[port].vlan) {
    return domain_[port];
  }
  PortSet carrying = 0;
  for (std::uint32_t other = 0; const PortRules& rules : rules_) {
    carrying |= rules.carries(vlan) ? set_of(other) : 0;
    ++other;
  }
  return carrying;
}

Decision Forwarding::decide(std::uint32_t port, const FrameHead& head, std::uint64_t now) noexcept {
  if (!may_send(port, head.source)) {
    return {.verdict = Verdict::spoofed};
  }
  const auto vlan = vlan_of(port, head);
  if (!vlan) {
    return {.verdict = Verdict::bad_tag};
  }
  if (head.destination.is_link_local()) {
    return {.verdict = Verdict::link_local};
  }
  if (test_bit(learning_set_, port) && head.source != rules_[port].mac) {
    learn(port, head.source, *vlan, now);
  }
  const PortSet targets =
      candidates(port, head.destination, *vlan, now) & reach_[port] & carriers(port, *vlan);
  if (targets == 0) {
    return {.verdict = Verdict::nowhere};
  }
  return {.verdict = Verdict::forward, .vlan = *vlan, .targets = targets};
}

}  // namespace serai::network_switch
