// SPDX-License-Identifier: BSD-2-Clause
//
// The console device's formats on the wire (VirtIO 1.2, 5.3). Little-endian.
#pragma once

#include <cstdint>

#include "base/bits.hpp"

namespace serai::virtio_console {

namespace feature {
inline constexpr std::uint64_t size = bit(0);             ///< VIRTIO_CONSOLE_F_SIZE
inline constexpr std::uint64_t multiport = bit(1);        ///< VIRTIO_CONSOLE_F_MULTIPORT
inline constexpr std::uint64_t emergency_write = bit(2);  ///< VIRTIO_CONSOLE_F_EMERG_WRITE
}  // namespace feature

/// virtio_console_config (5.3.4).
struct ConfigLayout {
  std::uint16_t columns;
  std::uint16_t rows;
  std::uint32_t most_ports;
  std::uint32_t emergency_write;
};

static_assert(sizeof(ConfigLayout) == 12);

/// virtio_console_control (5.3.6.2).
struct ControlMessage {
  std::uint32_t port;
  std::uint16_t event;
  std::uint16_t value;
};

static_assert(sizeof(ControlMessage) == 8);

/// What follows a RESIZE message (5.3.6.5). Some drivers, Linux's among them in some versions, read
/// the rows first; Debian 12's kernel reads it as it is written there and here.
struct ResizeBody {
  std::uint16_t columns;
  std::uint16_t rows;
};

/// Values of ControlMessage::event.
enum class Event : std::uint16_t {
  device_ready = 0,  ///< VIRTIO_CONSOLE_DEVICE_READY, and so on
  device_add = 1,
  device_remove = 2,
  port_ready = 3,
  console_port = 4,
  resize = 5,
  port_open = 6,
  port_name = 7,
};

}  // namespace serai::virtio_console
