// SPDX-License-Identifier: BSD-2-Clause
#include "tool/resolve/virtio.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "base/bits.hpp"
#include "tool/check/mac.hpp"
#include "tool/resolve/serial.hpp"

namespace serai::tool {

namespace {

using config::VirtioKind;
using config::VirtioTransport;

constexpr std::uint64_t page = 0x1000;
constexpr std::uint64_t large_page = 0x20'0000;
constexpr SerialCapacity console_capacity{.forth = 16 * 1024, .back = 4 * 1024};
constexpr SerialCapacity entropy_capacity{.forth = 0, .back = 4 * 1024};

std::uint32_t flag(config::VirtioFlag value, bool set) {
  return set ? static_cast<std::uint32_t>(value) : 0;
}

std::uint32_t flag(config::SwitchPortFlag value, bool set) {
  return set ? static_cast<std::uint32_t>(value) : 0;
}

/// The index of the entry that is added.
template <class Entry>
std::uint32_t append(std::vector<Entry>& entries, const Entry& entry) {
  entries.push_back(entry);
  return static_cast<std::uint32_t>(entries.size() - 1);
}

/// Adds the devices of one VM.
class VirtioBuilder {
 public:
  VirtioBuilder(VmmDraft& draft, IoParts& io, MemorySpace& memory)
      : draft_(draft), io_(io), memory_(memory) {}

  void add(std::size_t index) {
    const CheckedVirtio& device = draft_.vm.virtio[index];
    prefix_ = fmt::format("{}_dev{}", region_name(draft_.vm.name), index);
    config::VirtioDevice entry{};
    entry.kind = device.kind;
    entry.transport = device.transport;
    entry.queues = device.queues;
    entry.queue_size = device.queue_size;
    entry.back_end = config::no_channel;
    entry.flags = flag(config::VirtioFlag::no_packed, !device.packed);
    entry.name = config_name(device);
    GuestVirtio shown;
    shown.kind = device.kind;
    shown.transport = device.transport;
    place(index, entry, shown);
    connect(device, entry, shown);
    draft_.configuration.virtio.push_back(entry);
    draft_.guest.virtio.push_back(std::move(shown));
  }

 private:
  static config::Name config_name(const CheckedVirtio& device) {
    const bool part = device.kind == VirtioKind::block && device.partition != 0;
    return blob_name(part ? fmt::format("{}-{}", device.name, device.partition) : device.name);
  }

  void place(std::size_t index, config::VirtioDevice& entry, GuestVirtio& shown) const {
    const std::uint32_t number = virtio_place(draft_.vm, index);
    if (entry.transport == VirtioTransport::pci) {
      entry.slot = number;
    } else {
      const GuestVirtioMmio& mmio = *draft_.system.board.virtio_mmio;
      entry.guest_address = mmio.address + number * mmio.stride;
      entry.intid = mmio.first_intid + number;
    }
    shown.slot = entry.slot;
    shown.address = entry.guest_address;
    shown.intid = entry.intid;
  }

  void connect(const CheckedVirtio& device, config::VirtioDevice& entry, GuestVirtio& shown) {
    switch (device.kind) {
      case VirtioKind::block:
        connect_disk(device, entry, shown);
        break;
      case VirtioKind::network:
        connect_network(device, entry, shown);
        break;
      case VirtioKind::console:
        connect_console(device, entry, shown);
        break;
      case VirtioKind::entropy:
        connect_entropy(entry, shown);
        break;
      case VirtioKind::socket:
        connect_sockets(device, entry, shown);
        break;
    }
  }

  void connect_disk(const CheckedVirtio& device, config::VirtioDevice& entry, GuestVirtio& shown) {
    const CheckedDisk& disk = draft_.system.disks[device.disk];
    entry.flags |= flag(config::VirtioFlag::read_only, device.read_only);
    shown.target = disk.name;
    shown.partition = device.partition;
    shown.read_only = device.read_only;
    if (disk.in_memory) {
      entry.is_ram_disk = 1;
      entry.back_end = append(draft_.configuration.ram_disks, add_ram_disk(disk, device.read_only));
      return;
    }
    if (disk.external) {
      entry.back_end =
          append(draft_.configuration.block_queues,
                 external_queue(draft_.external_client->blocks.value(), *draft_.external));
      return;
    }
    auto& part = io_.disks.at(device.disk);
    const Channel channel = draft_.builder.connect(draft_.pd, part.pd, disk_text(device));
    const BlockPair pair =
        add_blocks(draft_.builder, channel, prefix_,
                   fmt::format("{}'s disk {}", draft_.vm.name, disk.name), io_.space);
    entry.back_end = append(draft_.configuration.block_queues, pair.client);
    part.clients.push_back(
        {.name = blob_name(draft_.vm.name),
         .queue = pair.server,
         .partition = device.partition,
         .flags = device.read_only ? static_cast<std::uint32_t>(config::BlockFlag::read_only) : 0});
  }

