// SPDX-License-Identifier: BSD-2-Clause
#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <limits>

#include "base/bits.hpp"
#include "tool/check/checks.hpp"
#include "tool/check/mac.hpp"
#include "tool/model/close_name.hpp"
#include "tool/model/quantity.hpp"

namespace serai::tool {

namespace {

using config::VirtioKind;
using config::VirtioTransport;

constexpr std::size_t most_slots = 31;
/// The disk or network of a device that leads to none, which has been told.
constexpr std::size_t nowhere = std::numeric_limits<std::size_t>::max();
constexpr std::uint32_t default_queue_size = 256;
/// A segmented packet of 64 KiB must be able to pass.
constexpr std::uint64_t least_burst = 0x1'8000;
constexpr std::uint64_t most_burst = 1ULL << 30;

const char* kind_text(VirtioKind kind) {
  switch (kind) {
    case VirtioKind::block:
      return "a disk";
    case VirtioKind::network:
      return "a network device";
    case VirtioKind::console:
      return "a console";
    case VirtioKind::entropy:
      return "a source of random numbers";
    case VirtioKind::socket:
      return "a vsock device";
  }
  return "";
}

/// Turns `[[device]]` tables of one VM into devices.
class DeviceChecker {
 public:
  DeviceChecker(const CheckedSystem& system, CheckedVm& vm, Diagnostics& diagnostics)
      : system_(system), vm_(vm), diagnostics_(diagnostics) {}

  void add(const DeviceModel& model) {
    const auto kind = kind_of(model);
    if (!kind) {
      return;
    }
    CheckedVirtio device;
    device.kind = *kind;
    device.where = model.heading;
    device.identity_where = model.heading;
    add_common(model, device);
    refuse_foreign_keys(model, *kind);
    switch (*kind) {
      case VirtioKind::block:
        add_disk(model, device);
        break;
      case VirtioKind::network:
        add_network(model, device);
        break;
      case VirtioKind::socket:
        add_socket(model, device);
        break;
      case VirtioKind::console:
        device.name = "hvc";
        device.queues = model.ports ? static_cast<std::uint32_t>(model.ports->value) : 1;
        break;
      case VirtioKind::entropy:
        device.name = "rng";
        break;
    }
    vm_.virtio.push_back(std::move(device));
  }

 private:
  std::optional<VirtioKind> kind_of(const DeviceModel& model) {
    const int said = (model.disk ? 1 : 0) + (model.network ? 1 : 0) + (model.kind ? 1 : 0);
    if (said > 1) {
      diagnostics_.error("E0702", model.heading, "this is more than one device",
                         "say one of `disk`, `network` and `kind`; add another [[device]] for "
                         "each of the others");
      return std::nullopt;
    }
    if (model.disk) {
      return VirtioKind::block;
    }
    if (model.network) {
      return VirtioKind::network;
    }
    return model.kind ? std::optional(model.kind->value) : std::nullopt;
  }

  void add_common(const DeviceModel& model, CheckedVirtio& device) {
    device.transport = model.transport ? model.transport->value : VirtioTransport::pci;
    device.queues = model.queues ? static_cast<std::uint32_t>(model.queues->value) : 1;
    device.packed = !model.packed || model.packed->value;
    device.queue_size = default_queue_size;
    if (model.queue_size) {
      device.queue_size = static_cast<std::uint32_t>(model.queue_size->value);
      // A request to a disk has a header, data and a status.
      const std::uint32_t least = device.kind == VirtioKind::block ? 4 : 2;
      if (!is_power_of_two(device.queue_size) || device.queue_size < least) {
        diagnostics_.error("E0710", model.queue_size->where,
                           fmt::format("a queue of {} is not possible for {}", device.queue_size,
                                       kind_text(device.kind)),
                           fmt::format("write a power of two from {} to 1024", least));
      }
    }
  }

  template <class T>
  void refuse(const std::optional<Located<T>>& key, const char* name, bool applies,
              VirtioKind kind) {
    if (key && !applies) {
      diagnostics_.error("E0703", key->where,
                         fmt::format("`{}` means nothing for {}", name, kind_text(kind)),
                         "leave it out");
    }
  }

