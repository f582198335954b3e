// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "core/block_backend.hpp"
#include "devices/virtio_block/format.hpp"
#include "devices/virtio_block/id_set.hpp"
#include "devices/virtio_block/options.hpp"
#include "devices/virtio_block/piece_table.hpp"
#include "devices/virtio_block/request.hpp"
#include "virtio/device.hpp"
#include "virtio/unseen_change.hpp"

namespace serai::virtio_block {

/// A disk (VirtIO 1.2, 5.2) over a BlockBackend. Requests are begun in the order in which they are
/// taken: one that lacks a buffer, or would disturb a write in flight, holds up those behind it
/// until something ends. Does not own the back end. About 22 KiB.
class Block final : public virtio::Device {
 public:
  /// Driver's requests that are worked on at a time; others wait in their queues.
  static constexpr std::uint16_t most_requests = 128;
  /// From so many pieces in flight on, drivers need not notify: the queues are looked at whenever
  /// a piece ends, which is soon.
  static constexpr std::uint16_t busy_pieces = 16;
  /// The longest range of a discard or write zeroes request.
  static constexpr std::uint32_t most_range_sectors = 16384;
  static constexpr std::uint32_t most_discard_segments = 16;

  Block(BlockBackend& back_end, const Options& options) noexcept;

  [[nodiscard]] virtio::DeviceTraits traits() const noexcept override;
  [[nodiscard]] std::uint64_t offered_features() const noexcept override;
  void read_config(std::uint32_t offset, std::span<std::byte> to) noexcept override;
  void write_config(std::uint32_t offset, std::span<const std::byte> bytes) noexcept override;
  void activate(const virtio::Activation& activation) noexcept override;
  void reset() noexcept override;
  void reset_queue(std::uint16_t queue) noexcept override;
  void notify(std::uint16_t queue) noexcept override;
  void back_end_ready() noexcept override;

  /// For a back end that may die: call it every few seconds. When nothing has ended between two
  /// calls in a row though something should, all that waits fails with VIRTIO_BLK_S_IOERR, and so
  /// does what comes, until the back end signals again.
  void check_progress() noexcept override;

  /// Whether the driver waits for the back end: for answers, or for a disk that was not ready when
  /// the driver came. sDDF's virtualisers do not signal when it is.
  [[nodiscard]] bool is_waiting() const noexcept override {
    return has_work() || (!disk_is_known_ && active_.events != nullptr);
  }

 private:
  static constexpr std::uint16_t none = 0xffff;

  [[nodiscard]] bool has_work() const noexcept { return slots_.count() != 0 || pending_ != 0; }

  /// A part of a request that one request at the back end can do.
  struct Plan {
    std::uint64_t block = 0;
    std::uint32_t blocks = 0;
    std::uint32_t bytes = 0;
    std::uint16_t skip = 0;
    Step step = Step::read;
    Hold hold = Hold::nothing;   ///< what it forbids others
    Hold forbidden = Hold::all;  ///< by what it is forbidden
  };

  // config.cpp
  [[nodiscard]] Config config() const noexcept;
  [[nodiscard]] bool is_read_only() const noexcept;
  [[nodiscard]] bool is_negotiated(std::uint64_t bits) const noexcept;
  [[nodiscard]] bool is_write_through() const noexcept;
  [[nodiscard]] std::uint64_t disk_sectors() const noexcept;
  void look_at_disk() noexcept;

  // block.cpp: events
  void run() noexcept;
  void end_pieces() noexcept;
  [[nodiscard]] bool begin_requests() noexcept;
  [[nodiscard]] bool take_from(std::uint16_t index) noexcept;
  [[nodiscard]] bool found_empty(std::uint16_t index, Error why) noexcept;
  [[nodiscard]] bool can_begin() const noexcept;
  void publish() noexcept;
  void fail_all() noexcept;
  void abandon(std::uint16_t slot) noexcept;

  // parse.cpp: what a request asks for
  void begin(std::uint16_t queue, virtio::Chain&& chain) noexcept;
  [[nodiscard]] Status parse(Request& request) noexcept;
  [[nodiscard]] Status parse_transfer(Request& request, Work work, std::uint64_t sector,
                                      std::uint64_t bytes) noexcept;
  [[nodiscard]] Status parse_discard(virtio::ChainReader& reader) noexcept;
  [[nodiscard]] Status parse_write_zeroes(Request& request, virtio::ChainReader& reader) noexcept;
  [[nodiscard]] Status give_id(Request& request) noexcept;
  [[nodiscard]] Status check_range(const RangeSegment& range, std::uint32_t flags) const noexcept;
  [[nodiscard]] bool is_on_disk(std::uint64_t sector, std::uint64_t sectors) const noexcept;

  // work.cpp: pieces
  void go_on(std::uint16_t slot) noexcept;
  [[nodiscard]] bool advance(std::uint16_t slot) noexcept;
  [[nodiscard]] Plan plan(const Request& request) const noexcept;
  [[nodiscard]] bool begin_piece(std::uint16_t slot) noexcept;
  [[nodiscard]] bool send_piece(std::uint16_t slot, const Plan& plan) noexcept;
  [[nodiscard]] bool begin_flush(std::uint16_t slot) noexcept;
  [[nodiscard]] bool conclude(std::uint16_t slot) noexcept;
  [[nodiscard]] Result<void> submit(std::uint16_t id) noexcept;
  void end_piece(const BlockCompletion& completion) noexcept;
  [[nodiscard]] bool go_on_with_patch(std::uint16_t id) noexcept;
  void copy_in(const Request& request, std::uint64_t offset, std::span<std::byte> to) noexcept;
  void copy_out(const Request& request, std::uint64_t offset,
                std::span<const std::byte> from) noexcept;
  void finish(std::uint16_t slot) noexcept;

  BlockBackend& back_end_;
  Options options_;

  BlockGeometry disk_{};        ///< as last seen
  unsigned block_shift_ = 0;    ///< log2 of its block's bytes
  bool disk_is_known_ = false;  ///< it was ready once
  bool disk_is_gone_ = false;   ///< and is not any more
  bool gave_up_ = false;        ///< the back end does not answer
  bool writeback_ = true;       ///< the configuration's field
  virtio::UnseenChange unseen_change_;

  virtio::Activation active_{};   ///< no events: not active
  std::uint32_t pending_ = 0;     ///< queues to look into, a bit each: no notification need come
  std::uint32_t completed_ = 0;   ///< queues with something to publish
  std::uint16_t next_queue_ = 0;  ///< to begin with, in turn
  std::uint16_t waiting_ = none;  ///< the request that holds up the others
  std::uint32_t budget_ = 0;      ///< chains that may yet be taken in this event

  std::uint64_t ends_ = 0;       ///< pieces that ended, ever
  std::uint64_t ends_seen_ = 0;  ///< at the last `check_progress`
  bool was_idle_ = false;        ///< nothing ended before the last `check_progress`

  IdSet<most_requests> slots_;
  std::array<Request, most_requests> requests_{};
  PieceTable pieces_;
};

}  // namespace serai::virtio_block
