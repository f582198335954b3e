// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/layout.hpp"
#include "tool/model/diagnostic.hpp"

namespace serai::tool {

enum class ConsoleKind { pl011, none, virtio };

/// `store`: a file of this machine, memory, or a protection domain of the external system.
enum class DiskStore { file, memory, external };

/// `[disk.NAME]` as it was written.
struct DiskModel {
  Located<std::string> name;
  Span heading;
  std::optional<Located<std::string>> file;
  std::optional<Located<DiskStore>> store;
  std::optional<Located<std::uint64_t>> memory;  ///< size of a RAM disk
  std::optional<Located<std::uint64_t>> size;
  std::optional<Located<bool>> read_only;
  std::optional<Located<std::uint64_t>> crash_after;
};

/// `[network.NAME]` as it was written.
struct NetworkModel {
  Located<std::string> name;
  Span heading;
  std::optional<Located<bool>> external;
  std::optional<Located<bool>> uplink;
  std::vector<Located<std::string>> forward;
};

/// `[[vm.NAME.device]]` as it was written.
struct DeviceModel {
  Span heading;
  std::optional<Located<std::string>> disk;
  std::optional<Located<std::string>> network;
  std::optional<Located<config::VirtioKind>> kind;  ///< console, entropy or socket
  std::optional<Located<config::VirtioTransport>> transport;
  std::optional<Located<std::uint64_t>> queues;
  std::optional<Located<std::uint64_t>> queue_size;
  std::optional<Located<bool>> packed;
  std::optional<Located<std::uint64_t>> partition;
  std::optional<Located<bool>> read_only;
  std::optional<Located<std::string>> mac;
  std::optional<Located<std::uint64_t>> vlan;
  std::optional<Located<bool>> trunk;
  std::optional<Located<bool>> any_mac;
  std::optional<Located<std::string>> group;
  std::optional<Located<std::uint64_t>> rate;  ///< bits per second
  std::optional<Located<std::uint64_t>> burst;
  std::optional<Located<std::uint64_t>> mtu;
  std::optional<Located<bool>> offloads;
  std::optional<Located<std::uint64_t>> cid;
  std::optional<Located<std::uint64_t>> ports;
};

/// `[vm.NAME]` as it was written; what is absent was not written.
struct VmModel {
  Located<std::string> name;
  Span heading;
  std::optional<Located<std::string>> kernel;
  std::optional<Located<std::string>> initrd;
  std::optional<Located<std::string>> cmdline;
  std::optional<Located<std::uint64_t>> memory;
  std::optional<Located<std::int64_t>> vcpus;
  std::optional<Located<std::uint64_t>> priority;
  std::optional<Located<std::uint64_t>> budget_us;
  std::optional<Located<std::uint64_t>> period_us;
  std::optional<Located<ConsoleKind>> console;
  std::optional<Located<bool>> raw;            ///< `format`
  std::optional<Located<std::uint64_t>> load;  ///< guest-physical, for raw kernels
  std::optional<Located<std::string>> dtb_overlay;
  std::optional<Located<config::UnclaimedPolicy>> unclaimed;
  std::optional<Located<std::optional<std::uint64_t>>> rtc;  ///< the time at start, or no clock
  std::vector<Located<std::string>> passthrough;             ///< names of devices
  std::vector<DeviceModel> devices;                          ///< in the order of the file
};

/// A system file as it was written.
struct SystemModel {
  std::shared_ptr<const SourceFile> file;
  Located<std::string> board;
  std::optional<Located<std::string>> external;   ///< a Microkit system description
  std::optional<Located<bool>> external_console;  ///< `console`
  std::optional<Located<bool>> external_timer;    ///< `timer`
  std::vector<VmModel> vms;                       ///< in the order of the file
  std::vector<DiskModel> disks;                   ///< in the order of the file
  std::vector<NetworkModel> networks;             ///< in the order of the file
};

/// The board of a file that names none.
inline constexpr const char* default_board = "qemu-virt-aarch64";

/// Reads a system file: syntax, known keys, types, ranges of numbers. Reports every mistake;
/// returns what could be read so that later checks can go on, or nothing if that is pointless.
std::optional<SystemModel> read_system(const std::shared_ptr<const SourceFile>& file,
                                       Diagnostics& diagnostics);

}  // namespace serai::tool
