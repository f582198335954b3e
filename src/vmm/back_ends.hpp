// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>

#include "backends/sddf/block_backend.hpp"
#include "backends/sddf/serial_queue.hpp"
#include "config/view.hpp"
#include "core/block_backend.hpp"
#include "core/packet_backend.hpp"
#include "core/ports.hpp"
#include "core/serial_backend.hpp"
#include "vmm/device_memory.hpp"

namespace serai::vmm {

/// A back end and the channel on which it is heard of.
template <class BackEnd>
struct Connected {
  BackEnd* back_end = nullptr;
  ChannelId channel = no_channel;
  ChannelId other_channel = no_channel;  ///< where there are two
};

/// Makes the other ends of devices from the configuration, in memory that lives for ever. Indices
/// are those of the configuration's tables, checked there.
class BackEnds {
 public:
  BackEnds(const config::VmmView& configuration, SignalPort& signals, DeviceMemory& memory) noexcept
      : configuration_(configuration), signals_(signals), memory_(memory) {}

  /// Index `no_channel`: a back end that leads nowhere. Errors of all: `no_space`, and of the
  /// others `not_found` for such an index.
  Result<Connected<SerialBackend>> serial(std::uint32_t index) noexcept;

  Result<Connected<PacketBackend>> packets(std::uint32_t index) noexcept;

  /// `report`: who is told when the disk's server starts again.
  Result<Connected<BlockBackend>> block_queue(std::uint32_t index,
                                              const sddf::RestartReport& report) noexcept;

  Result<Connected<BlockBackend>> ram_disk(std::uint32_t index) noexcept;

 private:
  const config::VmmView& configuration_;
  SignalPort& signals_;
  DeviceMemory& memory_;
};

}  // namespace serai::vmm