  static std::string disk_text(const CheckedVirtio& device) {
    const std::string part =
        device.partition == 0 ? std::string() : fmt::format(", partition {}", device.partition);
    return fmt::format("disk {}{}{}", device.name, part, device.read_only ? ", read-only" : "");
  }

  config::RamDisk add_ram_disk(const CheckedDisk& disk, bool read_only_disk) {
    config::RamDisk entry{
        .address = 0, .size = disk.size, .image_address = 0, .image_size = disk.bytes.size()};
    if (!disk.bytes.empty()) {
      entry.image_address = draft_.next_image;
      draft_.attachments.push_back({"disk " + disk.name, draft_.next_image, disk.bytes});
      draft_.next_image += align_up(disk.bytes.size(), page);
    }
    if (!is_used_in_place(disk, read_only_disk)) {
      entry.address = next_disk_;
      add_disk_memory(disk);
    }
    return entry;
  }

  /// Takes from the pool what there is, the rest from the window.
  void add_disk_memory(const CheckedDisk& disk) {
    const std::uint64_t size = align_up(disk.size, large_page);
    const std::uint64_t from_pool = std::min(size, memory_.pool_left);
    const auto add_piece = [&](const char* name, std::optional<std::uint64_t> physical,
                               std::uint64_t bytes) {
      MemoryRegion region;
      region.name = fmt::format("{}_{}", prefix_, name);
      region.size = bytes;
      region.page_size = large_page;
      region.physical = physical;
      region.what = fmt::format("{}'s disk {}", draft_.vm.name, disk.name);
      const std::size_t index = draft_.builder.add_region(std::move(region));
      draft_.builder.pd(draft_.pd).mappings.push_back(
          {.region = index, .address = next_disk_, .access = read_write, .cached = true});
      next_disk_ += bytes;
    };
    if (from_pool != 0) {
      add_piece("disk", std::nullopt, from_pool);
    }
    if (size != from_pool) {
      add_piece("disk_fixed", memory_.window_next, size - from_pool);
    }
    memory_.pool_left -= from_pool;
    memory_.window_next += size - from_pool;
    next_disk_ += large_page;  // nothing is mapped between two disks
  }

  void connect_network(const CheckedVirtio& device, config::VirtioDevice& entry,
                       GuestVirtio& shown) {
    const CheckedNetwork& network = draft_.system.networks[device.network];
    entry.flags |= flag(config::VirtioFlag::no_offloads, !device.offloads);
    entry.mac = device.mac;
    entry.mtu = device.mtu;
    shown.target = network.name;
    shown.mac = format_mac(device.mac);
    if (network.external) {
      entry.back_end =
          append(draft_.configuration.packet_queues,
                 external_queue(draft_.external_client->packets.value(), *draft_.external));
      return;
    }
    auto& part = io_.networks.at(device.network);
    const Channel channel = draft_.builder.connect(draft_.pd, part.pd, "network " + network.name);
    const PacketPair pair =
        add_packets(draft_.builder, channel, prefix_,
                    fmt::format("{}'s network {}", draft_.vm.name, network.name), nullptr);
    entry.back_end = append(draft_.configuration.packet_queues, pair.client);
    config::SwitchPort port{};
    port.name = blob_name(draft_.vm.name);
    port.queue = pair.provider;
    port.mac = device.mac;
    port.vlan = device.vlan;
    port.flags = flag(config::SwitchPortFlag::trunk, device.trunk) |
                 flag(config::SwitchPortFlag::any_mac, device.any_mac);
    port.group = part.groups.of(device.group);
    port.rate_bits_per_second = device.rate_bits_per_second;
    port.burst_bytes = device.burst_bytes;
    part.clients.push_back(port);
    shown.vlan = device.vlan;
    shown.trunk = device.trunk;
    shown.any_mac = device.any_mac;
    shown.group = device.group;
    shown.rate_bits_per_second = device.rate_bits_per_second;
  }

