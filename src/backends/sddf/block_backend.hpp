// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "backends/sddf/block_allocator.hpp"
#include "backends/sddf/block_queue.hpp"
#include "core/block_backend.hpp"
#include "core/ports.hpp"

namespace serai::sddf {

/// Who is told of a server that started again: the first time, the second, the fourth, and so on.
struct RestartReport {
  LogPort* log = nullptr;
  std::string_view name;  ///< of the disk; outlives the back end
};

/// A disk behind an sDDF block queue. Only ids that are in flight are believed, each once. Does not
/// own the memory nor the signals. About 4 KiB.
///
/// A server that has started again has lost what was in flight. It is sent again, in the order in
/// which it came and one at a time, so that the request that kills its server is known from those
/// that happened to be beside it: what was in flight at the end of `most_lives` of them ends with
/// an error. New requests wait meanwhile.
class SddfBlockBackend final : public BlockBackend {
 public:
  /// The most that a disk has in flight, whatever its queue holds.
  static constexpr std::uint32_t most_in_flight = 128;
  /// Of a server, in which a request is tried.
  static constexpr std::uint8_t most_lives = 3;
  /// The most blocks of the data region that are used: 32 MiB.
  static constexpr std::uint32_t most_data_blocks = 8192;
  /// The longest request, in blocks: 1 MiB.
  static constexpr std::uint32_t longest_request = 256;

  /// The queue holds at least one request, the data region at least one block.
  SddfBlockBackend(const BlockQueueMemory& memory, SignalPort& signals, ChannelId channel,
                   RestartReport report = {}) noexcept;

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
  enum class State : std::uint8_t {
    idle,
    sent,     ///< in the server's hands, or in the ring
    waiting,  ///< for its turn
    failed,   ///< and not yet reported
  };

  struct Flight {
    std::uint64_t block = 0;
    std::uint32_t first = 0;   ///< of its buffer
    std::uint32_t turn = 0;    ///< they count up
    std::uint16_t blocks = 0;  ///< that a response must have done
    BlockOperation operation = BlockOperation::flush;
    State state = State::idle;
    std::uint8_t lives = 0;  ///< of servers that ended with this in flight
  };

  void begin_new_life() noexcept;
  [[nodiscard]] bool push(std::uint32_t id) noexcept;
  void send_waiting() noexcept;
  void report_restart() noexcept;
  void end(Flight& flight) noexcept;
  [[nodiscard]] Flight& oldest_waiting() noexcept;
  [[nodiscard]] BlockCompletion next_failed() noexcept;
  [[nodiscard]] std::optional<BlockCompletion> accept(const BlockResponse& response) noexcept;

  BlockClientQueue queue_;
  SignalPort& signals_;
  ChannelId channel_;
  RestartReport report_;
  std::uint32_t most_requests_;
  BlockDescription disk_{};   ///< as last seen
  bool is_starting_ = false;  ///< the server has a new life and has said nothing yet
  std::uint32_t restarts_ = 0;
  std::uint32_t turn_ = 0;  ///< of the next request
  std::uint32_t sent_ = 0;  ///< flights by their state
  std::uint32_t waiting_ = 0;
  std::uint32_t failed_ = 0;
  std::uint32_t suspects_ = 0;  ///< flights that a server's end has seen, but the failed
  std::array<Flight, most_in_flight> flights_{};
  BlockAllocator<most_data_blocks> allocator_;
};

}  // namespace serai::sddf
