// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <array>
#include <cstdint>

#include "devices/virtio_block/format.hpp"

namespace serai::virtio_block {

struct Options {
  std::array<char, id_bytes> serial{};  ///< NUL-padded, what VIRTIO_BLK_T_GET_ID answers
  bool read_only = false;               ///< whatever the back end allows
  std::uint16_t queues = 1;             ///< 1 to 32
  std::uint16_t queue_size = 256;       ///< most descriptors of each, 4 to 1024
};

}  // namespace serai::virtio_block
