// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>

namespace serai::virtio {

/// What a transport offers beyond what its device says.
struct TransportOptions {
  bool packed = true;  ///< VIRTIO_F_RING_PACKED
  /// VIRTIO_F_IN_ORDER: fewer bytes a chain, but one slow request holds back those behind it.
  bool in_order = false;
  std::uint16_t queue_size =
      256;  ///< most descriptors of each queue; the device's own limit counts too
};

}  // namespace serai::virtio
