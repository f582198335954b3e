// SPDX-License-Identifier: BSD-2-Clause
#include <nlohmann/json.hpp>

#include "tool/cli/explain.hpp"
#include "tool/cli/reach.hpp"
#include "tool/emit/emit.hpp"

namespace serai::tool {

namespace {

using Json = nlohmann::ordered_json;

Json json_of(const Schedule& schedule) {
  return {{"priority", schedule.priority},
          {"budget_us", schedule.budget_us},
          {"period_us", schedule.period_us}};
}

Json json_of(const std::vector<Mapping>& mappings, const ResolvedSystem& system) {
  Json list = Json::array();
  for (const Mapping& mapping : mappings) {
    list.push_back({{"region", system.regions[mapping.region].name},
                    {"address", mapping.address},
                    {"access", access_letters(mapping.access)},
                    {"cached", mapping.cached}});
  }
  return list;
}

const char* transport_name(config::VirtioTransport transport) {
  return transport == config::VirtioTransport::pci ? "pci" : "mmio";
}

/// What a device has whatever its kind, and then what only its kind has.
Json json_of(const GuestVirtio& device) {
  Json json{{"kind", kind_name(device.kind)}, {"transport", transport_name(device.transport)}};
  if (device.transport == config::VirtioTransport::pci) {
    json["slot"] = device.slot;
  } else {
    json["address"] = device.address;
    json["intid"] = device.intid;
  }
  switch (device.kind) {
    case config::VirtioKind::block:
      json["disk"] = device.target;
      json["partition"] = device.partition;
      json["read_only"] = device.read_only;
      break;
    case config::VirtioKind::network:
      json["network"] = device.target;
      json["mac"] = device.mac;
      json["any_mac"] = device.any_mac;
      json["vlan"] = device.vlan;
      json["trunk"] = device.trunk;
      json["group"] = device.group;
      json["rate"] = device.rate_bits_per_second;
      break;
    case config::VirtioKind::socket:
      json["cid"] = device.context_id;
      json["group"] = device.group;
      break;
    case config::VirtioKind::console:
      json["name"] = device.target;
      json["ports"] = device.ports;
      break;
    case config::VirtioKind::entropy:
      json["name"] = device.target;
      break;
  }
  return json;
}

Json virtio_json(const Guest& guest) {
  Json list = Json::array();
  for (const GuestVirtio& device : guest.virtio) {
    list.push_back(json_of(device));
  }
  return list;
}

Json disks_json(const ResolvedSystem& system) {
  Json list = Json::array();
  for (const DiskFacts& disk : system.disks) {
    Json users = Json::array();
    for (const DeviceOf& user : devices_of(system, config::VirtioKind::block, disk.name)) {
      users.push_back({{"vm", user.vm->name},
                       {"partition", user.device->partition},
                       {"read_only", user.device->read_only}});
    }
    list.push_back({{"name", disk.name},
                    {"file", disk.file.filename().string()},
                    {"store", disk.external    ? "external"
                              : disk.in_memory ? "memory"
                                               : "file"},
                    {"size", disk.size},
                    {"read_only", disk.read_only},
                    {"users", std::move(users)}});
  }
  return list;
}

/// Each of `ports` and what it can reach.
Json reach_json(const std::vector<DeviceOf>& ports, bool uplink) {
  Json list = Json::array();
  for (const DeviceOf& port : ports) {
    Json entry = port.device->kind == config::VirtioKind::socket
                     ? Json{{"vm", port.vm->name}, {"cid", port.device->context_id}}
                     : Json{{"vm", port.vm->name}, {"mac", port.device->mac}};
    entry["reaches"] = reached_by(port, ports, uplink);
    list.push_back(std::move(entry));
  }
  return list;
}

Json networks_json(const ResolvedSystem& system) {
  Json list = Json::array();
  for (const NetworkFacts& network : system.networks) {
    const auto ports = devices_of(system, config::VirtioKind::network, network.name);
    Json reach = reach_json(ports, network.uplink);
    if (network.external) {
      for (Json& port : reach) {
        port["reaches"] = nullptr;
      }
    }
    list.push_back({{"name", network.name},
                    {"external", network.external},
                    {"uplink", network.uplink},
                    {"forwards", network.forwards},
                    {"ports", std::move(reach)}});
  }
  return list;
}

Json json_of(const Guest& guest, const ResolvedSystem& system) {
  Json devices = Json::array();
  for (const GuestDevice& device : guest.devices) {
    devices.push_back({{"kind", device.kind},
                       {"address", device.address},
                       {"size", device.size},
                       {"intid", device.intid}});
  }
  Json images = Json::array();
  for (const GuestImagePlace& image : guest.images) {
    images.push_back({{"kind", image.kind},
                      {"address", image.address},
                      {"size", image.size},
                      {"file", image.file.string()},
                      {"note", image.note}});
  }
  return {{"name", guest.name},
          {"pd", system.pds[guest.pd].name},
          {"ram", {{"address", guest.ram_address}, {"size", guest.ram_size}}},
          {"entry", guest.entry},
          {"cmdline", guest.cmdline},
          {"devices", std::move(devices)},
          {"virtio", virtio_json(guest)},
          {"images", std::move(images)}};
}

Json json_of(const ProtectionDomain& pd, const ResolvedSystem& system) {
  Json interrupts = Json::array();
  for (const Interrupt& interrupt : pd.interrupts) {
    interrupts.push_back({{"intid", interrupt.intid},
                          {"channel", interrupt.channel},
                          {"trigger", trigger_name(interrupt.trigger)},
                          {"of", interrupt.what}});
  }
  Json attachments = Json::array();
  for (const Attachment& attachment : pd.attachments) {
    attachments.push_back({{"name", attachment.name},
                           {"address", attachment.address},
                           {"size", attachment.bytes.size()}});
  }
  Json json{{"name", pd.name},
            {"program", program_file_name(pd)},
            {"schedule", json_of(pd.schedule)},
            {"stack_bytes", pd.stack_bytes},
            {"mappings", json_of(pd.mappings, system)},
            {"interrupts", std::move(interrupts)},
            {"attachments", std::move(attachments)},
            {"parent", pd.parent ? Json(system.pds[pd.parent->pd].name) : Json()},
            {"vm", nullptr}};
  if (pd.vm) {
    json["vm"] = {{"name", pd.vm->name},
                  {"schedule", json_of(pd.vm->schedule)},
                  {"vcpus", pd.vm->vcpu_count},
                  {"mappings", json_of(pd.vm->mappings, system)}};
  }
  return json;
}

Json json_of(const ChannelEnd& end, const ResolvedSystem& system) {
  return {{"pd", system.pds[end.pd].name},
          {"channel", end.id},
          {"may_notify", end.may_notify},
          {"may_call", end.may_call}};
}

}  // namespace

std::string explain_json(const ResolvedSystem& system) {
  const BoardFacts& board = system.board;
  Json json{{"board",
             {{"name", board.name},
              {"microkit", board.microkit_name},
              {"qemu_machine", board.qemu_machine},
              {"qemu_cpu", board.qemu_cpu},
              {"qemu_memory", board.qemu_memory_bytes},
              {"loader", board.loader_address}}}};
  json["vms"] = Json::array();
  for (const Guest& guest : system.guests) {
    json["vms"].push_back(json_of(guest, system));
  }
  json["pds"] = Json::array();
  for (const ProtectionDomain& pd : system.pds) {
    json["pds"].push_back(json_of(pd, system));
  }
  json["regions"] = Json::array();
  for (const MemoryRegion& region : system.regions) {
    json["regions"].push_back({{"name", region.name},
                               {"size", region.size},
                               {"page_size", region.page_size},
                               {"physical", region.physical ? Json(*region.physical) : Json()},
                               {"what", region.what}});
  }
  json["channels"] = Json::array();
  for (const Channel& channel : system.channels) {
    json["channels"].push_back({{"a", json_of(channel.a, system)},
                                {"b", json_of(channel.b, system)},
                                {"for", channel.what}});
  }
  json["disks"] = disks_json(system);
  json["networks"] = networks_json(system);
  json["sockets"] = reach_json(devices_of(system, config::VirtioKind::socket), false);
  json["qemu_arguments"] = qemu_device_arguments(system, FileNames::last);
  json["warnings"] = system.warnings;
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace serai::tool
