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
/// Pristine guest images start here in a VMM, each page-aligned.
inline constexpr std::uint64_t images_address = 0x2000'0000;
/// Shared-memory queues start here in every PD.
inline constexpr std::uint64_t queues_address = 0x3'0000'0000;
/// Device registers that a driver PD owns start here.
inline constexpr std::uint64_t devices_address = 0x4'0000'0000;
/// Guest RAM at guest-physical address A lies at `ram_address` + A in its VMM.
inline constexpr std::uint64_t ram_address = 0x10'0000'0000;

inline constexpr std::uint32_t magic = 0x49415253;  // "SRAI"
inline constexpr std::uint16_t version = 1;
inline constexpr std::uint32_t no_channel = 0xffff'ffff;
inline constexpr std::size_t name_bytes = 32;

/// A NUL-padded name of at most 31 characters.
using Name = std::array<char, name_bytes>;

/// Which program a blob is for.
enum class BlobKind : std::uint16_t { vmm = 1, console = 2, timer = 3 };

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

/// One sDDF serial connection seen from this PD: characters it sends, characters it receives. An
/// unused direction has capacity 0. Capacities are powers of two and the size of the data region.
struct SerialQueue {
  std::uint64_t transmit_queue;  ///< virtual address of the shared indices
  std::uint64_t transmit_data;
  std::uint64_t receive_queue;
  std::uint64_t receive_data;
  std::uint32_t transmit_capacity;
  std::uint32_t receive_capacity;
  std::uint32_t channel;
  std::uint32_t reserved;
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

static_assert(sizeof(Header) == 48);
static_assert(sizeof(VmmBlob) == 48 + 8 + 16 + 16 + 16 + 8 + 40);
static_assert(sizeof(Memory) == 24);
static_assert(sizeof(Image) == 40);
static_assert(sizeof(Device) == 40);
static_assert(sizeof(SerialQueue) == 48);
static_assert(sizeof(PassthroughIrq) == 16);
static_assert(sizeof(ConsoleClient) == 128);
static_assert(std::is_trivially_copyable_v<VmmBlob> && std::is_standard_layout_v<VmmBlob>);

}  // namespace serai::config
