// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>

namespace serai::virtio_net {

/// What happened since power-on, in frames.
struct Counters {
  std::uint64_t transmitted = 0;
  std::uint64_t transmit_malformed = 0;  ///< headers or lengths that the specification forbids
  std::uint64_t transmit_too_long = 0;   ///< for the MTU or the back end
  std::uint64_t transmit_link_down = 0;
  std::uint64_t received = 0;
  std::uint64_t receive_filtered = 0;   ///< not for this driver
  std::uint64_t receive_malformed = 0;  ///< from a back end that breaks rules
  std::uint64_t receive_too_long = 0;   ///< for the MTU that the driver knows of
  std::uint64_t receive_no_fit = 0;     ///< the driver's buffers are too small for it
  std::uint64_t receive_stale = 0;      ///< came while there was no driver
  std::uint64_t checksums = 0;          ///< completed in software
  std::uint64_t segments = 0;           ///< made in software
};

}  // namespace serai::virtio_net