  /// The first console without a UART is what its VM's prefix stands for; others are shown by
  /// names of their own, and so is every port beside the first. The queues of a device's ports lie
  /// behind each other.
  void connect_console(const CheckedVirtio& device, config::VirtioDevice& entry,
                       GuestVirtio& shown) {
    shown.target = device.name;
    shown.ports = device.queues;
    auto& queues = draft_.configuration.serial_queues;
    const std::uint32_t own = std::exchange(draft_.console_queue, config::no_channel);
    if (draft_.console == nullptr) {
      entry.back_end = own;
      return;
    }
    // A copy of the entry, since its own place has others behind it.
    const bool is_alone = own != config::no_channel && device.queues == 1;
    entry.back_end = is_alone                    ? own
                     : own != config::no_channel ? append(queues, config::SerialQueue(queues[own]))
                                                 : connect_port(device.name, prefix_);
    for (std::uint32_t port = 1; port < device.queues; ++port) {
      connect_port(fmt::format("{}.{}", device.name, port),
                   fmt::format("{}_port{}", prefix_, port));
    }
  }

  std::uint32_t connect_port(const std::string& name, const std::string& regions) {
    const Channel channel =
        draft_.builder.connect(draft_.pd, draft_.console->pd, "console " + name);
    const SerialPair pair =
        add_serial(draft_.builder, channel, regions,
                   fmt::format("{}'s console {}", draft_.vm.name, name), console_capacity);
    config::ConsoleClient client{};
    client.name = blob_name(fmt::format("{}.{}", draft_.vm.name, name));
    client.console = pair.far;
    client.log.channel = channel.b.id;
    draft_.console->clients.push_back(client);
    return append(draft_.configuration.serial_queues, pair.near);
  }

  void connect_entropy(config::VirtioDevice& entry, GuestVirtio& shown) {
    shown.target = "entropy";
    const Channel channel = draft_.builder.connect(draft_.pd, io_.entropy->pd, "random bytes");
    const SerialPair pair = add_serial(draft_.builder, channel, prefix_,
                                       draft_.vm.name + "'s random bytes", entropy_capacity);
    entry.back_end = append(draft_.configuration.serial_queues, pair.near);
    io_.entropy->clients.push_back({.name = blob_name(draft_.vm.name), .queue = pair.far});
  }

  void connect_sockets(const CheckedVirtio& device, config::VirtioDevice& entry,
                       GuestVirtio& shown) {
    entry.context_id = device.context_id;
    const Channel channel =
        draft_.builder.connect(draft_.pd, io_.sockets->pd, "packets of sockets");
    const PacketPair pair =
        add_packets(draft_.builder, channel, prefix_, draft_.vm.name + "'s sockets", nullptr);
    entry.back_end = append(draft_.configuration.packet_queues, pair.client);
    io_.sockets->clients.push_back({.name = blob_name(draft_.vm.name),
                                    .queue = pair.provider,
                                    .context_id = device.context_id,
                                    .group = io_.sockets->groups.of(device.group),
                                    .reserved = 0});
    shown.target = "sockets";
    shown.context_id = device.context_id;
    shown.group = device.group;
  }

  VmmDraft& draft_;
  IoParts& io_;
  MemorySpace& memory_;
  std::string prefix_;  ///< of the names of a device's regions
  std::uint64_t next_disk_ = config::ram_disks_address;
};

}  // namespace

void add_virtio(VmmDraft& draft, IoParts& io, MemorySpace& memory) {
  VirtioBuilder builder(draft, io, memory);
  for (std::size_t i = 0; i < draft.vm.virtio.size(); ++i) {
    builder.add(i);
  }
  draft.configuration.fixed.pci = pci_host(draft.vm, draft.system.board);
}

config::PciHost pci_host(const CheckedVm& vm, const Board& board) {
  const bool used = std::ranges::find(vm.virtio, VirtioTransport::pci, &CheckedVirtio::transport) !=
                    vm.virtio.end();
  if (!used || !board.pci) {
    return {};
  }
  const GuestPci& pci = *board.pci;
  return {.ecam_address = pci.ecam,
          .ecam_size = pci.ecam_size,
          .window_address = pci.window,
          .window_size = pci.window_size,
          .high_window_address = pci.high_window,
          .high_window_size = pci.high_window_size,
          .msi_frame_address = pci.msi_frame,
          .first_msi_intid = pci.first_msi_intid,
          .msi_count = pci.msi_count,
          .first_intx_intid = pci.first_intx_intid,
          .reserved = 0};
}

}  // namespace serai::tool