  void refuse_foreign_keys(const DeviceModel& model, VirtioKind kind) {
    const bool block = kind == VirtioKind::block;
    const bool network = kind == VirtioKind::network;
    const bool socket = kind == VirtioKind::socket;
    refuse(model.queues, "queues", block || network, kind);
    refuse(model.partition, "partition", block, kind);
    refuse(model.read_only, "read_only", block, kind);
    refuse(model.mac, "mac", network, kind);
    refuse(model.vlan, "vlan", network, kind);
    refuse(model.trunk, "trunk", network, kind);
    refuse(model.any_mac, "any_mac", network, kind);
    refuse(model.group, "group", network || socket, kind);
    refuse(model.rate, "rate", network, kind);
    refuse(model.burst, "burst", network, kind);
    refuse(model.mtu, "mtu", network, kind);
    refuse(model.offloads, "offloads", network, kind);
    refuse(model.cid, "cid", socket, kind);
    refuse(model.ports, "ports", kind == VirtioKind::console, kind);
  }

  void add_disk(const DeviceModel& model, CheckedVirtio& device) {
    const auto disk = find(system_.disks, *model.disk, "disk");
    device.disk = disk.value_or(nowhere);
    if (!disk) {
      return;
    }
    device.name = model.disk->value;
    device.partition = model.partition ? static_cast<std::uint32_t>(model.partition->value) : 0;
    device.read_only =
        system_.disks[*disk].read_only || (model.read_only && model.read_only->value);
    if (model.read_only && !model.read_only->value && device.read_only) {
      diagnostics_.error("E0721", model.read_only->where,
                         fmt::format("[disk.{}] is read-only for everybody", model.disk->value),
                         "leave `read_only` out here, or write it only where a VM may not write");
    }
    if (device.partition != 0 && system_.disks[*disk].in_memory) {
      diagnostics_.error(
          "E0705", model.partition->where,
          fmt::format("\"{}\" is in memory, so the VM gets all of it", model.disk->value),
          "leave `partition` out, or keep the disk in its file");
    }
    if (system_.disks[*disk].external) {
      check_external_disk(model, system_, vm_, diagnostics_);
    }
  }

  void add_network(const DeviceModel& model, CheckedVirtio& device) {
    const auto network = find(system_.networks, *model.network, "network");
    device.network = network.value_or(nowhere);
    device.name = model.network->value;
    if (network && system_.networks[*network].external) {
      check_external_network(model, system_, vm_, diagnostics_);
      return;
    }
    if (model.mac) {
      device.mac = check_mac(*model.mac);
      device.identity_where = model.mac->where;
    }
    device.vlan = model.vlan ? static_cast<std::uint16_t>(model.vlan->value) : 0;
    device.trunk = model.trunk && model.trunk->value;
    device.any_mac = model.any_mac && model.any_mac->value;
    device.offloads = !model.offloads || model.offloads->value;
    device.mtu = model.mtu ? static_cast<std::uint32_t>(model.mtu->value) : 0;
    device.group = check_group(model);
    constexpr std::uint64_t most_pairs = 8;
    if (device.queues > most_pairs) {
      diagnostics_.error("E0105", model.queues->where,
                         fmt::format("`queues` is {}", model.queues->value),
                         fmt::format("write a number from 1 to {}", most_pairs));
    }
    add_rate(model, device);
  }

  void add_rate(const DeviceModel& model, CheckedVirtio& device) {
    if (!model.rate) {
      if (model.burst) {
        diagnostics_.error("E0711", model.burst->where, "a burst means nothing without a rate",
                           "add for example: rate = \"100Mbit\"");
      }
      return;
    }
    // What the rate lets through in 10 ms.
    constexpr std::uint64_t bits_per_byte = 8;
    constexpr std::uint64_t bursts_per_second = 100;
    device.rate_bits_per_second = model.rate->value;
    device.burst_bytes = model.burst
                             ? model.burst->value
                             : std::clamp(model.rate->value / bits_per_byte / bursts_per_second,
                                          least_burst, most_burst);
    if (device.burst_bytes < least_burst || device.burst_bytes > most_burst) {
      diagnostics_.error(
          "E0711", model.burst->where,
          fmt::format("a burst of {} is not possible", format_size(device.burst_bytes)),
          fmt::format("write a size from \"{}\", which a large packet needs, to "
                      "\"{}\"",
                      size_literal(least_burst), size_literal(most_burst)));
    }
  }

