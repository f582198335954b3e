// SPDX-License-Identifier: BSD-2-Clause
#include "config/queue_checks.hpp"
#include "config/view.hpp"

namespace serai::config {

namespace {

/// IEEE 802.1Q keeps 0 and 4095 for itself.
constexpr std::uint16_t last_vlan = 4094;
constexpr std::uint32_t all_flags = static_cast<std::uint32_t>(SwitchPortFlag::uplink) |
                                    static_cast<std::uint32_t>(SwitchPortFlag::trunk) |
                                    static_cast<std::uint32_t>(SwitchPortFlag::any_mac);

bool is_uplink(const SwitchPort& port) noexcept {
  return has_flag(port.flags, SwitchPortFlag::uplink);
}

Result<void> check_fields(const SwitchPort& port) noexcept {
  const bool limited = port.rate_bits_per_second != 0;
  const bool right = is_valid_name(port.name) && (port.flags & ~all_flags) == 0 &&
                     port.vlan <= last_vlan && limited == (port.burst_bytes != 0) &&
                     (is_uplink(port) || is_station(port.mac));
  return right ? Result<void>() : fail(Error::bad_value);
}

/// Two VMs may not have one address: the switch would send to either.
Result<void> check_address(std::span<const SwitchPort> before, const SwitchPort& port) noexcept {
  return check_each(before, [&](const SwitchPort& other) {
    const bool same = !is_uplink(port) && !is_uplink(other) && port.mac == other.mac;
    return same ? fail(Error::overlap) : Result<void>();
  });
}

Result<void> check_contents(const SwitchBlob& blob, std::span<const SwitchPort> ports) noexcept {
  ChannelSet channels;
  if (blob.timer_channel != no_channel) {
    if (const auto taken = channels.take(blob.timer_channel); !taken.has_value()) {
      return taken;
    }
  }
  std::size_t count = 0;
  return check_each(ports, [&](const SwitchPort& port) {
    // An uplink serves the switch as the switch serves its VMs.
    const Side side = is_uplink(port) ? Side::client : Side::provider;
    return check_all([&] { return check_fields(port); },
                     [&] { return check_queue(port.queue, side); },
                     [&] { return take_channels(port.queue, channels); },
                     [&] { return check_address(ports.first(count++), port); });
  });
}

}  // namespace

Result<SwitchView> SwitchView::open(std::span<const std::byte> bytes) noexcept {
  const auto blob = open_with_table<SwitchBlob, SwitchPort>(bytes, BlobKind::network_switch,
                                                            &SwitchBlob::ports, check_contents);
  if (!blob.has_value()) {
    return fail(blob.error());
  }
  return SwitchView(**blob);
}

std::span<const SwitchPort> SwitchView::ports() const noexcept {
  return table_of<SwitchPort>(*blob_, blob_->ports);
}

std::string_view SwitchView::name_of(const SwitchPort& port) noexcept {
  return name_text(port.name);
}

bool SwitchView::has(const SwitchPort& port, SwitchPortFlag flag) noexcept {
  return has_flag(port.flags, flag);
}

}  // namespace serai::config
