// SPDX-License-Identifier: BSD-2-Clause
#include "devices/virtio_net/control.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "devices/virtio_net/features.hpp"

namespace serai::virtio_net {
namespace {

using virtio::ChainReader;
using Mode = ReceiveFilter::Mode;

constexpr std::byte ack_ok{0};
constexpr std::byte ack_error{1};

/// A little-endian number; false where the command ends before it.
template <class Number>
bool take(ChainReader& from, Number& number) noexcept {
  std::array<std::byte, sizeof(Number)> bytes{};
  if (!from.read(bytes)) {
    return false;
  }
  std::memcpy(&number, bytes.data(), bytes.size());
  return true;
}

/// The same for the last one of a command.
template <class Number>
bool take_last(ChainReader& from, Number& number) noexcept {
  return take(from, number) && from.remaining() == 0;
}

bool set_receive_mode(Settings& settings, std::uint8_t command, ChainReader& data) noexcept {
  std::uint8_t on = 0;
  if (command >= ReceiveFilter::mode_count || !take_last(data, on)) {
    return false;
  }
  const bool is_extra = command > static_cast<std::uint8_t>(Mode::all_multicast);
  if (is_extra && (settings.features & feature::ctrl_rx_extra) == 0) {
    return false;
  }
  settings.filter.set_mode(static_cast<Mode>(command), on != 0);
  return true;
}

/// One of the two tables of VIRTIO_NET_CTRL_MAC_TABLE_SET; false where the command ends in it.
bool add_table(ReceiveFilter& filter, ChainReader& data, bool multicast) noexcept {
  std::uint32_t entries = 0;
  if (!take(data, entries)) {
    return false;
  }
  const std::uint32_t looked_at =
      std::min<std::uint32_t>(entries, ReceiveFilter::most_addresses + 1);
  for (std::uint32_t i = 0; i < looked_at; ++i) {
    net::MacAddress address{};
    if (!take(data, address)) {
      return false;
    }
    filter.add_address(address);
  }
  if (looked_at < entries) {
    if (multicast) {
      filter.overflow_multicast();
    } else {
      filter.overflow_unicast();
    }
  }
  return data.skip(std::uint64_t{entries - looked_at} * sizeof(net::MacAddress)).has_value();
}

/// Whether two tables follow and nothing else.
bool are_tables_complete(ChainReader data) noexcept {
  for (unsigned table = 0; table < 2; ++table) {
    std::uint32_t entries = 0;
    if (!take(data, entries) || !data.skip(std::uint64_t{entries} * sizeof(net::MacAddress))) {
      return false;
    }
  }
  return data.remaining() == 0;
}

bool set_address(Settings& settings, std::uint8_t command, ChainReader& data) noexcept {
  constexpr std::uint8_t table_set = 0;
  constexpr std::uint8_t address_set = 1;
  if (command == table_set) {
    if ((settings.features & feature::ctrl_rx) == 0 || !are_tables_complete(data)) {
      return false;
    }
    // A guest that changes the counts meanwhile gets another table, of the same bytes.
    settings.filter.clear_addresses();
    return add_table(settings.filter, data, false) && add_table(settings.filter, data, true);
  }
  net::MacAddress address{};
  if (command != address_set || (settings.features & feature::ctrl_mac_addr) == 0 ||
      !take_last(data, address) || net::is_multicast(address)) {
    return false;
  }
  settings.mac = address;
  settings.filter.set_own_address(address);
  return true;
}

bool set_vlan(Settings& settings, std::uint8_t command, ChainReader& data) noexcept {
  constexpr std::uint8_t add = 0;
  constexpr std::uint8_t remove = 1;
  std::uint16_t vlan = 0;
  if (command > remove || !take_last(data, vlan) || vlan >= ReceiveFilter::vlan_count) {
    return false;
  }
  settings.filter.set_vlan(vlan, command == add);
  return true;
}

bool acknowledge_announcement(Settings& settings, std::uint8_t command,
                              ChainReader& data) noexcept {
  if (command != 0 || data.remaining() != 0) {
    return false;
  }
  settings.announces = false;
  return true;
}

bool set_pairs(Settings& settings, std::uint8_t command, ChainReader& data) noexcept {
  std::uint16_t pairs = 0;
  if (command != 0 || !take_last(data, pairs) || pairs == 0 || pairs > settings.most_pairs) {
    return false;
  }
  settings.pairs = pairs;
  return true;
}

bool set_offloads(Settings& settings, std::uint8_t command, ChainReader& data) noexcept {
  std::uint64_t offloads = 0;
  if (command != 0 || !take_last(data, offloads) ||
      (offloads & ~(settings.features & guest_offload_bits)) != 0) {
    return false;
  }
  settings.receives = receive_offloads(consistent(offloads));
  return true;
}

/// A class of commands; its number is its place. The feature without which it does not exist.
struct Class {
  std::uint64_t feature;
  bool (*run)(Settings&, std::uint8_t command, ChainReader& data) noexcept;
};

constexpr std::array classes{
    Class{.feature = feature::ctrl_rx, .run = set_receive_mode},
    Class{.feature = feature::ctrl_vq, .run = set_address},
    Class{.feature = feature::ctrl_vlan, .run = set_vlan},
    Class{.feature = feature::guest_announce, .run = acknowledge_announcement},
    Class{.feature = feature::mq, .run = set_pairs},
    Class{.feature = feature::ctrl_guest_offloads, .run = set_offloads},
};

bool run(Settings& settings, ChainReader data) noexcept {
  std::uint8_t class_number = 0;
  std::uint8_t command = 0;
  if (!take(data, class_number) || !take(data, command) || class_number >= classes.size()) {
    return false;
  }
  const Class& commands = classes[class_number];
  return (settings.features & commands.feature) != 0 && commands.run(settings, command, data);
}

}  // namespace

std::uint32_t run_command(Settings& settings, const virtio::Chain& chain) noexcept {
  // A command whose outcome nobody can learn is not carried out.
  if (chain.writable_bytes() == 0) {
    return 0;
  }
  const std::byte ack = run(settings, chain.reader()) ? ack_ok : ack_error;
  return static_cast<std::uint32_t>(chain.writer().write_some({&ack, 1}));
}

}  // namespace serai::virtio_net
