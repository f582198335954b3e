// SPDX-License-Identifier: BSD-2-Clause
#include "devices/virtio_net/receive_filter.hpp"

#include <algorithm>

namespace serai::virtio_net {

void ReceiveFilter::reset(const net::MacAddress& own) noexcept {
  own_ = own;
  modes_ = bit(static_cast<unsigned>(Mode::promiscuous));
  filters_vlans_ = false;
  clear_addresses();
}

void ReceiveFilter::set_mode(Mode mode, bool on) noexcept {
  const std::uint64_t mask = bit(static_cast<unsigned>(mode));
  modes_ = on ? modes_ | mask : modes_ & ~mask;
}

void ReceiveFilter::clear_addresses() noexcept {
  addresses_.clear();
  too_many_unicast_ = false;
  too_many_multicast_ = false;
}

void ReceiveFilter::add_address(const net::MacAddress& address) noexcept {
  if (addresses_.push_back(address)) {
    return;
  }
  if (net::is_multicast(address)) {
    overflow_multicast();
  } else {
    overflow_unicast();
  }
}

void ReceiveFilter::filter_vlans() noexcept {
  filters_vlans_ = true;
  vlans_.fill(0);
}

void ReceiveFilter::set_vlan(std::uint16_t vlan, bool wanted) noexcept {
  std::uint64_t& word = vlans_[vlan / 64];
  word = wanted ? word | bit(vlan % 64) : word & ~bit(vlan % 64);
}

bool ReceiveFilter::knows(const net::MacAddress& address) const noexcept {
  return std::ranges::find(addresses_, address) != addresses_.end();
}

bool ReceiveFilter::accepts_address(const net::MacAddress& address) const noexcept {
  if (is_on(Mode::promiscuous)) {
    return true;
  }
  if (address == net::broadcast_address) {
    return !is_on(Mode::no_broadcast);
  }
  if (net::is_multicast(address)) {
    return !is_on(Mode::no_multicast) &&
           (is_on(Mode::all_multicast) || too_many_multicast_ || knows(address));
  }
  return !is_on(Mode::no_unicast) &&
         (address == own_ || is_on(Mode::all_unicast) || too_many_unicast_ || knows(address));
}

bool ReceiveFilter::accepts(std::span<const std::byte> frame) const noexcept {
  if (filters_vlans_) {
    // VLAN 0 is a priority without a VLAN.
    const std::uint16_t vlan = net::vlan_of(frame).value_or(0);
    if (vlan != 0 && !test_bit(vlans_[vlan / 64], vlan % 64)) {
      return false;
    }
  }
  return accepts_address(net::destination_of(frame));
}

}  // namespace serai::virtio_net
