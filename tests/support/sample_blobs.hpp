// SPDX-License-Identifier: BSD-2-Clause
//
// Configurations that keep every rule, for tests to break one at a time.
#pragma once

#include "config/device_costs.hpp"
#include "config/layout.hpp"
#include "tool/emit/config_blob.hpp"

namespace serai::config::test {

inline constexpr std::uint32_t read_only = static_cast<std::uint32_t>(BlockFlag::read_only);
inline constexpr std::uint32_t extended = static_cast<std::uint32_t>(PacketFlag::extended);
inline constexpr std::uint32_t provider = static_cast<std::uint32_t>(PacketFlag::provider);
inline constexpr std::uint64_t window_ram = 0x4000'0000;

inline BlockQueue block_queue(std::uint32_t channel, std::uint64_t physical = 0) {
  const std::uint64_t at = queues_address + channel * 0x100'0000ULL;
  return {at, at + 0x2000, at + 0x4000, at + 0x10'0000, 0x10'0000, physical, 128, channel};
}

inline PacketQueue packet_queue(std::uint32_t channel, std::uint32_t flags) {
  const std::uint64_t at = queues_address + channel * 0x100'0000ULL;
  return {at, at + 0x2000, at + 0x20'0000, at + 0x4000, at + 0x6000, at + 0x40'0000, 0,
          0,  256,         4096,           channel,     channel,     flags,          0};
}

inline BoardVirtio board_device(std::uint32_t channel) {
  return {devices_address + 0x200, queues_address, window_ram, 0x4000, channel, 0};
}

/// A VMM with one device of each kind; all but the entropy device, which uses MMIO, on PCI.
inline tool::VmmConfiguration vmm() {
  tool::VmmConfiguration it;
  it.name = "linux";
  it.fixed.vcpu_count = 1;
  it.fixed.unclaimed = UnclaimedPolicy::inject_abort;
  it.fixed.entry = 0x4000'0000;
  it.fixed.timer_channel = 1;
  it.fixed.virtual_timer_intid = 27;
  it.fixed.physical_timer_intid = 30;
  it.fixed.gic_version = 2;
  it.fixed.distributor_address = 0x800'0000;
  it.fixed.distributor_size = 0x1'0000;
  it.fixed.interrupt_count = 288;
  it.fixed.log_queue = 0;
  it.memory = {{0x4000'0000, 0x1000'0000, ram_address + 0x4000'0000}};
  const std::uint64_t at = queues_address;
  it.serial_queues = {{at, at + 0x1000, 0, 0, 0x1000, 0, 0, 0},
                      {at, at + 0x1000, at + 0x2000, at + 0x3000, 0x1000, 0x1000, 0, 0},
                      {at, at + 0x1000, at + 0x2000, at + 0x3000, 0x1000, 0x1000, 0, 0},
                      {0, 0, at + 0x4000, at + 0x5000, 0, 0x1000, 2, 0}};
  it.fixed.pci = {.ecam_address = 0x3f00'0000,
                  .ecam_size = 0x10'0000,
                  .window_address = 0x1000'0000,
                  .window_size = 0x2eff'0000,
                  .high_window_address = 0x80'0000'0000,
                  .high_window_size = 0x2000'0000,
                  .msi_frame_address = 0x802'0000,
                  .first_msi_intid = 112,
                  .msi_count = 64,
                  .first_intx_intid = 35,
                  .reserved = 0};
  it.block_queues = {block_queue(3)};
  it.packet_queues = {packet_queue(4, extended), packet_queue(5, extended)};
  it.ram_disks = {{0x7000'0000, 0x8000, images_address, 0x200},
                  {0, 0x1000, images_address, 0x1000}};
  const auto device = [](VirtioKind kind, std::uint32_t slot, std::uint32_t back_end,
                         const char* name) {
    VirtioDevice made{};
    made.kind = kind;
    made.transport = VirtioTransport::pci;
    made.slot = slot;
    made.back_end = back_end;
    made.queues = 1;
    made.queue_size = 256;
    made.name = tool::blob_name(name);
    return made;
  };
  it.virtio = {device(VirtioKind::block, 1, 0, "disk"),  device(VirtioKind::block, 2, 0, "ram"),
               device(VirtioKind::block, 3, 1, "image"), device(VirtioKind::network, 4, 0, "net"),
               device(VirtioKind::socket, 5, 1, ""),     device(VirtioKind::console, 6, 1, "hvc"),
               device(VirtioKind::entropy, 0, 3, "")};
  it.virtio[1].is_ram_disk = 1;
  it.virtio[2].is_ram_disk = 1;
  it.virtio[2].flags = static_cast<std::uint32_t>(VirtioFlag::read_only);
  it.virtio[3].mac = {0x52, 0x54, 0, 1, 2, 3};
  it.virtio[3].mtu = 9000;
  it.virtio[4].context_id = 3;
  it.virtio[5].queues = 2;
  it.virtio[6].transport = VirtioTransport::mmio;
  it.virtio[6].guest_address = 0xa00'0000;
  it.virtio[6].intid = 48;
  it.fixed.device_memory_size = device_memory(it.fixed.pci, it.devices, it.virtio);
  return it;
}

inline tool::BlockConfiguration block() {
  tool::BlockConfiguration it;
  it.name = "disk_root";
  it.fixed.device = board_device(0);
  it.clients = {{tool::blob_name("a"), block_queue(1, 0x4100'0000), 1, 0},
                {tool::blob_name("b"), block_queue(2, 0x4200'0000), 2, read_only},
                {tool::blob_name("c"), block_queue(3, 0x4300'0000), 2, read_only}};
  return it;
}

inline SwitchPort switch_port(const char* name, std::uint32_t channel, std::uint8_t last) {
  SwitchPort port{};
  port.name = tool::blob_name(name);
  port.queue = packet_queue(channel, extended | provider);
  port.mac = {0x52, 0x54, 0, 0, 0, last};
  return port;
}

inline tool::SwitchConfiguration network_switch() {
  tool::SwitchConfiguration it;
  it.name = "net_lan";
  it.ports = {switch_port("a", 0, 1), switch_port("b", 1, 2), switch_port("uplink", 2, 0)};
  it.ports[0].vlan = 4094;
  it.ports[1].rate_bits_per_second = 1'000'000;
  it.ports[1].burst_bytes = 65536;
  it.ports[2].queue.flags = extended;
  it.ports[2].mac = {};
  it.ports[2].flags = static_cast<std::uint32_t>(SwitchPortFlag::uplink);
  return it;
}

inline tool::UplinkConfiguration uplink() {
  tool::UplinkConfiguration it;
  it.name = "uplink_lan";
  it.fixed.device = board_device(0);
  it.fixed.client = packet_queue(1, extended | provider);
  it.fixed.client.transmit_physical = 0x4100'0000;
  it.fixed.client.receive_physical = 0x4200'0000;
  return it;
}

inline tool::EntropyConfiguration entropy() {
  tool::EntropyConfiguration it;
  it.name = "entropy";
  it.fixed.device = board_device(0);
  const std::uint64_t at = queues_address;
  it.clients = {{tool::blob_name("a"), {at, at + 0x1000, 0, 0, 0x1000, 0, 1, 0}},
                {tool::blob_name("b"), {at, at + 0x1000, 0, 0, 0x1000, 0, 2, 0}}};
  return it;
}

inline tool::SocketsConfiguration sockets() {
  tool::SocketsConfiguration it;
  it.name = "sockets";
  it.ports = {{tool::blob_name("a"), packet_queue(0, extended | provider), 3, 0, 0},
              {tool::blob_name("b"), packet_queue(1, extended | provider), 4, 1, 0}};
  return it;
}

inline tool::SupervisorConfiguration supervisor() {
  tool::SupervisorConfiguration it;
  it.name = "supervisor";
  it.fixed.timer_channel = 0;
  it.children = {{tool::blob_name("disk_a"), 0, 0}, {tool::blob_name("disk_b"), 1, 0}};
  return it;
}

}  // namespace serai::config::test
