// SPDX-License-Identifier: BSD-2-Clause
#include <nlohmann/json.hpp>

#include "tool/cli/explain.hpp"

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
            {"program", program_name(pd.program) + ".elf"},
            {"schedule", json_of(pd.schedule)},
            {"stack_bytes", pd.stack_bytes},
            {"mappings", json_of(pd.mappings, system)},
            {"interrupts", std::move(interrupts)},
            {"attachments", std::move(attachments)},
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
  json["warnings"] = system.warnings;
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace serai::tool
