// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>

#include "base/address.hpp"
#include "base/result.hpp"
#include "core/guest_memory.hpp"
#include "virtio/chain.hpp"
#include "virtio/completion_order.hpp"
#include "virtio/packed_ring.hpp"
#include "virtio/queue_place.hpp"
#include "virtio/split_ring.hpp"

namespace serai::virtio {

/// The device's side of a virtqueue, split or packed (VirtIO 1.2, 2.6 to 2.8). Everything in the
/// rings belongs to a hostile driver: every value is read once, checked and then used. A driver
/// that breaks a rule that makes going on meaningless breaks the queue: it yields nothing more
/// until it is enabled again, and the device asks for a reset. Does not own memory or pool.
///
/// A device works through a queue like this: `suppress_notifications`, then `pop` until it fails,
/// `complete` each chain (now or later), then `allow_notifications` and, if that says that more has
/// come, from the start again; and at the end of the event `publish` and an interrupt if it asks
/// for one.
class Queue {
 public:
  static constexpr std::uint16_t most_size = 1024;

  /// Begins to use the rings at `place`. Errors: `bad_value` for a size of 0, beyond `most_size` or
  /// the pool, or no power of two; `misaligned`; `out_of_range` unless all rings lie in RAM. All
  /// that is given outlives the use.
  Result<void> enable(const GuestMemory& memory, SegmentPool& pool, const QueuePlace& place,
                      const QueueFeatures& features) noexcept;

  /// Back to where nothing of the guest's memory is touched. The chains in flight must be
  /// abandoned.
  void disable() noexcept;

  [[nodiscard]] bool is_enabled() const noexcept { return state_ != State::disabled; }

  /// Whether the driver broke a rule.
  [[nodiscard]] bool is_broken() const noexcept { return state_ == State::broken; }

  /// How many chains were taken and not yet completed.
  [[nodiscard]] std::uint16_t in_flight() const noexcept { return in_flight_; }

  /// The next chain. Errors: `not_found` when the driver has made none available; `no_space` when
  /// it does not fit in the pool now, after which `has_available` and `allow_notifications` say no
  /// until some chain gave segments back; anything else has broken the queue. Always `not_found` on
  /// a queue that is disabled or broken.
  [[nodiscard]] Result<Chain> pop() noexcept;

  /// Whether `pop` would find something.
  [[nodiscard]] bool has_available() const noexcept {
    return state_ == State::working &&
           (is_packed_ ? packed_.has_available() : split_.has_available()) &&
           (!is_starved_ || pool_->free() > free_when_starved_);
  }

  /// Takes the last popped chain back, as if it had not been popped; for a device that cannot serve
  /// it now. Only before another chain is popped or completed.
  void put_back(Chain&& chain) noexcept;

  /// Returns a chain to the driver, `written` bytes of which the device filled from the start of
  /// its writable part (at most all of it is reported). The driver sees it after `publish`; with
  /// VIRTIO_F_IN_ORDER only when all that were taken before it are complete too. On a queue that
  /// was disabled meanwhile it is dropped.
  void complete(Chain&& chain, std::uint32_t written) noexcept;

  /// Drops a chain of a queue that is being reset.
  void abandon(Chain&& chain) noexcept;

  /// Shows the driver all that was completed; whether it wants an interrupt for it.
  [[nodiscard]] bool publish() noexcept;

  /// Tells the driver not to notify. A hint: it may nevertheless.
  void suppress_notifications() noexcept;

  /// Asks to be notified of the next chain. True when one has come meanwhile, of which no
  /// notification need come.
  [[nodiscard]] bool allow_notifications() noexcept;

 private:
  enum class State : std::uint8_t { disabled, working, broken };

  static void give_back(Chain& chain) noexcept;
  void keep_first_segment(Chain& chain) noexcept;

  void use(const Completion& completion) noexcept;

  const GuestMemory* memory_ = nullptr;
  SegmentPool* pool_ = nullptr;
  SplitRing split_;
  PackedRing packed_;
  CompletionOrder order_;
  std::size_t free_when_starved_ = 0;  ///< segments, when `pop` last found too few
  std::uint16_t in_flight_ = 0;
  State state_ = State::disabled;
  bool is_packed_ = false;
  bool in_order_ = false;
  bool is_starved_ = false;
};

}  // namespace serai::virtio
