// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>

#include "base/address.hpp"

namespace serai::virtio {

/// Where the driver put a queue (VirtIO 1.2, 2.7 and 2.8), as it wrote it into the transport's
/// registers.
// Guest-controlled: everything here.
struct QueuePlace {
  std::uint16_t size = 0;    ///< entries; a power of two unless the ring is packed
  GuestAddress descriptors;  ///< Queue Desc
  GuestAddress driver_area;  ///< available ring, or driver event suppression
  GuestAddress device_area;  ///< used ring, or device event suppression
};

/// The negotiated features that change a queue.
struct QueueFeatures {
  bool packed = false;       ///< VIRTIO_F_RING_PACKED
  bool indirect = false;     ///< VIRTIO_F_INDIRECT_DESC
  bool event_index = false;  ///< VIRTIO_F_EVENT_IDX
  bool in_order = false;     ///< VIRTIO_F_IN_ORDER
};

/// Whether a step of an index from `old` to `now` passes `event`, so that the other side wants to
/// hear of it (VirtIO 1.2, 2.7.7.1).
constexpr bool passes_event(std::uint16_t event, std::uint16_t now, std::uint16_t old) noexcept {
  return static_cast<std::uint16_t>(now - event - 1) < static_cast<std::uint16_t>(now - old);
}

}  // namespace serai::virtio
