// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <optional>

#include "tool/resolve/system_builder.hpp"

namespace serai::tool {

/// Hands out the end of the board's window, which drivers share with their devices.
class DeviceSpace {
 public:
  explicit DeviceSpace(std::uint64_t start) : next_(start) {}

  /// The physical address of the next `bytes` bytes, a multiple of a page.
  std::uint64_t take(std::uint64_t bytes) {
    const std::uint64_t address = next_;
    next_ += bytes;
    return address;
  }

 private:
  std::uint64_t next_;
};

/// The two ends of one packet connection.
struct PacketPair {
  config::PacketQueue client{};
  config::PacketQueue provider{};
};

/// Makes the queues and buffers that carry packets both ways between the PDs of `channel`, end `a`
/// being the client. The receiver of a direction may only read its data. With `space`, the buffers
/// are where a device reaches them, and each holds one plain frame; else packets are `extended`.
PacketPair add_packets(SystemBuilder& builder, const Channel& channel, const std::string& name,
                       const std::string& what, DeviceSpace* space);

/// The two ends of one block connection.
struct BlockPair {
  config::BlockQueue client{};
  config::BlockQueue server{};
};

/// Makes the queues and the data region that carry requests to a disk between the PDs of `channel`,
/// end `a` being the client. The disk's device reaches the data.
BlockPair add_blocks(SystemBuilder& builder, const Channel& channel, const std::string& name,
                     const std::string& what, DeviceSpace& space);

}  // namespace serai::tool
