// SPDX-License-Identifier: BSD-2-Clause
#include "support/driver_ring.hpp"

#include "support/packed_driver_ring.hpp"
#include "support/split_driver_ring.hpp"

namespace serai::test {

std::unique_ptr<DriverRing> DriverRing::make(GuestRam& ram, std::uint16_t size,
                                             const virtio::QueueFeatures& features) {
  if (features.packed) {
    return std::make_unique<PackedDriverRing>(ram, size);
  }
  return std::make_unique<SplitDriverRing>(ram, size, features.event_index);
}

}  // namespace serai::test
