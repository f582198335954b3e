// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "tool/check/external_client.hpp"
#include "tool/image/guest_image.hpp"
#include "tool/model/board.hpp"
#include "tool/model/system.hpp"

namespace serai::tool {

/// A file that a VM names, read.
struct InputFile {
  std::filesystem::path path;
  Span where;
  std::vector<std::byte> bytes;
};

/// `[disk.NAME]`: a file of this machine, or memory.
struct CheckedDisk {
  std::string name;
  Span heading;
  bool in_memory = false;      ///< a RAM disk, each VM's own copy; else QEMU's virtio disk
  bool external = false;       ///< served by the external system, which alone knows more
  std::filesystem::path file;  ///< empty for a RAM disk that starts as zeros
  Span file_where;
  std::vector<std::byte> bytes;  ///< of a RAM disk's file
  std::uint64_t size = 0;        ///< bytes, of the file or of the RAM disk; a multiple of 512
  bool read_only = false;
  std::uint32_t crash_after = 0;  ///< requests in each life of its block PD, or 0: it never crashes
};

/// A port of this machine's loopback that leads to a guest: `tcp:127.0.0.1:2222-10.0.2.15:22`.
struct CheckedForward {
  bool udp = false;
  std::uint16_t host_port = 0;  ///< on 127.0.0.1
  std::string guest_address;    ///< empty: 10.0.2.15
  std::uint16_t guest_port = 0;
};

/// `[network.NAME]`: a switch, with or without the outside.
struct CheckedNetwork {
  std::string name;
  Span heading;
  bool external = false;  ///< served by the external system, which alone knows more
  bool uplink = false;    ///< QEMU's user network, restricted to this machine's loopback
  std::vector<CheckedForward> forwards;
};

/// `[[vm.NAME.device]]`: a VirtIO device.
struct CheckedVirtio {
  config::VirtioKind kind = config::VirtioKind::block;
  config::VirtioTransport transport = config::VirtioTransport::pci;
  Span where;
  Span identity_where;       ///< of its MAC address or context ID, or else `where`
  std::string name;          ///< of its disk, its network, or of what it is: "root", "hvc0"
  std::uint32_t queues = 1;  ///< block: queues; network: queue pairs; console: ports
  std::uint32_t queue_size = 256;
  bool packed = true;
  std::size_t disk = 0;                    ///< block: index into CheckedSystem::disks
  std::uint32_t partition = 0;             ///< block: 0 for the whole disk
  bool read_only = false;                  ///< block
  std::size_t network = 0;                 ///< network: index into CheckedSystem::networks
  std::array<std::uint8_t, 6> mac{};       ///< network; always set
  std::uint16_t vlan = 0;                  ///< network
  bool trunk = false;                      ///< network
  bool any_mac = false;                    ///< network
  bool offloads = true;                    ///< network
  std::string group;                       ///< network, socket: isolation group, or empty
  std::uint64_t rate_bits_per_second = 0;  ///< network: 0 for unlimited
  std::uint64_t burst_bytes = 0;           ///< network
  std::uint32_t mtu = 0;                   ///< network: 0 for the usual 1500, not announced
  std::uint64_t context_id = 0;            ///< socket
};

/// A VM with every default filled in and every file read.
struct CheckedVm {
  std::string name;
  Span heading;
  std::filesystem::path kernel_path;
  Span kernel_where;
  GuestKernel kernel;
  std::optional<InputFile> initrd;
  std::optional<InputFile> overlay;  ///< compiled
  std::string cmdline;
  std::uint64_t memory = 0;
  Span memory_where;
  std::uint32_t vcpus = 1;
  std::uint32_t priority = 0;  ///< 1 to 100
  std::uint64_t budget_us = 0;
  std::uint64_t period_us = 0;
  bool pl011 = false;
  bool pl031 = false;
  std::uint64_t epoch_seconds = 0;    ///< what the clock shows at start, since 1970
  std::optional<std::uint64_t> load;  ///< raw kernels: guest-physical
  Span load_where;
  config::UnclaimedPolicy unclaimed = config::UnclaimedPolicy::inject_abort;
  std::vector<BoardDevice> passthrough;
  std::vector<CheckedVirtio> virtio;  ///< in the order of the file
};

/// The protection domains that somebody else brings, with all that they share with VMMs.
struct CheckedExternal {
  Span where;  ///< of the key that names the description
  ExternalModel model;
  std::filesystem::path folder;         ///< of the description, and of all files beside it
  std::vector<ExternalClient> clients;  ///< one for each VM
  bool console = false;                 ///< drives the board's UART
  bool timer = false;                   ///< drives the board's timer
};

/// A system whose parts are all there and in order; what `resolve` begins with.
struct CheckedSystem {
  std::shared_ptr<const SourceFile> file;
  Board board;
  std::vector<CheckedVm> vms;            ///< in the order of the file
  std::vector<CheckedDisk> disks;        ///< in the order of the file
  std::vector<CheckedNetwork> networks;  ///< in the order of the file
  std::optional<CheckedExternal> external;

  /// Whether a device of the board belongs to a VM.
  [[nodiscard]] bool is_passed_through(std::string_view device) const;
};

}  // namespace serai::tool
