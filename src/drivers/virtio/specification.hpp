// SPDX-License-Identifier: BSD-2-Clause
//
// Numbers of VirtIO 1.2 that a driver over MMIO needs.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bits.hpp"

namespace serai::drivers {

/// Offsets of the registers (4.2.2, MMIO Device Register Layout).
namespace reg {
inline constexpr std::uint32_t magic_value = 0x000;
inline constexpr std::uint32_t version = 0x004;
inline constexpr std::uint32_t device_id = 0x008;
inline constexpr std::uint32_t device_features = 0x010;
inline constexpr std::uint32_t device_features_sel = 0x014;
inline constexpr std::uint32_t driver_features = 0x020;
inline constexpr std::uint32_t driver_features_sel = 0x024;
inline constexpr std::uint32_t queue_sel = 0x030;
inline constexpr std::uint32_t queue_num_max = 0x034;
inline constexpr std::uint32_t queue_num = 0x038;
inline constexpr std::uint32_t queue_ready = 0x044;
inline constexpr std::uint32_t queue_notify = 0x050;
inline constexpr std::uint32_t interrupt_status = 0x060;
inline constexpr std::uint32_t interrupt_ack = 0x064;
inline constexpr std::uint32_t status = 0x070;
inline constexpr std::uint32_t queue_desc_low = 0x080;
inline constexpr std::uint32_t queue_desc_high = 0x084;
inline constexpr std::uint32_t queue_driver_low = 0x090;
inline constexpr std::uint32_t queue_driver_high = 0x094;
inline constexpr std::uint32_t queue_device_low = 0x0a0;
inline constexpr std::uint32_t queue_device_high = 0x0a4;
inline constexpr std::uint32_t config_generation = 0x0fc;
inline constexpr std::uint32_t config = 0x100;
}  // namespace reg

inline constexpr std::uint32_t magic = 0x7472'6976;  // "virt"
inline constexpr std::uint32_t modern_version = 2;

/// The device status field (2.1).
namespace status {
inline constexpr std::uint32_t acknowledge = 1;
inline constexpr std::uint32_t driver = 2;
inline constexpr std::uint32_t driver_ok = 4;
inline constexpr std::uint32_t features_ok = 8;
inline constexpr std::uint32_t device_needs_reset = 64;
inline constexpr std::uint32_t failed = 128;
}  // namespace status

/// InterruptStatus and InterruptACK.
namespace interrupt {
inline constexpr std::uint32_t used_buffer = 1;
inline constexpr std::uint32_t configuration = 2;
}  // namespace interrupt

/// Features of queues and transports (6).
namespace feature {
inline constexpr std::uint64_t event_idx = bit(29);
inline constexpr std::uint64_t version_1 = bit(32);
inline constexpr std::uint64_t access_platform = bit(33);
}  // namespace feature

/// Device types (5).
enum class DeviceType : std::uint32_t { network = 1, block = 2, entropy = 4 };

/// An entry of a split queue's descriptor table (2.7.5).
struct Descriptor {
  std::uint64_t address;
  std::uint32_t length;
  std::uint16_t flags;
  std::uint16_t next;
};

namespace descriptor_flag {
inline constexpr std::uint16_t next = 1;
inline constexpr std::uint16_t device_writes = 2;
}  // namespace descriptor_flag

/// The start of the available and of the used ring (2.7.6, 2.7.8).
struct RingHeader {
  std::uint16_t flags;
  std::uint16_t index;
};

/// The flag by which either side says that it needs no notification.
inline constexpr std::uint16_t ring_flag_no_notification = 1;

/// An entry of the used ring (2.7.8).
struct UsedEntry {
  std::uint32_t id;
  std::uint32_t length;
};

static_assert(sizeof(Descriptor) == 16 && sizeof(RingHeader) == 4 && sizeof(UsedEntry) == 8);

}  // namespace serai::drivers