  void add_socket(const DeviceModel& model, CheckedVirtio& device) {
    device.name = "vsock";
    if (model.cid) {
      device.context_id = model.cid->value;
      device.identity_where = model.cid->where;
    }
    device.group = check_group(model);
    if (std::ranges::find(vm_.virtio, VirtioKind::socket, &CheckedVirtio::kind) !=
        vm_.virtio.end()) {
      diagnostics_.error("E0709", model.heading, "this VM has a vsock device already",
                         "a guest uses one: leave the other out");
    }
  }

  std::string check_group(const DeviceModel& model) {
    if (model.group && model.group->value.empty()) {
      diagnostics_.error("E0719", model.group->where, "a group needs a name",
                         "leave `group` out for none");
    }
    return model.group ? model.group->value : std::string();
  }

  std::array<std::uint8_t, 6> check_mac(const Located<std::string>& text) {
    const auto mac = parse_mac(text.value);
    if (!mac) {
      diagnostics_.error("E0706", text.where, fmt::format("\"{}\" is no MAC address", text.value),
                         "write six pairs of hexadecimal digits: \"52:54:00:12:34:56\"");
    } else if (!is_station(*mac)) {
      diagnostics_.error("E0706", text.where,
                         fmt::format("\"{}\" cannot be the address of one device", text.value),
                         "the first pair must be even, for example 52, and not all may be 0");
    } else {
      return *mac;
    }
    return {};
  }

  /// The index of the one of `all` with this name; a report where there is none.
  template <class T>
  std::optional<std::size_t> find(const std::vector<T>& all, const Located<std::string>& name,
                                  const char* what) {
    const auto found = std::ranges::find(all, name.value, &T::name);
    if (found != all.end()) {
      return static_cast<std::size_t>(found - all.begin());
    }
    std::vector<std::string> names;
    for (const T& one : all) {
      names.push_back(one.name);
    }
    diagnostics_.error("E0701", name.where, fmt::format("there is no {} \"{}\"", what, name.value),
                       names.empty() ? fmt::format("add a table for it: [{}.{}]", what, name.value)
                                     : name_hint(name.value, names));
    return std::nullopt;
  }

  const CheckedSystem& system_;
  CheckedVm& vm_;
  Diagnostics& diagnostics_;
};

/// That the guest has room for its devices.
void check_room(const CheckedVm& vm, const Board& board, Diagnostics& diagnostics) {
  std::array<std::size_t, 2> counts{};
  for (const CheckedVirtio& device : vm.virtio) {
    const bool pci = device.transport == VirtioTransport::pci;
    const char* name = pci ? "pci" : "mmio";
    const bool known = pci ? board.pci.has_value() : board.virtio_mmio.has_value();
    const std::size_t places = board.virtio_mmio ? board.virtio_mmio->count : 0;
    const std::size_t most = pci ? most_slots : std::min(places, config::most_virtio_mmio);
    if (!known) {
      diagnostics.error("E0717", device.where,
                        fmt::format("{} does not say where guests have devices with the "
                                    "transport \"{}\"",
                                    board.name, name),
                        "add [guest.pci] or [guest.virtio_mmio] to the board file");
      return;
    }
    if (++counts[pci ? 0 : 1] == most + 1) {
      diagnostics.error(
          "E0716", device.where,
          fmt::format("a VM has room for {} devices with the transport \"{}\"", most, name),
          "leave this one out, or give it the other transport");
    }
  }
}

}  // namespace

void check_virtio(const VmModel& model, const CheckedSystem& system, CheckedVm& vm,
                  Diagnostics& diagnostics) {
  if (model.console && model.console->value == ConsoleKind::virtio) {
    CheckedVirtio console;
    console.kind = VirtioKind::console;
    console.where = model.console->where;
    console.name = "hvc";
    vm.virtio.push_back(std::move(console));
  }
  DeviceChecker checker(system, vm, diagnostics);
  for (const DeviceModel& device : model.devices) {
    checker.add(device);
  }
  check_room(vm, system.board, diagnostics);
}

}  // namespace serai::tool
