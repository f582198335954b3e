// SPDX-License-Identifier: BSD-2-Clause
//
// The compiled configuration: what the tool attaches to a prebuilt program as an extra ELF segment
// at `blob_address`. Little-endian, natural alignment, no pointers: tables are found by offset from
// the start of the blob. `config::View` checks and reads it; `tool/emit` builds it.
#pragma once

#include <array>
#include <cstdint>
#include <type_traits>

namespace serai::config {

/// Where the blob lies in the virtual address space of every configured PD.
inline constexpr std::uint64_t blob_address = 0x1000'0000;
/// The largest blob.
inline constexpr std::uint64_t most_blob_bytes = 0x1'0000;
/// What a VMM's devices are made in lies here, behind the blob (device_costs.hpp).
inline constexpr std::uint64_t device_memory_address = 0x1002'0000;
/// Pristine guest images start here in a VMM, each page-aligned.
inline constexpr std::uint64_t images_address = 0x2000'0000;
/// Shared-memory queues start here in every PD.
inline constexpr std::uint64_t queues_address = 0x3'0000'0000;
/// Device registers that a driver PD owns start here.
inline constexpr std::uint64_t devices_address = 0x4'0000'0000;
/// RAM disks start here in a VMM.
inline constexpr std::uint64_t ram_disks_address = 0x8'0000'0000;
/// Guest RAM at guest-physical address A lies at `ram_address` + A in its VMM.
inline constexpr std::uint64_t ram_address = 0x10'0000'0000;

inline constexpr std::uint32_t magic = 0x49415253;  // "SRAI"
inline constexpr std::uint16_t version = 3;
inline constexpr std::uint32_t no_channel = 0xffff'ffff;
/// Tables of a VMM's configuration are no longer than this; PCI has 31 slots beside.
inline constexpr std::size_t most_memory = 8;
inline constexpr std::size_t most_devices = 8;
inline constexpr std::size_t most_virtio_mmio = 32;
inline constexpr std::size_t name_bytes = 32;

/// A NUL-padded name of at most 31 characters.
using Name = std::array<char, name_bytes>;

/// Which program a blob is for.
enum class BlobKind : std::uint16_t {
  vmm = 1,
  console = 2,
  timer = 3,
  block = 4,
  network_switch = 5,
  uplink = 6,
  entropy = 7,
  sockets = 8,
  supervisor = 9,
};

/// `count` entries of one kind, `offset` bytes from the start of the blob (a multiple of 8).
struct Table {
  std::uint32_t offset;
  std::uint32_t count;
};

/// The start of every blob.
struct Header {
  std::uint32_t magic;
  std::uint16_t version;
  BlobKind kind;
  std::uint32_t size;      ///< bytes of the whole blob
  std::uint32_t checksum;  ///< CRC-32 (ISO 3309) of the blob with this field as zero
  Name name;               ///< the VM's name, or the PD's
};

/// What an access that no device claims does to the guest.
enum class UnclaimedPolicy : std::uint32_t {
  inject_abort = 1,  ///< a synchronous external abort, as hardware would
  ignore = 2,        ///< reads zero, writes vanish
  stop = 3,          ///< the guest is stopped with a report
};

/// The guest's PCI host bridge (ECAM, one bus) with its MSI frame (Arm, GICv2m). Without one all is
/// 0.
struct PciHost {
  std::uint64_t ecam_address;
  std::uint64_t ecam_size;       ///< 1 MiB: one bus
  std::uint64_t window_address;  ///< 32-bit memory of devices
  std::uint64_t window_size;
  std::uint64_t high_window_address;  ///< 64-bit memory of devices
  std::uint64_t high_window_size;
  std::uint64_t msi_frame_address;  ///< one page
  std::uint32_t first_msi_intid;
  std::uint32_t msi_count;
  std::uint32_t first_intx_intid;  ///< of INTA; the others follow
  std::uint32_t reserved;
};

/// A blob of kind `vmm`.
struct VmmBlob {
  Header header;
  std::uint32_t vcpu_count;
  UnclaimedPolicy unclaimed;
  std::uint64_t entry;          ///< guest-physical address of the first instruction
  std::uint64_t boot_argument;  ///< X0 at entry: the device tree's guest-physical address, or 0
  std::uint32_t timer_channel;  ///< to the timer PD (sDDF timer protocol), or `no_channel`
  std::uint32_t virtual_timer_intid;
  std::uint32_t physical_timer_intid;
  std::uint32_t gic_version;  ///< 2
  std::uint64_t distributor_address;
  std::uint64_t distributor_size;
  std::uint32_t interrupt_count;  ///< INTIDs of the guest's GIC, a multiple of 32, at most 1020
  std::uint32_t log_queue;        ///< index into `serial_queues`, or `no_channel`
  Table memory;                   ///< of Memory
  Table images;                   ///< of Image, copied in this order
  Table devices;                  ///< of Device
  Table serial_queues;            ///< of SerialQueue
  Table passthrough;              ///< of PassthroughIrq
  PciHost pci;
  Table virtio;         ///< of VirtioDevice
  Table block_queues;   ///< of BlockQueue
  Table packet_queues;  ///< of PacketQueue
  Table ram_disks;      ///< of RamDisk
  /// Memory at `device_memory_address` in which the devices are made: as much as they take.
  std::uint64_t device_memory_size;
};

/// Guest RAM.
struct Memory {
  std::uint64_t guest_address;
  std::uint64_t size;
  std::uint64_t vmm_address;
};

enum class ImageKind : std::uint32_t { kernel = 1, initrd = 2, device_tree = 3, other = 4 };

/// One pristine image, copied to the guest at each start.
struct Image {
  ImageKind kind;
  std::uint32_t reserved;
  std::uint64_t vmm_address;
  std::uint64_t guest_address;
  std::uint64_t size;
  std::uint64_t zero_bytes;  ///< set to zero behind the copied bytes
};

enum class DeviceKind : std::uint32_t { pl011 = 1, pl031 = 2 };

/// One emulated device.
struct Device {
  DeviceKind kind;
  std::uint32_t intid;  ///< or 0 where it has no interrupt
  std::uint64_t guest_address;
  std::uint64_t size;
  std::uint32_t serial_queue;  ///< for pl011: index into `serial_queues`, or `no_channel`
  std::uint32_t reserved;
  std::uint64_t epoch_seconds;  ///< for pl031: seconds since 1970 when the host's clock reads zero
};

/// Numbered as in VirtIO 1.2, 5.
enum class VirtioKind : std::uint32_t {
  network = 1,
  block = 2,
  console = 3,
  entropy = 4,
  socket = 19,
};

enum class VirtioTransport : std::uint32_t { mmio = 1, pci = 2 };

enum class VirtioFlag : std::uint32_t {
  read_only = 1,    ///< of a disk, whatever its back end allows
  no_packed = 2,    ///< VIRTIO_F_RING_PACKED is not offered
  no_offloads = 4,  ///< of a network: no checksum or segmentation offloads
};

/// One VirtIO device. `back_end` is an index into `packet_queues` for networks and sockets, into
/// `serial_queues` for consoles (their first port) and entropy, and for disks into `block_queues`
/// or, if `is_ram_disk`, into `ram_disks`; or `no_channel` for none.
struct VirtioDevice {
  VirtioKind kind;
  VirtioTransport transport;
  std::uint64_t guest_address;  ///< mmio: of its registers; pci: 0
  std::uint32_t intid;          ///< mmio: its interrupt; pci: 0
  std::uint32_t slot;           ///< pci: device number on bus 0, 1 to 31; mmio: 0
  std::uint32_t flags;          ///< VirtioFlag values or-ed together
  std::uint32_t back_end;
  std::uint32_t is_ram_disk;
  std::uint32_t queues;             ///< block: request queues; network: queue pairs; console: ports
  std::uint32_t queue_size;         ///< most descriptors of each queue, a power of two
  std::uint32_t mtu;                ///< network: or 0 for none announced
  std::uint64_t context_id;         ///< socket: its CID
  std::array<std::uint8_t, 6> mac;  ///< network
  std::uint16_t reserved;
  Name name;  ///< block: the first 20 characters are its serial; console: of its first port
};

/// One sDDF block queue seen from this PD, which sends requests (a client) or serves them.
struct BlockQueue {
  std::uint64_t requests;       ///< virtual address of the request queue
  std::uint64_t responses;      ///< of the response queue
  std::uint64_t storage_info;   ///< of sDDF's description of the disk
  std::uint64_t data;           ///< of the data region
  std::uint64_t data_size;      ///< bytes, a multiple of 4096
  std::uint64_t data_physical;  ///< serving: the data region for the device, or 0
  std::uint32_t capacity;       ///< entries of both queues, a power of two
  std::uint32_t channel;
};

enum class PacketFlag : std::uint32_t {
  extended = 1,  ///< packets of several buffers; Ethernet frames begin with a virtio_net_hdr
  provider = 2,  ///< this PD is the far side: what clients transmit it receives
};

/// One pair of sDDF net queues in each direction, seen from this PD. A client transmits by taking
/// buffers from `transmit_free` and putting them into `transmit_active`. Addresses are virtual, in
/// this PD; "transmit" is what this PD sends, as everywhere. The client of each queue pair hands
/// out its transmit buffers at the start; the provider hands out the client's receive buffers.
struct PacketQueue {
  std::uint64_t transmit_free;
  std::uint64_t transmit_active;
  std::uint64_t transmit_data;
  std::uint64_t receive_free;
  std::uint64_t receive_active;
  std::uint64_t receive_data;
  std::uint64_t transmit_physical;  ///< for a device that reads the data itself, or 0
  std::uint64_t receive_physical;
  std::uint32_t capacity;      ///< entries of each of the four queues, a power of two
  std::uint32_t buffer_bytes;  ///< a power of two; each data region is capacity times this
  std::uint32_t transmit_channel;
  std::uint32_t receive_channel;  ///< may be the same
  std::uint32_t flags;            ///< PacketFlag values or-ed together
  std::uint32_t reserved;
};

/// A disk in the VMM's own memory. Its contents are those of the image, copied there once unless
/// the disk is read-only, then zeros. Survives a reset of the guest.
struct RamDisk {
  std::uint64_t address;        ///< virtual, of the disk; 0 for a read-only one: it is the image
  std::uint64_t size;           ///< bytes, a multiple of 512
  std::uint64_t image_address;  ///< virtual
  std::uint64_t image_size;     ///< at most `size`; equal to it for a read-only disk
};

/// One sDDF serial connection seen from this PD: characters it sends, characters it receives. An
/// unused direction has capacity 0. Capacities are powers of two and the size of the data region.
struct SerialQueue {
  std::uint64_t transmit_queue;  ///< virtual address of the shared indices
  std::uint64_t transmit_data;
  std::uint64_t receive_queue;
  std::uint64_t receive_data;
  std::uint32_t transmit_capacity;
  std::uint32_t receive_capacity;
  std::uint32_t channel;          ///< of what this PD sends
  std::uint32_t receive_channel;  ///< of what it receives; may be the same
};

enum class Trigger : std::uint32_t { level = 1, edge = 2 };

/// A physical interrupt that belongs to the guest.
struct PassthroughIrq {
  std::uint32_t intid;  ///< as the guest sees it
  std::uint32_t channel;
  Trigger trigger;
  std::uint32_t reserved;
};

enum class ConsoleFlag : std::uint32_t {
  colour = 1,  ///< prefixes in colour
  prefix = 2,  ///< each line begins with its VM's name; set when there are several
};

/// A blob of kind `console`: owns the board's UART.
struct ConsoleBlob {
  Header header;
  std::uint64_t uart_address;  ///< virtual address of a PL011
  std::uint32_t uart_channel;  ///< its interrupt
  std::uint32_t flags;         ///< ConsoleFlag values or-ed together
  Table clients;               ///< of ConsoleClient
  std::uint16_t columns;       ///< of the window when the system starts; 0: not known
  std::uint16_t rows;
  std::uint32_t reserved;
};

/// One VM of the console. Its `console` queue carries raw characters both ways; `log` carries the
/// VMM's lines towards the console. "transmit" is, as everywhere, what this PD sends.
struct ConsoleClient {
  Name name;
  SerialQueue console;
  SerialQueue log;
};

/// A blob of kind `timer`: owns the board's timer and serves sDDF's timer protocol on the channels
/// 0 to `client_count` - 1.
struct TimerBlob {
  Header header;
  std::uint32_t timer_channel;  ///< interrupt of the physical timer
  std::uint32_t client_count;
  std::uint64_t
      backstop_address;  ///< virtual address of a PL031 whose alarm backs the timer up, or 0
  std::uint32_t backstop_channel;
  std::uint32_t reserved;
};

/// A VirtIO device of the board that a driver PD owns (virtio-mmio, version 2), with memory that
/// the device can reach.
struct BoardVirtio {
  std::uint64_t registers;     ///< virtual address
  std::uint64_t dma;           ///< virtual address of memory for queues and headers
  std::uint64_t dma_physical;  ///< the same memory as the device sees it
  std::uint64_t dma_size;
  std::uint32_t channel;  ///< its interrupt
  std::uint32_t reserved;
};

/// A blob of kind `block`: drives a disk and serves parts of it.
struct BlockBlob {
  Header header;
  BoardVirtio device;
  Table clients;  ///< of BlockClient
  /// For trying: it crashes when this many requests of each life have been answered; 0: never.
  std::uint32_t crash_after;
  std::uint32_t reserved;
};

enum class BlockFlag : std::uint32_t { read_only = 1 };

struct BlockClient {
  Name name;
  BlockQueue queue;
  std::uint32_t partition;  ///< 1 and more, as the partition table numbers it; 0: the whole disk
  std::uint32_t flags;      ///< BlockFlag values or-ed together
};

/// A blob of kind `network_switch`: one network.
struct SwitchBlob {
  Header header;
  Table ports;  ///< of SwitchPort
  /// To the timer PD (sDDF timer protocol), for ports with a rate, or `no_channel`: what is above a
  /// rate is then dropped instead of delayed.
  std::uint32_t timer_channel;
  std::uint32_t reserved;
};

enum class SwitchPortFlag : std::uint32_t {
  uplink = 1,   ///< leads outside: any source address may come from here
  trunk = 2,    ///< frames carry VLAN tags, of any VLAN; `vlan` is that of untagged ones
  any_mac = 4,  ///< a bridge behind this port: any source address may come from here
};

struct SwitchPort {
  Name name;
  PacketQueue queue;
  std::array<std::uint8_t, 6> mac;  ///< the only source address allowed, unless the flags say more
  std::uint16_t vlan;               ///< 0: none
  std::uint32_t flags;              ///< SwitchPortFlag values or-ed together
  std::uint32_t group;              ///< 0: sees all; others only see their group and uplinks
  std::uint32_t reserved;
  std::uint64_t rate_bits_per_second;  ///< of what comes from this port; 0: unlimited
  std::uint64_t burst_bytes;
};

/// A blob of kind `uplink`: drives a network device and serves one sDDF net client, the switch.
struct UplinkBlob {
  Header header;
  BoardVirtio device;
  PacketQueue client;
};

/// A blob of kind `entropy`: drives an entropy device; each client's serial queue is filled with
/// random bytes.
struct EntropyBlob {
  Header header;
  BoardVirtio device;
  Table clients;  ///< of EntropyClient
};

struct EntropyClient {
  Name name;
  SerialQueue queue;
};

/// A blob of kind `sockets`: carries the packets of VirtIO sockets between VMs, and offers a
/// service of its own at the host's context ID, 2.
struct SocketsBlob {
  Header header;
  Table ports;  ///< of SocketPort
  /// To the timer PD (sDDF timer protocol), or `no_channel`: who waits for a VM that takes nothing
  /// is then only released by the next packet that anybody sends.
  std::uint32_t timer_channel;
  std::uint32_t reserved;
};

struct SocketPort {
  Name name;
  PacketQueue queue;
  std::uint64_t context_id;
  std::uint32_t group;  ///< ports of different groups cannot reach each other
  std::uint32_t reserved;
};

/// A blob of kind `supervisor`: starts PDs again that have crashed.
struct SupervisorBlob {
  Header header;
  Table children;               ///< of SupervisorChild
  std::uint32_t timer_channel;  ///< to the timer PD (sDDF timer protocol)
  std::uint32_t reserved;
};

struct SupervisorChild {
  Name name;
  std::uint32_t id;  ///< Microkit's, 0 to 61
  std::uint32_t reserved;
};

static_assert(sizeof(Header) == 48);
static_assert(sizeof(PciHost) == 72);
static_assert(sizeof(VmmBlob) == 48 + 8 + 16 + 16 + 16 + 8 + 40 + 72 + 32 + 8);
static_assert(sizeof(VirtioDevice) == 96);
static_assert(sizeof(BlockQueue) == 56);
static_assert(sizeof(PacketQueue) == 88);
static_assert(sizeof(RamDisk) == 32);
static_assert(sizeof(BoardVirtio) == 40);
static_assert(sizeof(BlockClient) == 96);
static_assert(sizeof(SwitchPort) == 160);
static_assert(sizeof(EntropyClient) == 80);
static_assert(sizeof(SocketPort) == 136);
static_assert(sizeof(SupervisorChild) == 40);
static_assert(sizeof(Memory) == 24);
static_assert(sizeof(Image) == 40);
static_assert(sizeof(Device) == 40);
static_assert(sizeof(SerialQueue) == 48);
static_assert(sizeof(PassthroughIrq) == 16);
static_assert(sizeof(ConsoleClient) == 128);
static_assert(sizeof(ConsoleBlob) == 80);
static_assert(std::is_trivially_copyable_v<VmmBlob> && std::is_standard_layout_v<VmmBlob>);

}  // namespace serai::config
