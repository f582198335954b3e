// SPDX-License-Identifier: BSD-2-Clause
#include <fmt/format.h>

#include "tool/emit/emit.hpp"

namespace serai::tool {

namespace {

using Arguments = std::vector<std::string>;

/// Errors go to the guest that asked: left to itself, QEMU halts the whole machine when the host's
/// disk is full.
void add_disk(Arguments& arguments, const QemuDevice& device, FileNames names) {
  const std::string file =
      names == FileNames::whole ? device.file.string() : device.file.filename().string();
  arguments.insert(
      arguments.end(),
      {"-drive",
       fmt::format("file={},if=none,id={},format=raw,cache=writeback,rerror=report,werror=report{}",
                   with_doubled_commas(file), device.id, device.read_only ? ",readonly=on" : ""),
       "-device", fmt::format("virtio-blk-device,drive={},bus={}", device.id, device.bus)});
}

/// Nothing leaves the machine: `restrict`, and forwards only listen on the loopback.
void add_network(Arguments& arguments, const QemuDevice& device) {
  std::string network = fmt::format("user,id={},restrict=on", device.id);
  for (const std::string& forward : device.forwards) {
    network += ",hostfwd=" + forward;
  }
  arguments.insert(arguments.end(),
                   {"-netdev", network, "-device",
                    fmt::format("virtio-net-device,netdev={},bus={}", device.id, device.bus)});
}

}  // namespace

std::string with_doubled_commas(std::string_view text) {
  std::string result;
  for (const char character : text) {
    result.append(character == ',' ? 2 : 1, character);
  }
  return result;
}

std::vector<std::string> qemu_device_arguments(const ResolvedSystem& system, FileNames names) {
  Arguments arguments;
  if (!system.qemu_devices.empty()) {
    arguments = {"-global", "virtio-mmio.force-legacy=false"};
  }
  for (const QemuDevice& device : system.qemu_devices) {
    switch (device.kind) {
      case QemuDeviceKind::disk:
        add_disk(arguments, device, names);
        break;
      case QemuDeviceKind::network:
        add_network(arguments, device);
        break;
      case QemuDeviceKind::entropy:
        arguments.insert(arguments.end(),
                         {"-device", fmt::format("virtio-rng-device,bus={}", device.bus)});
        break;
    }
  }
  return arguments;
}

}  // namespace serai::tool
