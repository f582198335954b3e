// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "backends/sddf/block_queue.hpp"
#include "core/ports.hpp"
#include "pds/block/virtio_disk.hpp"

namespace serai::block {

/// The part of the disk that a client has, in sectors of 512 bytes and blocks of 4096.
struct Window {
  std::uint64_t first_sector = 0;
  std::uint64_t blocks = 0;
  bool read_only = false;
};

/// A request of a client that the disk is to carry out.
struct Work {
  sddf::BlockJob job;
  DiskRequest request;
};

/// A client and its queue. It sees its window of the disk and nothing else: every request is
/// checked against it here, and against the client's data region in the queue.
///
/// A flush goes to the disk once all earlier writes of this client have ended, a barrier once all
/// its earlier requests have; later requests wait until a flush is on its way and a barrier has
/// ended.
class BlockClient {
 public:
  struct Options {
    std::string_view name;        ///< outlives the client
    std::uint32_t partition = 0;  ///< 0: the whole disk
    bool read_only = false;       ///< whatever the disk allows
    std::uint64_t physical = 0;   ///< of the data region
    ChannelId channel = no_channel;
    sddf::BlockQueueMemory memory;
  };

  /// Begins a new life of the queue's server: the disk must not be carrying out requests of an
  /// earlier one any more.
  explicit BlockClient(const Options& options) noexcept
      : options_(options), queue_(options.memory) {}

  [[nodiscard]] const Options& options() const noexcept { return options_; }

  /// Opens the window: from now on requests are carried out, and the client is told what its disk
  /// is. `disk.blocks` and `disk.read_only` are taken from the window.
  void open(const Window& window, bool has_flush, sddf::BlockDescription disk) noexcept;

  /// There is no disk, or none any more: what comes is answered so.
  void close() noexcept;

  /// Whether requests are looked at, if only to refuse them.
  [[nodiscard]] bool is_decided() const noexcept { return decided_; }

  /// Begins an event: a client can keep this PD busy for a queue's length in each.
  void begin_event() noexcept { budget_ = options_.memory.capacity(); }

  /// The next request for the disk; those that need none are answered.
  [[nodiscard]] std::optional<Work> next() noexcept;

  /// The disk has carried out a request that `next` yielded, or failed to.
  void complete(const sddf::BlockJob& job, sddf::BlockResult result) noexcept;

  /// Requests that the disk has.
  [[nodiscard]] std::uint32_t in_flight() const noexcept { return in_flight_; }

  /// Whether the client must be told of answers.
  [[nodiscard]] bool take_notification() noexcept { return queue_.take_notification(); }

 private:
  [[nodiscard]] std::optional<sddf::BlockJob> next_job() noexcept;
  [[nodiscard]] bool must_wait(const sddf::BlockJob& job) const noexcept;
  [[nodiscard]] std::optional<sddf::BlockResult> refusal(const sddf::BlockJob& job) const noexcept;
  [[nodiscard]] DiskRequest request_for(const sddf::BlockJob& job) const noexcept;

  Options options_;
  sddf::BlockServerQueue queue_;
  std::optional<Window> window_;
  std::optional<sddf::BlockJob> held_;  ///< a flush or barrier that waits for what came earlier
  std::uint32_t budget_ = 0;
  std::uint32_t in_flight_ = 0;
  std::uint32_t writes_in_flight_ = 0;
  bool barrier_in_flight_ = false;
  bool has_flush_ = false;
  bool decided_ = false;
};

}  // namespace serai::block
