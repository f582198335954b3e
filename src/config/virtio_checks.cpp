// SPDX-License-Identifier: BSD-2-Clause
#include <algorithm>
#include <limits>

#include "config/queue_checks.hpp"
#include "config/vmm_checks.hpp"

namespace serai::config {

namespace {

constexpr std::uint64_t page_bytes = 0x1000;
constexpr std::uint64_t sector_bytes = 512;
/// The configuration space of one bus.
constexpr std::uint64_t bus_bytes = 0x10'0000;
constexpr std::uint32_t last_slot = 31;
constexpr std::uint32_t most_queue_size = 1024;
/// The smallest MTU of IPv4.
constexpr std::uint32_t least_mtu = 68;
constexpr std::uint32_t most_mtu = 65535;

/// What devices of one kind may say.
struct KindRule {
  VirtioKind kind;
  std::uint32_t most_queues;  ///< devices have 32 virtqueues at most
  std::uint32_t least_size;   ///< of a queue
  std::uint32_t flags;
};

constexpr auto packed_flag = static_cast<std::uint32_t>(VirtioFlag::no_packed);
constexpr KindRule kind_rules[] = {
    {VirtioKind::network, 8, 1, packed_flag | static_cast<std::uint32_t>(VirtioFlag::no_offloads)},
    {VirtioKind::block, 32, 4, packed_flag | static_cast<std::uint32_t>(VirtioFlag::read_only)},
    {VirtioKind::console, 8, 1, packed_flag},
    {VirtioKind::entropy, 1, 1, packed_flag},
    {VirtioKind::socket, 1, 1, packed_flag},
};

Result<void> require(bool condition, Error error) noexcept {
  return condition ? Result<void>() : fail(error);
}

Result<void> check_pci(const PciHost& pci) noexcept {
  if (pci.ecam_size == 0) {
    const std::uint64_t rest = pci.ecam_address | pci.window_address | pci.window_size |
                               pci.high_window_address | pci.high_window_size |
                               pci.msi_frame_address | pci.first_msi_intid | pci.msi_count |
                               pci.first_intx_intid;
    return require(rest == 0, Error::bad_value);
  }
  if (pci.ecam_size != bus_bytes || pci.msi_count == 0) {
    return fail(Error::bad_value);
  }
  const bool aligned = is_aligned(pci.ecam_address, bus_bytes) &&
                       is_aligned(pci.window_address | pci.window_size | pci.high_window_address |
                                      pci.high_window_size | pci.msi_frame_address,
                                  page_bytes);
  if (!aligned) {
    return fail(Error::misaligned);
  }
  constexpr std::uint64_t top_of_32_bits = std::numeric_limits<std::uint32_t>::max();
  return require(pci.window_address <= top_of_32_bits &&
                     pci.window_size <= top_of_32_bits + 1 - pci.window_address,
                 Error::out_of_range);
}

Result<void> check_ram_disk(const RamDisk& disk) noexcept {
  if (!is_aligned(disk.size, sector_bytes)) {
    return fail(Error::misaligned);
  }
  if (disk.image_size > disk.size || (disk.address == 0 && disk.image_size != disk.size)) {
    return fail(Error::out_of_range);
  }
  return check_all(
      [&] {
        return disk.address == 0 ? Result<void>()
                                 : check_place(disk.address, disk.size, page_bytes);
      },
      [&] {
        const bool unused = disk.image_size == 0 && disk.address != 0;
        return unused ? Result<void>()
                      : check_place(disk.image_address, disk.image_size, page_bytes);
      });
}

/// Registers in a window of their own, or a PCI slot that no device in `before` has.
Result<void> check_position(const VmmView& view, std::span<const VirtioDevice> before,
                            const VirtioDevice& device) noexcept {
  constexpr std::uint64_t register_alignment = 4;
  switch (device.transport) {
    case VirtioTransport::mmio:
      return check_all([&] { return require(device.slot == 0, Error::bad_value); },
                       [&] {
                         return require(is_aligned(device.guest_address, register_alignment),
                                        Error::misaligned);
                       });
    case VirtioTransport::pci:
      break;
    default:
      return fail(Error::bad_value);
  }
  const auto same_slot = [&](const VirtioDevice& other) {
    return other.transport == VirtioTransport::pci && other.slot == device.slot;
  };
  return check_all(
      [&] { return require(device.guest_address == 0 && device.intid == 0, Error::bad_value); },
      [&] { return require(view.pci() != nullptr, Error::not_found); },
      [&] { return require(device.slot >= 1 && device.slot <= last_slot, Error::out_of_range); },
      [&] { return require(std::ranges::none_of(before, same_slot), Error::overlap); });
}

/// What only one kind has is 0 for the others.
Result<void> check_own_fields(const VirtioDevice& device) noexcept {
  const bool is_network = device.kind == VirtioKind::network;
  const bool is_socket = device.kind == VirtioKind::socket;
  const bool is_block = device.kind == VirtioKind::block;
  const bool no_mac = device.mac == decltype(device.mac){};
  const bool good_mac = is_network ? is_station(device.mac) : no_mac;
  const bool good_mtu =
      device.mtu == 0 || (is_network && device.mtu >= least_mtu && device.mtu <= most_mtu);
  const bool good_cid =
      is_socket ? device.context_id >= first_guest_cid && device.context_id <= last_guest_cid
                : device.context_id == 0;
  const bool named = is_block || device.kind == VirtioKind::console;
  const bool good_name = is_valid_name(device.name) || (!named && device.name == Name{});
  return require(
      good_mac && good_mtu && good_cid && good_name && device.is_ram_disk <= (is_block ? 1U : 0U),
      Error::bad_value);
}

Result<void> check_numbers(const VirtioDevice& device) noexcept {
  const auto* const rule = std::ranges::find(kind_rules, device.kind, &KindRule::kind);
  if (rule == std::ranges::end(kind_rules)) {
    return fail(Error::bad_value);
  }
  return require(device.queues >= 1 && device.queues <= rule->most_queues &&
                     (device.flags & ~rule->flags) == 0 && is_power_of_two(device.queue_size) &&
                     device.queue_size >= rule->least_size && device.queue_size <= most_queue_size,
                 Error::bad_value);
}

/// Which table a device's back end is in.
enum class BackEnds { packet_queues, serial_queues, block_queues, ram_disks };

BackEnds back_ends_of(const VirtioDevice& device) noexcept {
  switch (device.kind) {
    case VirtioKind::network:
    case VirtioKind::socket:
      return BackEnds::packet_queues;
    case VirtioKind::block:
      return device.is_ram_disk != 0 ? BackEnds::ram_disks : BackEnds::block_queues;
    default:
      return BackEnds::serial_queues;
  }
}

std::size_t count_of(const VmmView& view, BackEnds table) noexcept {
  switch (table) {
    case BackEnds::packet_queues:
      return view.packet_queues().size();
    case BackEnds::serial_queues:
      return view.serial_queues().size();
    case BackEnds::block_queues:
      return view.block_queues().size();
    default:
      return view.ram_disks().size();
  }
}

/// A console has a queue for each port; all others have one back end.
std::uint64_t back_end_count(const VirtioDevice& device) noexcept {
  return device.kind == VirtioKind::console ? device.queues : 1;
}

bool share_back_end(const VirtioDevice& a, const VirtioDevice& b) noexcept {
  return a.back_end != no_channel && b.back_end != no_channel &&
         back_ends_of(a) == back_ends_of(b) && a.back_end < b.back_end + back_end_count(b) &&
         b.back_end < a.back_end + back_end_count(a);
}

/// Whether another device of the guest or the VMM itself has a serial queue of this console.
bool has_taken_serial(const VmmView& view, const VirtioDevice& device) noexcept {
  const auto is_ours = [&](std::uint32_t queue) {
    return queue != no_channel && queue >= device.back_end &&
           queue - device.back_end < back_end_count(device);
  };
  return back_ends_of(device) == BackEnds::serial_queues &&
         (is_ours(view.blob().log_queue) ||
          std::ranges::any_of(view.devices(), [&](const Device& other) {
            return other.kind == DeviceKind::pl011 && is_ours(other.serial_queue);
          }));
}

Result<void> check_back_end(const VmmView& view, std::span<const VirtioDevice> before,
                            const VirtioDevice& device) noexcept {
  if (device.back_end == no_channel) {
    return {};
  }
  if (device.back_end + back_end_count(device) > count_of(view, back_ends_of(device))) {
    return fail(Error::out_of_range);
  }
  const bool taken = std::ranges::any_of(
      before, [&](const VirtioDevice& other) { return share_back_end(device, other); });
  if (taken || has_taken_serial(view, device)) {
    return fail(Error::overlap);
  }
  const bool is_image = device.is_ram_disk != 0 && view.ram_disks()[device.back_end].address == 0;
  return require(!is_image || VmmView::has(device, VirtioFlag::read_only), Error::bad_value);
}

}  // namespace

Result<void> check_virtio(const VmmView& view) noexcept {
  std::size_t count = 0;
  return check_all([&] { return check_pci(view.blob().pci); },
                   [&] {
                     return check_each(view.block_queues(), [](const BlockQueue& queue) {
                       return check_queue(queue, Side::client);
                     });
                   },
                   [&] {
                     return check_each(view.packet_queues(), [](const PacketQueue& queue) {
                       return check_queue(queue, Side::client);
                     });
                   },
                   [&] { return check_each(view.ram_disks(), check_ram_disk); },
                   [&] {
                     return check_each(view.virtio_devices(), [&](const VirtioDevice& device) {
                       const auto before = view.virtio_devices().first(count++);
                       return check_all([&] { return check_numbers(device); },
                                        [&] { return check_own_fields(device); },
                                        [&] { return check_position(view, before, device); },
                                        [&] { return check_back_end(view, before, device); });
                     });
                   });
}

}  // namespace serai::config
