// SPDX-License-Identifier: BSD-2-Clause
//
// A system in which nothing is left to decide: the result of `resolve`, the input of everything in
// `tool/emit`, and what `serai explain` shows. Deterministic: the same files give the same value.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "config/layout.hpp"

namespace serai::tool {

/// The programs that Serai brings, named after their ELF files.
enum class Program {
  vmm,
  console,
  timer,
  block,
  network_switch,
  uplink,
  entropy,
  sockets,
  supervisor,
  external,  ///< none of Serai's: ProtectionDomain::program_file
};

/// "network_switch": a program's name without ".elf".
std::string program_name(Program program);

enum class Access : unsigned { read = 1, write = 2, execute = 4 };

/// A piece of physical memory that is mapped somewhere.
struct MemoryRegion {
  std::string name;  ///< unique; letters, digits and underscores
  std::uint64_t size = 0;
  std::uint64_t page_size = 0x1000;
  std::optional<std::uint64_t> physical;  ///< device registers or a fixed place; else anywhere
  std::string what;                       ///< for people: "RAM of linux", "UART registers"
};

/// A region's place in an address space.
struct Mapping {
  std::size_t region = 0;  ///< index into ResolvedSystem::regions
  std::uint64_t address = 0;
  unsigned access = 0;  ///< Access values or-ed together
  bool cached = true;
};

/// An interrupt of the board that a PD receives.
struct Interrupt {
  std::uint32_t intid = 0;
  std::uint32_t channel = 0;
  config::Trigger trigger = config::Trigger::level;
  std::string what;
};

/// Bytes attached to a PD's program as an extra ELF segment.
struct Attachment {
  std::string name;  ///< "configuration", "kernel", "initrd", "device tree"
  std::uint64_t address = 0;
  std::vector<std::byte> bytes;
};

/// CPU time: at most `budget_us` in every `period_us`. Equal values mean no limit.
struct Schedule {
  std::uint32_t priority = 0;  ///< Microkit's 0 to 254
  std::uint64_t budget_us = 1000;
  std::uint64_t period_us = 1000;
};

/// A guest as the platform sees it.
struct VirtualMachine {
  std::string name;
  Schedule schedule;
  std::uint32_t vcpu_count = 1;
  std::vector<Mapping> mappings;  ///< guest-physical
};

/// Who hears of a PD's faults, and may start it again.
struct Parent {
  std::size_t pd = 0;    ///< index into ResolvedSystem::pds
  std::uint32_t id = 0;  ///< of the child there
};

/// A protection domain.
struct ProtectionDomain {
  std::string name;
  Program program = Program::vmm;
  std::filesystem::path program_file;  ///< of an external one, complete with its configuration
  bool passive = false;                ///< runs only while it is called
  Schedule schedule;
  std::uint64_t stack_bytes = 0x4000;
  std::vector<Mapping> mappings;
  std::vector<Interrupt> interrupts;
  std::vector<Attachment> attachments;
  std::optional<VirtualMachine> vm;
  std::optional<Parent> parent;
};

/// "vmm.elf": the file name of a PD's program.
std::string program_file_name(const ProtectionDomain& pd);

struct ChannelEnd {
  std::size_t pd = 0;  ///< index into ResolvedSystem::pds
  std::uint32_t id = 0;
  bool may_notify = true;
  bool may_call = false;
};

struct Channel {
  ChannelEnd a;
  ChannelEnd b;
  std::string what;
};

/// An emulated device, for `explain` and the device tree.
struct GuestDevice {
  std::string kind;  ///< "pl011", "pl031", "gic-v2", "passthrough uart"
  std::uint64_t address = 0;
  std::uint64_t size = 0;
  std::uint32_t intid = 0;  ///< 0: none
};

/// A VirtIO device of a guest, for people.
struct GuestVirtio {
  config::VirtioKind kind = config::VirtioKind::block;
  config::VirtioTransport transport = config::VirtioTransport::pci;
  std::uint32_t slot = 0;     ///< pci
  std::uint64_t address = 0;  ///< mmio
  std::uint32_t intid = 0;    ///< mmio
  std::string target;         ///< the disk's or the network's name, or the device's own
  std::uint32_t partition = 0;
  bool read_only = false;
  std::string mac;
  std::uint16_t vlan = 0;
  bool trunk = false;
  bool any_mac = false;
  std::string group;
  std::uint64_t rate_bits_per_second = 0;
  std::uint64_t context_id = 0;
  std::uint32_t ports = 1;  ///< console
};

/// An image's place in a guest, for `explain` and the manifest.
struct GuestImagePlace {
  std::string kind;
  std::uint64_t address = 0;
  std::uint64_t size = 0;
  std::filesystem::path file;  ///< empty for what the tool made
  std::string note;            ///< "unpacked from gzip"
};

/// A guest as its user sees it.
struct Guest {
  std::string name;
  std::size_t pd = 0;  ///< its VMM
  std::uint64_t ram_address = 0;
  std::uint64_t ram_size = 0;
  std::uint64_t entry = 0;
  std::string cmdline;
  std::vector<GuestDevice> devices;
  std::vector<GuestVirtio> virtio;  ///< in the order of the file
  std::vector<GuestImagePlace> images;
};

/// What a board file says that emission needs.
struct BoardFacts {
  std::string name;           ///< "qemu-virt-aarch64"
  std::string microkit_name;  ///< "qemu_virt_aarch64"
  std::string qemu_machine;   ///< value of QEMU's -machine
  std::string qemu_cpu;
  std::uint64_t qemu_memory_bytes = 0;
  std::uint64_t loader_address = 0;
};

enum class QemuDeviceKind { disk, network, entropy };

/// A VirtIO device that QEMU must have, at one of the board's places.
struct QemuDevice {
  QemuDeviceKind kind = QemuDeviceKind::disk;
  std::string id;                     ///< the PD that drives it
  std::string bus;                    ///< QEMU's name of the place
  std::filesystem::path file;         ///< disk: whole path
  bool read_only = false;             ///< disk
  std::vector<std::string> forwards;  ///< network: "tcp:127.0.0.1:2222-:22"
};

/// `[disk.NAME]`, for people.
struct DiskFacts {
  std::string name;
  std::filesystem::path file;  ///< empty for a RAM disk of zeros
  bool in_memory = false;
  bool external = false;  ///< where it is kept, and how large it is, others know
  std::uint64_t size = 0;
  bool read_only = false;
};

/// `[network.NAME]`, for people.
struct NetworkFacts {
  std::string name;
  bool external = false;  ///< who reaches whom, others know
  bool uplink = false;
  std::vector<std::string> forwards;
};

struct ResolvedSystem {
  BoardFacts board;
  std::vector<MemoryRegion> regions;
  std::vector<ProtectionDomain> pds;
  std::vector<Channel> channels;
  std::vector<Guest> guests;
  std::vector<DiskFacts> disks;        ///< in the order of the file
  std::vector<NetworkFacts> networks;  ///< in the order of the file
  std::vector<QemuDevice> qemu_devices;
  std::vector<std::string> warnings;
};

}  // namespace serai::tool
