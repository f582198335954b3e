// SPDX-License-Identifier: BSD-2-Clause
#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "tool/emit/emit.hpp"
#include "tool/emit/sha256.hpp"
#include "tool/emit/version.hpp"
#include "tool/image/guest_image.hpp"

namespace serai::tool {

namespace {

using Json = nlohmann::ordered_json;

std::string hex(std::uint64_t value) {
  return fmt::format("{:#x}", value);
}

/// A file by its name alone: where it lies does not change what is built.
Json describe_file(const std::filesystem::path& file) {
  Json json{{"file", file.filename().string()}};
  if (const auto bytes = read_file(file)) {
    json["bytes"] = bytes->size();
    json["sha256"] = sha256(*bytes);
  } else {
    json["error"] = bytes.error().what;
  }
  return json;
}

Json describe_image(const GuestImagePlace& image) {
  Json json{{"kind", image.kind}, {"address", hex(image.address)}, {"bytes", image.size}};
  if (!image.note.empty()) {
    json["note"] = image.note;
  }
  if (!image.file.empty()) {
    json["from"] = describe_file(image.file);
  }
  return json;
}

Json describe_guest(const Guest& guest) {
  Json json{{"name", guest.name},
            {"ram", {{"address", hex(guest.ram_address)}, {"bytes", guest.ram_size}}},
            {"entry", hex(guest.entry)},
            {"cmdline", guest.cmdline}};
  for (const GuestImagePlace& image : guest.images) {
    json["images"].push_back(describe_image(image));
  }
  return json;
}

Json describe_domain(const ProtectionDomain& pd) {
  Json json{{"name", pd.name}, {"priority", pd.schedule.priority}};
  for (const Attachment& attachment : pd.attachments) {
    json["attachments"].push_back({{"name", attachment.name},
                                   {"address", hex(attachment.address)},
                                   {"bytes", attachment.bytes.size()},
                                   {"sha256", sha256(attachment.bytes)}});
  }
  return json;
}

}  // namespace

std::string manifest(const ResolvedSystem& system, const std::string& platform,
                     const std::vector<std::filesystem::path>& outputs) {
  Json json{{"serai", serai_version()}, {"platform", platform}, {"board", system.board.name}};
  for (const Guest& guest : system.guests) {
    json["guests"].push_back(describe_guest(guest));
  }
  for (const ProtectionDomain& pd : system.pds) {
    json["protection_domains"].push_back(describe_domain(pd));
  }
  for (const std::string& argument : qemu_device_arguments(system, FileNames::last)) {
    json["qemu_arguments"].push_back(argument);
  }
  for (const std::filesystem::path& output : outputs) {
    json["outputs"].push_back(describe_file(output));
  }
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace serai::tool
