// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <array>
#include <cstdint>

#include "backends/sddf/block_allocator.hpp"
#include "backends/sddf/block_queue.hpp"
#include "core/block_backend.hpp"
#include "core/ports.hpp"

namespace serai::sddf {

/// A disk behind an sDDF block queue. Only ids that are in flight are believed, each once; a server
/// that has started again has lost what was in flight, which then ends with an error. Does not own
/// the memory nor the signals. About 2.8 KiB.
class SddfBlockBackend final : public BlockBackend {
 public:
  /// The most that a disk has in flight, whatever its queue holds.
  static constexpr std::uint32_t most_in_flight = 256;
  /// The most blocks of the data region that are used: 32 MiB.
  static constexpr std::uint32_t most_data_blocks = 8192;
  /// The longest request, in blocks: 1 MiB.
  static constexpr std::uint32_t longest_request = 256;

  /// The queue holds at least one request, the data region at least one block.
  SddfBlockBackend(const BlockQueueMemory& memory, SignalPort& signals, ChannelId channel) noexcept;

  [[nodiscard]] std::optional<BlockGeometry> geometry() noexcept override;
  [[nodiscard]] Result<BlockBuffer> allocate(std::uint32_t blocks) noexcept override;
  [[nodiscard]] std::span<std::byte> bytes(BlockBuffer buffer) noexcept override;
  void release(BlockBuffer buffer) noexcept override;

  [[nodiscard]] std::span<std::byte> direct(std::uint64_t /*block*/,
                                            std::uint32_t /*blocks*/) noexcept override {
    return {};
  }

  Result<void> submit(const BlockRequest& request) noexcept override;
  [[nodiscard]] std::optional<BlockCompletion> next_completion() noexcept override;
  void flush() noexcept override;

 private:
  struct Flight {
    bool active = false;
    bool lost = false;         ///< its server is gone
    std::uint16_t blocks = 0;  ///< that a response must have done
  };

  void lose_all() noexcept;
  [[nodiscard]] BlockCompletion next_lost() noexcept;
  [[nodiscard]] std::optional<BlockCompletion> accept(const BlockResponse& response) noexcept;

  BlockClientQueue queue_;
  SignalPort& signals_;
  ChannelId channel_;
  std::uint32_t most_requests_;
  std::uint64_t disk_blocks_ = 0;
  std::uint32_t lost_ = 0;  ///< flights that are lost and not yet reported
  std::array<Flight, most_in_flight> flights_{};
  BlockAllocator<most_data_blocks> allocator_;
};

}  // namespace serai::sddf
