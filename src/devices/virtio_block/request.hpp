// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>
#include <optional>

#include "devices/virtio_block/format.hpp"
#include "virtio/chain.hpp"

namespace serai::virtio_block {

/// What has to be done with the disk for a request.
enum class Work : std::uint8_t { nothing, read, write, zero, flush };

/// A driver's request, from when it is taken until it is completed.
struct Request {
  std::optional<virtio::Chain> chain;
  std::uint64_t start = 0;   ///< byte of the disk
  std::uint64_t bytes = 0;   ///< of the disk
  std::uint64_t begun = 0;   ///< bytes for which pieces were begun, or need none
  std::uint64_t filled = 0;  ///< bytes that the driver can read, from the start on, but the status
  std::uint16_t pieces = 0;  ///< in flight
  std::uint16_t queue = 0;
  Work work = Work::nothing;
  Status status = Status::ok;
  bool is_flushed = false;  ///< the back end's flush was sent

  [[nodiscard]] bool writes() const noexcept { return work == Work::write || work == Work::zero; }

  [[nodiscard]] bool is_all_begun() const noexcept { return begun == bytes; }

  /// The rest needs not be done.
  void give_up() noexcept {
    status = Status::ioerr;
    begun = bytes;
  }
};

}  // namespace serai::virtio_block
