// SPDX-License-Identifier: BSD-2-Clause
//
// What the tool hands to the testbed: one file, loaded at `image_address`. It begins with the
// testbed's own flat binary, entered at its first byte at EL2; this header follows at the offset
// that the tool writes into the 8 bytes at `directory_offset_at`, page-aligned. All other offsets
// count from the start of the file. Little-endian, natural alignment.
#pragma once

#include <cstdint>

#include "config/layout.hpp"

namespace serai::config {

inline constexpr std::uint64_t image_address = 0x7000'0000;
/// Byte offset in the testbed's binary of the 64-bit offset of its TestbedImage.
inline constexpr std::uint64_t directory_offset_at = 8;
inline constexpr std::uint32_t testbed_magic = 0x42545253;  // "SRTB"
inline constexpr std::uint32_t no_index = 0xffff'ffff;
/// A region whose place the testbed chooses.
inline constexpr std::uint64_t any_address = ~std::uint64_t{0};

struct TestbedImage {
  std::uint32_t magic;
  std::uint16_t version;
  std::uint16_t reserved;
  std::uint64_t size;  ///< bytes of the whole file
  Table pds;           ///< of TestbedPd
  Table vms;           ///< of TestbedVm
  Table regions;       ///< of TestbedRegion
  Table mappings;      ///< of TestbedMapping
  Table channels;      ///< of TestbedChannel
  Table irqs;          ///< of TestbedIrq
};

/// A protection domain, loaded from an ELF file inside the image (page-aligned, its segments'
/// offsets congruent to their addresses, so that read-only segments are mapped where they lie).
struct TestbedPd {
  std::uint64_t elf_offset;
  std::uint64_t elf_size;
  std::uint64_t budget_us;
  std::uint64_t period_us;
  std::uint64_t stack_bytes;
  std::uint32_t priority;  ///< 0 to 254, higher runs first
  std::uint32_t vm;        ///< index of its VM, or `no_index`
  std::uint32_t parent;    ///< index of the PD that receives its faults, or `no_index`
  std::uint32_t child_id;  ///< its id there
  Name name;
};

/// A virtual machine; its vCPUs have the ids 0 to `vcpu_count` - 1 in its PD.
struct TestbedVm {
  std::uint64_t budget_us;
  std::uint64_t period_us;
  std::uint32_t priority;
  std::uint32_t vcpu_count;
  Name name;
};

struct TestbedRegion {
  std::uint64_t physical;  ///< or `any_address`
  std::uint64_t size;
  std::uint64_t page_size;  ///< 4 KiB or 2 MiB
};

enum class SpaceKind : std::uint32_t { pd = 1, vm = 2 };

enum Permission : std::uint32_t { readable = 1, writable = 2, executable = 4 };

struct TestbedMapping {
  std::uint64_t address;  ///< virtual in a PD, guest-physical in a VM
  std::uint32_t region;
  SpaceKind space;
  std::uint32_t index;        ///< of the PD or VM
  std::uint32_t permissions;  ///< Permission values or-ed together
  std::uint32_t cached;       ///< 0: device memory
  std::uint32_t reserved;
};

struct TestbedChannelEnd {
  std::uint32_t pd;
  std::uint32_t id;
  std::uint32_t may_notify;
  std::uint32_t may_call;  ///< protected calls to the other end, which must have higher priority
};

struct TestbedChannel {
  TestbedChannelEnd a;
  TestbedChannelEnd b;
};

struct TestbedIrq {
  std::uint32_t pd;
  std::uint32_t id;
  std::uint32_t intid;
  Trigger trigger;
};

static_assert(sizeof(TestbedImage) == 64);
static_assert(sizeof(TestbedPd) == 88);
static_assert(sizeof(TestbedVm) == 56);
static_assert(sizeof(TestbedRegion) == 24);
static_assert(sizeof(TestbedMapping) == 32);
static_assert(sizeof(TestbedChannel) == 32);
static_assert(sizeof(TestbedIrq) == 16);

}  // namespace serai::config
