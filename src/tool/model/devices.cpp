// SPDX-License-Identifier: BSD-2-Clause
#include <fmt/format.h>

#include "tool/model/system_parts.hpp"

namespace serai::tool {

namespace {

constexpr std::uint64_t most_partition = 128;
constexpr std::uint64_t most_queues = 16;
constexpr std::uint64_t most_queue_size = 1024;
constexpr std::uint64_t most_ports = 8;
/// IEEE 802.1Q keeps 4095 for itself; 0 is that of untagged frames.
constexpr std::uint64_t last_vlan = 4094;
constexpr std::uint64_t least_mtu = 68;
constexpr std::uint64_t most_mtu = 65535;
/// 2 is the host's, 0xffffffff that of all (VirtIO 1.2, 5.10.4).
constexpr std::uint64_t first_cid = 3;
constexpr std::uint64_t last_cid = 0xffff'fffe;

DeviceModel read_device(TableReader& reader) {
  using config::VirtioKind;
  using config::VirtioTransport;
  DeviceModel device;
  device.heading = reader.heading();
  device.disk = reader.text("disk");
  device.network = reader.text("network");
  device.kind = as(reader.choice("kind", {"console", "rng", "vsock"}),
                   {VirtioKind::console, VirtioKind::entropy, VirtioKind::socket});
  device.transport = as(reader.choice("transport", {"pci", "mmio"}),
                        {VirtioTransport::pci, VirtioTransport::mmio});
  device.queues = reader.number("queues", 1, most_queues);
  device.queue_size = reader.number("queue_size", 2, most_queue_size);
  device.packed = reader.boolean("packed");
  device.partition = reader.number("partition", 1, most_partition);
  device.read_only = reader.boolean("read_only");
  device.mac = reader.text("mac");
  device.vlan = reader.number("vlan", 1, last_vlan);
  device.trunk = reader.boolean("trunk");
  device.any_mac = reader.boolean("any_mac");
  device.group = reader.text("group");
  device.rate = reader.rate("rate");
  device.burst = reader.size("burst");
  device.mtu = reader.number("mtu", least_mtu, most_mtu);
  device.offloads = reader.boolean("offloads");
  device.cid = reader.number("cid", first_cid, last_cid);
  device.ports = reader.number("ports", 1, most_ports);
  return device;
}

}  // namespace

DiskModel read_disk(const toml::key& key, const toml::table& table,
                    const std::shared_ptr<const SourceFile>& file, Diagnostics& diagnostics) {
  TableReader reader(table, fmt::format("[disk.{}]", key.str()), span_of(table, file), diagnostics);
  DiskModel disk;
  disk.name = {std::string(key.str()), span_of(key, file)};
  disk.heading = reader.heading();
  disk.file = reader.text("file");
  disk.store = as(reader.choice("store", {"file", "memory", "external"}),
                  {DiskStore::file, DiskStore::memory, DiskStore::external});
  disk.memory = reader.size("memory");
  disk.size = reader.size("size");
  disk.read_only = reader.boolean("read_only");
  constexpr std::uint64_t most_requests = 0xffff'ffff;
  disk.crash_after = reader.number("crash_after", 1, most_requests);
  const bool is_external = disk.store && disk.store->value == DiskStore::external;
  if (!reader.has("file") && !reader.has("memory") && !is_external) {
    reader.missing("file",
                   "add for example: file = \"disk.img\", or for a disk in memory: "
                   "memory = \"64M\"");
  }
  reader.finish();
  return disk;
}

NetworkModel read_network(const toml::key& key, const toml::table& table,
                          const std::shared_ptr<const SourceFile>& file, Diagnostics& diagnostics) {
  TableReader reader(table, fmt::format("[network.{}]", key.str()), span_of(table, file),
                     diagnostics);
  NetworkModel network;
  network.name = {std::string(key.str()), span_of(key, file)};
  network.heading = reader.heading();
  network.external = reader.boolean("external");
  network.uplink = reader.boolean("uplink");
  network.forward = reader.texts("forward");
  reader.finish();
  return network;
}

std::vector<DeviceModel> read_devices(TableReader& vm, const std::string& vm_path,
                                      Diagnostics& diagnostics) {
  std::vector<DeviceModel> devices;
  for (const toml::table* table : vm.tables("device")) {
    TableReader reader(*table, fmt::format("[[{}.device]]", vm_path),
                       span_of(*table, vm.heading().file), diagnostics);
    devices.push_back(read_device(reader));
    if (!reader.has("disk") && !reader.has("network") && !reader.has("kind")) {
      reader.missing("kind",
                     "say what it is: disk = \"NAME\", network = \"NAME\", or "
                     "kind = \"console\", \"rng\" or \"vsock\"");
    }
    reader.finish();
  }
  return devices;
}

}  // namespace serai::tool
